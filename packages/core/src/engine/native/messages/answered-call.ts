import type { Address } from '../../../address.js';
import { RPC_ERROR_CODES } from '../../../errors.js';
import { END_DONE, type CallFrame, type StreamFlags } from '../../../wire/native/frame-types.js';
import { replyBytesMax, writeFailureHead, writeResultHead } from '../../../wire/native/encode-frames.js';
import { endBytesMax, writeEndHead } from '../../../wire/native/stream-frames.js';
import { VARINT_MAX, Writer } from '../../../wire/native/writer.js';
import { lowIndex } from '../streams/item-index.js';
import { NativeStream, type StreamedCall } from '../streams/native-stream.js';
import type { Delivery } from '../../../delivery.js';
import type { Deadlined } from '../../tables/deadline-heap.js';
import {
  EXECUTED,
  type GivenReply,
  type IncomingRequest,
  type Millis,
  type PeerHandle,
  type Refusal,
} from '../../engine.js';
import type { Item } from '../packets/item.js';
import { OutgoingParts, type PartsOwner } from './parts.js';

/** What an {@link AnsweredNativeCall} tells the association that answers it. */
export interface AnswerOwner {
  readonly address: Address;
  /** The peer, wherever it moves. */
  readonly peer: PeerHandle;
  /** A reply has been put into the call. */
  reply(call: AnsweredNativeCall): void;
  /** Nobody wants the answer any more. */
  giveUp(call: AnsweredNativeCall, code: 'CANCELLED' | 'DEADLINE_EXCEEDED'): void;
  /** Nobody needs the memory of a call any more that was joined from parts. */
  memoryFree(args: Uint8Array): void;
  /** The reply has arrived, or will not be sent again: the call can be forgotten. */
  answerDone(call: AnsweredNativeCall): void;
}

/** One call of the peer, from its arrival until its reply has arrived. The reply that waits here is the reply cache. */
export class AnsweredNativeCall implements IncomingRequest, GivenReply, Item, PartsOwner, Deadlined, StreamedCall {
  readonly side = 1;
  readonly deadlineFromCaller = true;
  readonly owner: AnswerOwner;
  readonly number: number;
  readonly method: number;
  readonly delivery: Delivery;
  readonly oneWay: boolean;
  metadata: Uint8Array | undefined;
  args: Uint8Array;
  argsRest: Uint8Array | undefined;
  deadline: Millis;
  answersArrival: number | undefined;
  readonly stream: NativeStream | undefined;
  heapIndex = -1;
  copies = 0;
  waitsAgain = false;
  /** Whether it was handed to a handler, so that it counts as running until it is answered. */
  handed = false;
  /** Whether it was joined from parts, in memory of its own. */
  readonly #joined: boolean;
  /** What is counted as queued for it, in bytes. */
  countedBytes = 0;
  #result: Uint8Array | undefined;
  #refusal: Refusal | undefined;
  #done = false;
  #sentWhole = false;
  /** Whether the reply has arrived, and items before it have not. */
  #replyArrived = false;

  /** @param arrival Which arrival of a packet brought it; undefined if several did. */
  constructor(owner: AnswerOwner, frame: CallFrame, arrival: number | undefined, now: Millis) {
    this.owner = owner;
    this.number = frame.number;
    this.method = frame.method;
    this.delivery = frame.delivery;
    this.oneWay = frame.oneWay;
    this.metadata = frame.metadata;
    this.args = frame.args;
    this.deadline = now + frame.deadlineMs;
    this.stream = undefined;
    this.#joined = arrival === undefined;
    this.answersArrival = this.reliable ? arrival : Infinity;
    if (frame.streams === undefined) return;
    this.stream = this.#newStream(frame.streams);
    this.answersArrival = undefined;
    if (frame.deadlineMs === VARINT_MAX) this.deadline = Infinity;
  }

  get from(): Address {
    return this.owner.address;
  }

  get via(): PeerHandle {
    return this.owner.peer;
  }

  /** Whether it still waits for an answer from its handler. */
  get running(): boolean {
    return !this.#done && this.#result === undefined && this.#refusal === undefined;
  }

  /** Whether its reply has arrived, or nobody wants it any more. */
  get ended(): boolean {
    return this.#done;
  }

  get reliable(): boolean {
    return this.delivery !== 'best-effort' || this.stream !== undefined;
  }

  get wanted(): boolean {
    return !this.#done && !this.#replyArrived && !this.running;
  }

  /**
   * Whether the reply can be sent again as a whole: it has been before, so it is not queued still. Once it was cut into
   * parts, those are sent again; cut another time, they would overlap.
   */
  get repeatable(): boolean {
    return this.wanted && this.reliable && this.#sentWhole;
  }

  get bytesMax(): number {
    return this.stream === undefined ? replyBytesMax(this.replyBytes) : endBytesMax(this.replyBytes);
  }

  get replyBytes(): number {
    return this.#payload().length;
  }

  respond(result: Uint8Array): void {
    this.#result = result;
    this.stream?.finish();
    this.#releaseCall();
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
    this.stream?.finish();
    this.#releaseCall();
  }

  write(writer: Writer): void {
    this.#writeHead(writer);
    writer.copy(this.#payload());
    this.#sentWhole = true;
  }

  /** Writes all of the reply's frame but what it says. */
  #writeHead(writer: Writer): void {
    const { number } = this;
    if (this.stream?.answers === true && this.#endsItems(this.stream)) return this.#writeEndHead(writer, this.stream);
    if (this.#result !== undefined) return writeResultHead(writer, number, this.#result.length);
    const { code, executed } = this.#refusal!;
    const details = this.#payload();
    writeFailureHead(writer, {
      number,
      code: RPC_ERROR_CODES.indexOf(code),
      executed: EXECUTED.indexOf(executed),
      details,
    });
  }

  toParts(): OutgoingParts {
    const payload = this.#payload();
    const writer = new Writer(this.bytesMax - payload.length, 1);
    this.#writeHead(writer);
    this.#sentWhole = false;
    return new OutgoingParts(this, writer.take(), payload);
  }

  acknowledged(): void {
    this.partsAcknowledged();
  }

  partsAcknowledged(): void {
    if (this.#done) return;
    this.#replyArrived = true;
    if (this.stream?.outgoing?.unfinished !== true) this.#finish();
  }

  itemsArrived(): void {
    if (this.#replyArrived && !this.#done) this.#finish();
  }

  #finish(): void {
    this.#done = true;
    this.owner.answerDone(this);
  }

  /** Whether the reply is the end of its items: else it is what any call is answered with. */
  #endsItems({ outgoing }: NativeStream): boolean {
    return this.#result !== undefined || outgoing?.used === true;
  }

  /** What the reply says. */
  #payload(): Uint8Array {
    return this.#result ?? this.#refusal?.payload ?? NOTHING;
  }

  #writeEndHead(writer: Writer, stream: NativeStream): void {
    writeEndHead(writer, {
      number: this.number,
      side: 1,
      count: lowIndex(stream.outgoing!.count),
      code: this.#refusal === undefined ? END_DONE : RPC_ERROR_CODES.indexOf(this.#refusal.code),
      value: this.#payload(),
    });
  }

  #newStream({ credit, takes }: StreamFlags): NativeStream {
    const bestEffort = this.delivery === 'best-effort';
    return new NativeStream(this, { isCaller: false, bestEffort, answers: credit !== undefined, takes });
  }

  lost(): boolean {
    return this.reliable && this.wanted;
  }

  /** A reply that is sent once was lost: there is nothing more to do for it. */
  givenUp(): void {
    if (this.wanted) this.partsAcknowledged();
  }

  /** Ends it without a reply. */
  drop(): void {
    this.#done = true;
    this.#releaseCall();
  }

  /** Views of the datagram that brought the call: Node's memory for it is large, and a reply can wait for long. */
  #releaseCall(): void {
    if (this.#joined) this.owner.memoryFree(this.args);
    this.args = NOTHING;
    this.argsRest = undefined;
    this.metadata = undefined;
  }
}

const NOTHING = new Uint8Array(0);
