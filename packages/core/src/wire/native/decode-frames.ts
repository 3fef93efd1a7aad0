/** Reads frames: docs/protocol.md §3. */
import { DELIVERIES } from '../../delivery.js';
import {
  ACK,
  ACK_RANGES_MAX,
  ANSWERS_FLAG,
  CALL,
  CANCEL,
  CHALLENGE_BYTES,
  CLOSE,
  END,
  FAILURE,
  HELLO,
  LATER,
  PADDING,
  PART,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  PING,
  RESULT,
  TAKES_FLAG,
  type AckFrame,
  type CallFrame,
  type EndFrame,
  type FailureFrame,
  type Frame,
  type HelloFeature,
  type HelloFrame,
  type PartFrame,
  type ResultFrame,
  type StreamFlags,
} from './frame-types.js';
import { agrees, isReliableCall, type MessageSide } from './call-number.js';
import { Reader } from './reader.js';
import { decodeStreamFrame } from './stream-frames.js';

/**
 * Decodes all frames up to the end of the bytes, but for PADDING; undefined if any is malformed, HELLO is not the first, or
 * there is none.
 */
export function decodeFrames(reader: Reader): Frame[] | undefined {
  const start = reader.at;
  let frames: Frame[] | undefined;
  while (reader.remaining > 0) {
    if (reader.bytes[reader.at] === PADDING) {
      reader.at += 1;
      continue;
    }
    const isFirst = reader.at === start;
    const frame = decodeFrame(reader);
    if (frame === undefined || reader.failed || (frame.type === HELLO && !isFirst)) return undefined;
    // Most packets have one or two: an array that starts with the first takes little room.
    if (frames === undefined) frames = [frame];
    else frames.push(frame);
  }
  return frames;
}

/**
 * Decodes the one frame that a message joined from parts is (§3, PART); only messages travel in parts.
 *
 * @param absentBytes How many bytes of what it carries follow elsewhere: the frame has what is here.
 */
export function decodeMessage(
  bytes: Uint8Array,
  absentBytes = 0,
): CallFrame | ResultFrame | FailureFrame | EndFrame | undefined {
  const reader = new Reader(bytes, 0, absentBytes);
  const frame = decodeFrame(reader);
  if (frame === undefined || reader.failed || !reader.atEnd) return undefined;
  if (frame.type === CALL || frame.type === RESULT || frame.type === FAILURE) return frame;
  return frame.type === END && frame.side === 1 ? frame : undefined;
}

function decodeFrame(reader: Reader): Frame | undefined {
  const type = reader.uint8();
  switch (type) {
    case CALL:
      return decodeCall(reader);
    case RESULT:
      return { type, number: reader.varint(), value: reader.view(reader.varint()) };
    case FAILURE:
      return {
        type,
        number: reader.varint(),
        code: reader.uint8(),
        executed: reader.uint8(),
        details: reader.view(reader.varint()),
      };
    case PART:
      return decodePart(reader);
    case CANCEL:
      return { type, number: reader.varint() };
    default:
      return decodeControl(type, reader);
  }
}

/** Frames that bring no message. */
function decodeControl(type: number, reader: Reader): Frame | undefined {
  switch (type) {
    case PING:
    case CLOSE:
    case LATER:
      return { type };
    case ACK:
      return decodeAck(reader);
    case HELLO:
      return decodeHello(reader);
    case PATH_CHALLENGE:
    case PATH_RESPONSE:
      return { type, bytes: reader.view(CHALLENGE_BYTES) };
    default:
      return decodeStreamFrame(type, reader);
  }
}

function decodeAck(reader: Reader): AckFrame | undefined {
  const largest = reader.uint32();
  const delayMicros = reader.varint();
  const further = reader.varint() - 1;
  if (further < 0 || further >= ACK_RANGES_MAX) return undefined;
  let start = largest - reader.varint();
  const ranges = [{ start, end: largest }];
  for (let index = 0; index < further && !reader.failed; index += 1) {
    const end = start - reader.varint() - 2;
    start = end - reader.varint();
    ranges.push({ start, end });
  }
  return { type: ACK, delayMicros, ranges };
}

const NO_FEATURES: readonly HelloFeature[] = [];

function decodeHello(reader: Reader): HelloFrame | undefined {
  const [ageMs, messageBytesMax, callsMax] = [reader.varint(), reader.varint(), reader.varint()];
  const block = reader.view(reader.varint());
  const features = block.length === 0 ? NO_FEATURES : decodeFeatures(new Reader(block));
  return features && { type: HELLO, ageMs, messageBytesMax, callsMax, features };
}

/** What no version known here has named is told as it is, to be skipped. */
function decodeFeatures(reader: Reader): HelloFeature[] | undefined {
  const features: HelloFeature[] = [];
  while (reader.remaining > 0) {
    features.push({ id: reader.varint(), value: reader.view(reader.varint()) });
    if (reader.failed) return undefined;
  }
  return features;
}

function decodeCall(reader: Reader): CallFrame | undefined {
  const number = reader.varint();
  const flags = reader.uint8();
  const delivery = DELIVERIES[flags & 0x03];
  const streamBits = flags & (ANSWERS_FLAG | TAKES_FLAG);
  const oneWay = (flags & 0x04) !== 0;
  if (delivery === undefined || flags > 0x3f) return undefined;
  // A call with streams is sent again whatever becomes of its items, and somebody waits for its end.
  if (streamBits === 0 ? !agrees(number, delivery) : oneWay || !isReliableCall(number)) return undefined;
  const method = reader.uint32();
  const deadlineMs = reader.varint();
  const streams = streamBits === 0 ? undefined : decodeStreamFlags(streamBits, reader);
  const metadata = (flags & 0x08) === 0 ? undefined : reader.view(reader.varint());
  const args = reader.view(reader.varint());
  return { type: CALL, number, delivery, oneWay, method, deadlineMs, streams, metadata, args };
}

function decodeStreamFlags(bits: number, reader: Reader): StreamFlags {
  const answers = (bits & ANSWERS_FLAG) !== 0;
  const credit = answers ? { items: reader.varint(), bytes: reader.varint() } : undefined;
  return { credit, takes: (bits & TAKES_FLAG) !== 0 };
}

function decodePart(reader: Reader): PartFrame | undefined {
  const number = reader.varint();
  const side = reader.uint8();
  const total = reader.varint();
  const offset = reader.varint();
  const bytes = reader.view(reader.varint());
  const fits = side <= 1 && bytes.length > 0 && offset + bytes.length <= total;
  return fits ? { type: PART, number, side: side as MessageSide, total, offset, bytes } : undefined;
}
