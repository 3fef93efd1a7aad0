import {
  ACK,
  CLOSE,
  HELLO,
  LATER,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  PING,
  RESET_TOKEN_FEATURE,
  STREAMS_FEATURE,
  featureOf,
  type AckFrame,
  type Frame,
} from '../../../wire/native/frame-types.js';
import { REASSEMBLY_MESSAGES } from '../../../native-limits.js';
import type { Millis } from '../../engine.js';
import type { MessageFrame } from '../messages/messages.js';
import type { Transmission } from '../packets/transmission.js';

/** `taken`; `duplicate`: had before; `over`: it broke the rules or said CLOSE, so that the association must end. */
export type Receipt = 'taken' | 'duplicate' | 'over';

/** What takes the frames of a packet in. */
export interface FrameReceiver {
  readonly transmission: Transmission;
  readonly messages: {
    readonly calls: { limit(callsMax: number): void };
    readonly overflowing: boolean;
    limitStreams(feature: Uint8Array | undefined): void;
    receive(frame: MessageFrame, arrival: number, early: boolean, now: Millis): void;
  };
  /** What shows a reset by the other side to be genuine, where packets are sealed. */
  remoteResetToken: Uint8Array | undefined;
  /** False if the frame acknowledges what was never sent. */
  acknowledge(frame: AckFrame, now: Millis): boolean;
}

/**
 * Takes the frames of a packet in, one by one, up to one that ends the association: docs/protocol.md §5.2.
 *
 * @param early Whether the packet may be a replay.
 */
export function receiveFrames(receiver: FrameReceiver, frames: readonly Frame[], early: boolean, now: Millis): Receipt {
  let eliciting = false;
  let later = false;
  for (const frame of frames) {
    if (frame.type === LATER) later = true;
    else eliciting ||= frame.type !== ACK && frame.type !== HELLO && frame.type !== CLOSE;
    if (!receiveFrame(receiver, frame, early, now)) return 'over';
  }
  const { received } = receiver.transmission;
  if (later) received.elicitedLater();
  // The calls of an opener that must not run twice wait for the end of the handshake.
  else if (eliciting) received.elicited(now, early);
  else received.notElicited();
  return receiver.messages.overflowing ? 'over' : 'taken';
}

/** False if the frame breaks the rules, or is the last. */
function receiveFrame(receiver: FrameReceiver, frame: Frame, early: boolean, now: Millis): boolean {
  const { transmission, messages } = receiver;
  switch (frame.type) {
    case ACK:
      return receiver.acknowledge(frame, now);
    case HELLO:
      messages.calls.limit(frame.callsMax);
      transmission.queue.limitUnfinished(REASSEMBLY_MESSAGES * frame.messageBytesMax);
      messages.limitStreams(featureOf(frame, STREAMS_FEATURE));
      receiver.remoteResetToken ??= featureOf(frame, RESET_TOKEN_FEATURE)?.slice();
      return true;
    case PATH_CHALLENGE:
    case PATH_RESPONSE:
      transmission.path.receive(frame);
      return true;
    case PING:
    case LATER:
      return true;
    case CLOSE:
      return false;
    default:
      messages.receive(frame, transmission.received.arrivals, early, now);
      return true;
  }
}
