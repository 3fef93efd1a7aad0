import type { Address } from '../../../address.js';
import { RPC_ERROR_CODES } from '../../../errors.js';
import { type CallFrame } from '../../../wire/native/frame-types.js';
import { replyBytesMax, writeFailure, writeResult } from '../../../wire/native/encode-frames.js';
import { Writer } from '../../../wire/native/writer.js';
import type { Delivery } from '../../../delivery.js';
import type { Deadlined } from '../../tables/deadline-heap.js';
import { EXECUTED, type IncomingRequest, type Millis, type PeerHandle, type Refusal } from '../../engine.js';
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
  /** The reply has arrived, or will not be sent again: the call can be forgotten. */
  answerDone(call: AnsweredNativeCall): void;
}

/** One call of the peer, from its arrival until its reply has arrived. The reply that waits here is the reply cache. */
export class AnsweredNativeCall implements IncomingRequest, Item, PartsOwner, Deadlined {
  readonly side = 1;
  readonly deadlineFromCaller = true;
  readonly owner: AnswerOwner;
  readonly number: number;
  readonly method: number;
  readonly delivery: Delivery;
  readonly oneWay: boolean;
  metadata: Uint8Array | undefined;
  args: Uint8Array;
  readonly deadline: Millis;
  readonly answersArrival: number | undefined;
  heapIndex = -1;
  copies = 0;
  waitsAgain = false;
  /** Whether it was handed to a handler, so that it counts as running until it is answered. */
  handed = false;
  /** What is counted as queued for it, in bytes. */
  countedBytes = 0;
  #result: Uint8Array | undefined;
  #refusal: Refusal | undefined;
  #done = false;
  #sentWhole = false;

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
    this.answersArrival = this.reliable ? arrival : Infinity;
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

  get reliable(): boolean {
    return this.delivery !== 'best-effort';
  }

  get wanted(): boolean {
    return !this.#done && !this.running;
  }

  /**
   * Whether the reply can be sent again as a whole: it has been before, so it is not queued still. Once it was cut into
   * parts, those are sent again; cut another time, they would overlap.
   */
  get repeatable(): boolean {
    return this.wanted && this.reliable && this.#sentWhole;
  }

  get bytesMax(): number {
    return replyBytesMax(this.replyBytes);
  }

  get replyBytes(): number {
    return (this.#result ?? this.#refusal?.payload ?? NOTHING).length;
  }

  respond(result: Uint8Array): void {
    this.#result = result;
    this.#releaseCall();
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
    this.#releaseCall();
  }

  write(writer: Writer): void {
    const { number } = this;
    this.#sentWhole = true;
    if (this.#result !== undefined) return writeResult(writer, number, this.#result);
    const { code, executed, payload } = this.#refusal!;
    const details = payload ?? NOTHING;
    writeFailure(writer, {
      number,
      code: RPC_ERROR_CODES.indexOf(code),
      executed: EXECUTED.indexOf(executed),
      details,
    });
  }

  toParts(): OutgoingParts {
    const writer = new Writer(this.bytesMax, 1);
    this.write(writer);
    this.#sentWhole = false;
    return new OutgoingParts(this, writer.take());
  }

  acknowledged(): void {
    this.partsAcknowledged();
  }

  partsAcknowledged(): void {
    if (this.#done) return;
    this.#done = true;
    this.owner.answerDone(this);
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
    this.args = NOTHING;
    this.metadata = undefined;
  }
}

const NOTHING = new Uint8Array(0);
