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
import type { GivenReply, Millis, OutgoingCall, PeerHandle } from '../../engine.js';
import type { SendQueue } from '../packets/send-queue.js';
import { CalleeSide } from './callee-side.js';
import { CallerSide } from './caller-side.js';
import type { BulkStart, CallTrace, MessagesContext, MessagesOwner, SidesOwner } from './messages-context.js';
import { REFUSED_PARTS } from './part-refusals.js';
import { Reassembly, type PartRefusal, type PartsRoom } from './reassembly.js';
import type { SplitMessage } from './unfinished-message.js';
import { Streams, isForCaller, receiveStreamFrame } from '../streams/streams.js';
import type { Standing } from '../admission/standing.js';

/** Frames that are messages, parts of them, or say that one is not wanted. */
export type MessageFrame = CallFrame | ResultFrame | FailureFrame | PartFrame | CancelFrame | StreamFrame;

/** The calls and replies of one association, whole or in parts: takes their frames to the side that they are for. */
export class Messages<C extends OutgoingCall> implements SidesOwner, PartsRoom {
  readonly calls: CallerSide<C>;
  readonly answers: CalleeSide<C>;
  readonly #context: MessagesContext<C>;
  readonly #owner: MessagesOwner;
  /** Made with the first part. */
  #reassembly: Reassembly | undefined;
  readonly #queue: SendQueue;
  #streams: Streams | undefined;
  #broken = false;

  constructor(context: MessagesContext<C>, queue: SendQueue, owner: MessagesOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#queue = queue;
    this.calls = new CallerSide(context, queue, this);
    this.answers = new CalleeSide(context, queue, this);
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

  get trace(): CallTrace | undefined {
    return this.#owner.trace;
  }

  get peer(): PeerHandle {
    return this.#owner;
  }

  /** Its calls with streams, where there may be any. */
  get streams(): Streams {
    return (this.#streams ??= new Streams(this.#context, { queue: this.#queue, owner: this.#owner, room: this }));
  }

  /** Whether it answers calls with streams that are under way, so that it has to know whether the peer is there. */
  get answersStreams(): boolean {
    return this.#streams !== undefined && this.#streams.answered > 0;
  }

  /** Whether there are calls with streams under way. */
  get hasStreams(): boolean {
    return this.#streams !== undefined && this.#streams.entries.length > 0;
  }

  /** Whether the peer has broken a rule, so that the association must end. */
  get overflowing(): boolean {
    return this.#broken || this.answers.overflowing;
  }

  /** What the peer says of calls with streams: how many it answers at once, as two bytes. */
  limitStreams(feature: Uint8Array | undefined): void {
    if (feature?.length === 2) this.streams.limit((feature[0]! << 8) | feature[1]!);
  }

  /** The peer has been silent for too long: calls with streams end. */
  endStreams(): void {
    for (const call of [...this.calls.awaited]) if (call.stream?.isOpen === true) this.calls.lose(call);
    this.answers.giveUpStreams();
  }

  /** What is held of unfinished messages, in bytes. */
  get reassemblyBytes(): number {
    return this.#reassembly?.bytes ?? 0;
  }

  /** Whether parts of a reply have come, and others have not. */
  get awaitsParts(): boolean {
    return this.#reassembly?.holdsReplies === true;
  }

  mayHold(bytes: number, side: number, now: Millis): boolean {
    return this.#context.quotas.mayHold(this.standing, bytes, side === 1, now);
  }

  holds(bytes: number): void {
    this.#context.quotas.hold(this.standing, bytes);
  }

  spareMemory(bytes: number): Uint8Array | undefined {
    return this.#context.joinedMemory.take(bytes);
  }

  ping(): void {
    this.#owner.ping();
  }

  touch(): void {
    this.#owner.touch();
  }

  forgetReply(number: number): void {
    this.#reassembly?.forget(messageKey(number, 1));
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
        this.#reassembly?.forget(messageKey(frame.number, 0));
        return this.answers.cancel(frame.number);
      default:
        return this.#streamFrame(frame, now);
    }
  }

  /** Refuses the calls of which only parts have come: this endpoint drains. */
  refuseUnread(now: Millis): void {
    for (const number of this.#reassembly?.callNumbers() ?? []) this.#refuseDraining(number, now);
  }

  /** Has the peer acknowledge the replies that have not arrived yet, as far as is known, and gives them. */
  confirmReplies(): GivenReply[] {
    const replies = this.answers.givenReplies();
    // An acknowledgement may wait for the peer's next packet.
    if (replies.length > 0) {
      this.ping();
      this.touch();
    }
    return replies;
  }

  /** Forgets everything but the calls it made, which others take over. */
  end(): void {
    this.answers.giveUpAll();
    this.#reassembly?.forgetAll();
  }

  /** Takes in what belongs to a call with streams, if that is under way, and has a stream in this direction. */
  #streamFrame(frame: StreamFrame, now: Millis): void {
    const call = isForCaller(frame) ? this.calls.find(frame.number) : this.answers.find(frame.number);
    const stream = call?.stream;
    if (frame.type === END && frame.side === 1 && stream?.answers !== true) {
      return this.calls.refuseReply(frame.number, 'DATA_LOSS');
    }
    if (stream?.isOpen !== true) return;
    if (!receiveStreamFrame(stream, frame, now)) this.#broken = true;
  }

  #part(part: PartFrame, early: boolean, now: Millis): void {
    const { number, side } = part;
    const unwanted = side === 0 ? this.answers.hasHad(number) : this.calls.find(number) === undefined;
    if (unwanted) return;
    if (side === 0 && this.#context.draining) return this.#refuseDraining(number, now);
    this.#reassembly ??= this.#newReassembly();
    const message = this.#reassembly.add(messageKey(number, side), part, now);
    if (message === undefined) return;
    if (typeof message === 'string') this.#refusePart(part, message, now);
    else this.#joined(part, message, early, now);
  }

  /** All parts of a message have come. @param part The last of them. */
  #joined(part: PartFrame, message: Uint8Array | SplitMessage, early: boolean, now: Millis): void {
    const { number, side } = part;
    const { frame, rest } = decoded(message);
    if (frame?.number !== number || (frame.type === CALL) !== (side === 0)) {
      this.#refusePart(part, 'contradiction', now);
    } else if (frame.type === CALL) {
      this.answers.call(frame, { arrival: undefined, early, rest }, now);
    } else if (frame.type === END) {
      this.#streamFrame(frame, now);
    } else {
      this.calls.replied(frame, rest);
    }
  }

  #newReassembly(): Reassembly {
    const { messageBytesMax, bulkStart } = this.#context;
    return new Reassembly(callBytesMax(messageBytesMax, METADATA_BYTES_MAX, true), this, {
      headBytesOf: (beginning, total) => headBytesOf(beginning, total, bulkStart),
    });
  }

  /** The rest of a call need not come for it to be refused. */
  #refuseDraining(number: number, now: Millis): void {
    const bytes = this.#reassembly?.forget(messageKey(number, 0)) ?? 0;
    this.#context.outputs.push({ kind: 'dropped', reason: 'draining', from: this.address, bytes });
    this.answers.refuseUnread(number, 'UNAVAILABLE', now);
  }

  #refusePart({ number, side }: PartFrame, refusal: PartRefusal, now: Millis): void {
    this.#reassembly?.forget(messageKey(number, side));
    const code = REFUSED_PARTS[refusal];
    if (side === 0) return this.answers.refuseUnread(number, code, now);
    this.calls.refuseReply(number, code);
  }
}

/** The frame that a message is, and what lies apart from it. */
function decoded(message: Uint8Array | SplitMessage): {
  readonly frame: ReturnType<typeof decodeMessage>;
  readonly rest: Uint8Array | undefined;
} {
  if (!('rest' in message)) return { frame: decodeMessage(message), rest: undefined };
  return { frame: decodeMessage(message.head, message.rest.length), rest: message.rest };
}

/** How much of a message lies before the rest of its arguments, or of its result, that gets memory of its own. */
function headBytesOf(beginning: Uint8Array, total: number, bulkStart: BulkStart | undefined): number {
  if (bulkStart === undefined) return 0;
  const absentBytes = total - beginning.length;
  const frame = decodeMessage(beginning, absentBytes);
  if (frame?.type !== CALL && frame?.type !== RESULT) return 0;
  const payload = frame.type === CALL ? frame.args : frame.value;
  const start = bulkStart(payload, payload.length + absentBytes);
  const isHere = start !== undefined && start >= 0 && start <= payload.length;
  return isHere ? beginning.length - payload.length + start : 0;
}
