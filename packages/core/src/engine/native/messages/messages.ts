import { METADATA_BYTES_MAX } from '../../../limits.js';
import {
  CALL,
  CANCEL,
  END,
  FAILURE,
  PART,
  RESULT,
  type CallFrame,
  type CancelFrame,
  type FailureFrame,
  type PartFrame,
  type ResultFrame,
  type StreamFrame,
} from '../../../wire/native/frame-types.js';
import { decodeMessage } from '../../../wire/native/decode-frames.js';
import { callBytesMax } from '../../../wire/native/encode-frames.js';
import type { Address } from '../../../address.js';
import { messageKey } from '../../../wire/native/call-number.js';
import type { Millis, OutgoingCall, PeerHandle } from '../../engine.js';
import type { SendQueue } from '../packets/send-queue.js';
import { CalleeSide } from './callee-side.js';
import { CallerSide } from './caller-side.js';
import type { MessagesContext, MessagesOwner, SidesOwner } from './messages-context.js';
import { REFUSED_PARTS } from './part-refusals.js';
import { Reassembly, type PartRefusal, type PartsRoom } from './reassembly.js';
import type { Standing } from '../admission/standing.js';

/** Frames that are messages, parts of them, or say that one is not wanted. */
export type MessageFrame = CallFrame | ResultFrame | FailureFrame | PartFrame | CancelFrame | StreamFrame;

/** The calls and replies of one association, whole or in parts: takes their frames to the side that they are for. */
export class Messages<C extends OutgoingCall> implements SidesOwner, PartsRoom {
  readonly calls: CallerSide<C>;
  readonly answers: CalleeSide<C>;
  readonly #context: MessagesContext<C>;
  readonly #owner: MessagesOwner;
  readonly #reassembly: Reassembly;

  constructor(context: MessagesContext<C>, queue: SendQueue, owner: MessagesOwner) {
    this.#context = context;
    this.#owner = owner;
    this.calls = new CallerSide(context, queue, this);
    this.answers = new CalleeSide(context, queue, this);
    this.#reassembly = new Reassembly(callBytesMax(context.messageBytesMax, METADATA_BYTES_MAX, true), this);
  }

  get address(): Address {
    return this.#owner.address;
  }

  get heard(): boolean {
    return this.#owner.heard;
  }

  get established(): boolean {
    return this.#owner.established;
  }

  get identity(): Uint8Array | undefined {
    return this.#owner.identity;
  }

  get standing(): Standing {
    return this.#owner.standing;
  }

  get peer(): PeerHandle {
    return this.#owner;
  }

  /** What is held of unfinished messages, in bytes. */
  get reassemblyBytes(): number {
    return this.#reassembly.bytes;
  }

  /** Whether parts of a reply have come, and others have not. */
  get awaitsParts(): boolean {
    return this.#reassembly.holdsReplies;
  }

  mayHold(bytes: number, side: number, now: Millis): boolean {
    return this.#context.quotas.mayHold(this.standing, bytes, side === 1, now);
  }

  holds(bytes: number): void {
    this.#context.quotas.hold(this.standing, bytes);
  }

  ping(): void {
    this.#owner.ping();
  }

  touch(): void {
    this.#owner.touch();
  }

  forgetReply(number: number): void {
    this.#reassembly.forget(messageKey(number, 1));
  }

  /**
   * @param arrival Which arrival of all packets brought the frame.
   * @param early Whether the packet may be a replay.
   */
  receive(frame: MessageFrame, arrival: number, early: boolean, now: Millis): void {
    switch (frame.type) {
      case CALL:
        return this.answers.call(frame, { arrival, early }, now);
      case RESULT:
      case FAILURE:
        return this.calls.replied(frame);
      case PART:
        return this.#part(frame, early, now);
      case CANCEL:
        this.#reassembly.forget(messageKey(frame.number, 0));
        return this.answers.cancel(frame.number);
      default:
        return; // Of a stream, which nobody has opened.
    }
  }

  /** Forgets everything but the calls it made, which others take over. */
  end(): void {
    this.answers.giveUpAll();
    this.#reassembly.forgetAll();
  }

  #part(part: PartFrame, early: boolean, now: Millis): void {
    const { number, side } = part;
    const unwanted = side === 0 ? this.answers.hasHad(number) : this.calls.find(number) === undefined;
    if (unwanted) return;
    const message = this.#reassembly.add(messageKey(number, side), part, now);
    if (message === undefined) return;
    if (typeof message === 'string') return this.#refusePart(part, message, now);
    const frame = decodeMessage(message);
    if (frame?.number !== number || (frame.type === CALL) !== (side === 0)) {
      this.#refusePart(part, 'contradiction', now);
    } else if (frame.type === CALL) {
      this.answers.call(frame, { arrival: undefined, early }, now);
    } else if (frame.type !== END) {
      this.calls.replied(frame);
    }
  }

  #refusePart({ number, side }: PartFrame, refusal: PartRefusal, now: Millis): void {
    this.#reassembly.forget(messageKey(number, side));
    const code = REFUSED_PARTS[refusal];
    if (side === 0) return this.answers.refuseUnread(number, code, now);
    this.calls.refuseReply(number, code);
  }
}
