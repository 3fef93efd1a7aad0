import { sameAddress, type Address } from '../../address.js';
import type { PortShare } from '../cores/shared-port.js';
import { DeadlineHeap, type Deadlined } from '../tables/deadline-heap.js';
import { NumberTable } from '../tables/number-table.js';
import type { Millis, OutgoingCall, RandomBytes } from '../engine.js';
import { MESSAGE_ID_BYTES } from '../../wire/rpcudp.js';

/** A call that waits. */
export interface WaitingCall<C> extends Deadlined {
  readonly call: C;
  /** What `remove` takes. */
  readonly number: number;
  readonly id: Uint8Array;
}

/**
 * The calls that wait for an answer: found by message id, ended by an answer, by a deadline or by their caller.
 *
 * The key of the table is 30 bits of the id, which fit a small integer. Ids are ours, so two of them that
 * share a key are prevented by drawing again; and since a stranger may guess a key, an answer must carry the whole id.
 */
export class OutgoingCalls<C extends OutgoingCall> {
  readonly #waiting = new NumberTable<WaitingCall<C>>();
  readonly #deadlines = new DeadlineHeap<WaitingCall<C>>();
  readonly #random: RandomBytes;
  readonly #share: PortShare | undefined;

  constructor(random: RandomBytes, share?: PortShare) {
    this.#random = random;
    this.#share = share;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get earliestDeadline(): Millis {
    return this.#deadlines.earliest;
  }

  /** Starts waiting. */
  add(call: C): WaitingCall<C> {
    let id = this.#draw();
    while (this.#waiting.has(keyOf(id))) id = this.#draw();
    const pending = { call, id, number: keyOf(id), deadline: call.deadline, heapIndex: -1 };
    this.#waiting.add(pending);
    this.#deadlines.add(pending);
    return pending;
  }

  /** The call with a number, if it still waits. */
  get(number: number): WaitingCall<C> | undefined {
    return this.#waiting.get(number);
  }

  remove(number: number): void {
    const pending = this.#waiting.get(number);
    if (pending !== undefined) this.#end(pending);
  }

  /** The call that a response belongs to: same id, from the address that was called. */
  find(id: Uint8Array, from: Address): WaitingCall<C> | 'unexpected-response' | 'wrong-source' {
    const pending = this.withId(id);
    if (pending === undefined) return 'unexpected-response';
    return sameAddress(pending.call.to, from) ? pending : 'wrong-source';
  }

  /** The call with this id, whoever sent it. */
  withId(id: Uint8Array): WaitingCall<C> | undefined {
    const pending = this.#waiting.get(keyOf(id));
    return pending !== undefined && sameBytes(pending.id, id) ? pending : undefined;
  }

  /** Ends and returns a call whose deadline has come, or undefined. */
  takeExpired(now: Millis): WaitingCall<C> | undefined {
    const pending = this.#deadlines.takeDue(now);
    if (pending === undefined) return undefined;
    this.#end(pending);
    return pending;
  }

  /** An id that leads here, where a port is shared. */
  #draw(): Uint8Array {
    const id = this.#random(MESSAGE_ID_BYTES);
    this.#share?.markId(id);
    return id;
  }

  #end(pending: WaitingCall<C>): void {
    this.#waiting.delete(pending.number);
    this.#deadlines.remove(pending);
  }
}

function keyOf(id: Uint8Array): number {
  return id[0]! | (id[1]! << 8) | (id[2]! << 16) | ((id[3]! & 0x3f) << 24);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 0; index < MESSAGE_ID_BYTES; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
