import { RPC_ERROR_CODES, type RpcErrorCode } from '../../../errors.js';
import {
  ACK,
  CALL,
  CANCEL,
  CLOSE,
  CREDIT,
  END,
  END_DONE,
  FAILURE,
  HELLO,
  ITEM,
  ITEM_PART,
  LATER,
  PART,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  PING,
  RESULT,
  STOP,
  type AckFrame,
  type CallFrame,
  type FailureFrame,
  type Frame,
} from '../../../wire/native/frame-types.js';
import { expandAckRanges } from '../../../wire/native/packet-number.js';
import type { MessageSide } from '../../../wire/native/call-number.js';
import { EXECUTED } from '../../engine.js';
import type { TracedFrame, TracedSide } from '../../traced-packet.js';

const SIDES: Readonly<Record<MessageSide, TracedSide>> = { 0: 'caller', 1: 'callee' };

const BARE = {
  [PING]: 'PING',
  [CLOSE]: 'CLOSE',
  [LATER]: 'LATER',
  [PATH_CHALLENGE]: 'PATH_CHALLENGE',
  [PATH_RESPONSE]: 'PATH_RESPONSE',
} as const satisfies Readonly<Record<number, TracedFrame['type']>>;

/**
 * What is told of frames: all but what they carry.
 *
 * @param nextNumber The next number of the packets that an ACK frame among them tells of.
 */
export function tracedFrames(frames: readonly Frame[], nextNumber: number): TracedFrame[] {
  return frames.map((frame) => tracedFrame(frame, nextNumber));
}

function tracedFrame(frame: Frame, nextNumber: number): TracedFrame {
  if ('side' in frame) return tracedPiece(frame);
  switch (frame.type) {
    case ACK:
      return tracedAck(frame, nextNumber);
    case HELLO: {
      const { ageMs, messageBytesMax, callsMax } = frame;
      return { type: 'HELLO', ageMs, messageBytesMax, callsMax };
    }
    case CALL:
      return tracedCall(frame);
    case RESULT:
      return { type: 'RESULT', number: frame.number, bytes: frame.value.length };
    case FAILURE:
      return tracedFailure(frame);
    case CANCEL:
      return { type: 'CANCEL', number: frame.number };
    case STOP:
      return { type: 'STOP', number: frame.number };
    default:
      return { type: BARE[frame.type] };
  }
}

function tracedAck(frame: AckFrame, nextNumber: number): TracedFrame {
  // One that tells of what was never sent ends the association; until then it is shown as it is.
  const ranges = expandAckRanges(frame, nextNumber) ?? frame.ranges;
  return { type: 'ACK', delayMs: frame.delayMicros / 1000, ranges: ranges.map(({ start, end }) => [start, end]) };
}

function tracedCall({ number, method, delivery, oneWay, deadlineMs, streams, args, metadata }: CallFrame): TracedFrame {
  const takes = streams?.takes === true;
  const answers = streams?.credit !== undefined;
  const bytes = args.length;
  const metadataBytes = metadata?.length ?? 0;
  return { type: 'CALL', number, method, delivery, oneWay, deadlineMs, takes, answers, bytes, metadataBytes };
}

function tracedFailure({ number, code, executed, details }: FailureFrame): TracedFrame {
  const told = EXECUTED[executed] ?? 'unknown';
  return { type: 'FAILURE', number, code: codeOf(code), executed: told, bytes: details.length };
}

type Sided = Extract<Frame, { readonly side: MessageSide }>;

/** What belongs to one side of a call. */
function tracedPiece(frame: Sided): TracedFrame {
  const { number } = frame;
  const side = SIDES[frame.side];
  switch (frame.type) {
    case PART:
      return { type: 'PART', number, side, offset: frame.offset, bytes: frame.bytes.length, total: frame.total };
    case ITEM:
      return { type: 'ITEM', number, side, index: frame.index, bytes: frame.bytes.length };
    case ITEM_PART: {
      const { index, offset, total } = frame;
      return { type: 'ITEM_PART', number, side, index, offset, bytes: frame.bytes.length, total };
    }
    case CREDIT:
      return { type: 'CREDIT', number, side, taken: frame.taken, items: frame.items, bytes: frame.bytes };
    case END: {
      const code = frame.code === END_DONE ? undefined : codeOf(frame.code);
      return { type: 'END', number, side, items: frame.count, code, bytes: frame.value.length };
    }
  }
}

function codeOf(code: number): RpcErrorCode {
  return RPC_ERROR_CODES[code] ?? 'UNKNOWN';
}
