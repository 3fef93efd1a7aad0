import type { Address } from '../../address.js';
import { DeadlineHeap, type Deadlined } from '../tables/deadline-heap.js';
import type { IncomingRequest, Millis } from '../engine.js';

/** A request that is being handled. */
export interface AnsweredCall extends IncomingRequest, Deadlined {
  readonly id: Uint8Array;
  /** Of the datagram that it came in. */
  readonly bytes: number;
}

/**
 * The requests whose handlers run: bounded in number and in time. This wire has no duplicate suppression, so two
 * copies of a request are two calls, as they are for every peer that speaks it.
 */
export class AnsweredCalls {
  readonly #running = new DeadlineHeap<AnsweredCall>();
  readonly #runningMax: number;
  readonly #timeoutMs: Millis;

  constructor(runningMax: number, timeoutMs: Millis) {
    this.#runningMax = runningMax;
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#running.size;
  }

  get earliestDeadline(): Millis {
    return this.#running.earliest;
  }

  /** Takes a request in, or gives undefined when as many run as may. The id is copied, the rest are views. */
  add(
    parts: { readonly id: Uint8Array; readonly method: Uint8Array; readonly args: Uint8Array },
    { from, bytes }: { readonly from: Address; readonly bytes: number },
    now: Millis,
  ): AnsweredCall | undefined {
    if (this.#running.size >= this.#runningMax) return undefined;
    const request: AnsweredCall = {
      from,
      via: undefined,
      id: parts.id.slice(),
      bytes,
      method: methodKey(parts.method),
      args: parts.args,
      delivery: 'best-effort',
      oneWay: false,
      metadata: undefined,
      deadline: now + this.#timeoutMs,
      deadlineFromCaller: false,
      heapIndex: -1,
    };
    this.#running.add(request);
    return request;
  }

  /** Whether an answer would still be wanted. */
  has(request: AnsweredCall): boolean {
    return request.heapIndex >= 0;
  }

  remove(request: AnsweredCall): void {
    this.#running.remove(request);
  }

  /** Ends and returns a request whose handler has taken too long, or undefined. */
  takeExpired(now: Millis): AnsweredCall | undefined {
    return this.#running.takeDue(now);
  }
}

/** A method's name as a key: one character for each byte of its UTF-8, which is cheap and cannot fail. */
export function methodKey(name: Uint8Array): string {
  return String.fromCharCode(...name);
}
