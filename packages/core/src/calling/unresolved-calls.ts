import type { Address } from '../address.js';
import type { Millis } from '../engine/engine.js';
import { DeadlineHeap } from '../engine/tables/deadline-heap.js';
import { RpcError } from '../errors.js';
import { NAME_RETRY_JITTER, NAME_RETRY_MS_FIRST, NAME_RETRY_MS_MAX } from '../limits.js';
import type { EndpointPorts } from '../ports.js';
import type { NameLookup } from './name-lookup.js';
import type { StartedCall } from './started-call.js';

/** What becomes of calls whose peer's name was looked up. */
export interface UnresolvedCallsOwner {
  /** It has an address. */
  resolved(call: StartedCall, to: Address): void;
  /** It has none. */
  failed(call: StartedCall, error: RpcError): void;
  /** Its deadline came before. */
  silent(call: StartedCall): void;
  /** Called after each lookup. */
  changed(): void;
}

/**
 * Calls whose peer's name is not an address yet. One lookup serves all calls of a channel. If it fails, those that wait for
 * their peer stay, and the name is looked up again, ever more rarely, as long as there are such.
 */
export class UnresolvedCalls {
  readonly #ports: Pick<EndpointPorts, 'now' | 'random'>;
  readonly #owner: UnresolvedCallsOwner;
  readonly #calls = new DeadlineHeap<StartedCall>();
  readonly #retries = new DeadlineHeap<NameLookup>();

  constructor(ports: Pick<EndpointPorts, 'now' | 'random'>, owner: UnresolvedCallsOwner) {
    this.#ports = ports;
    this.#owner = owner;
  }

  get nextWake(): Millis {
    return Math.min(this.#calls.earliest, this.#retries.earliest);
  }

  add(call: StartedCall, lookup: NameLookup): void {
    this.#calls.add(call);
    lookup.calls.add(call);
    const comesAnyway = lookup.running || (call.waitForReady && lookup.heapIndex >= 0);
    if (!comesAnyway) this.#look(lookup);
  }

  /** Forgets a call that has ended. */
  remove(call: StartedCall): void {
    this.#calls.remove(call);
  }

  wake(now: Millis): void {
    for (let call = this.#calls.takeDue(now); call !== undefined; call = this.#calls.takeDue(now)) {
      this.#owner.silent(call);
    }
    for (let lookup = this.#retries.takeDue(now); lookup !== undefined; lookup = this.#retries.takeDue(now)) {
      forgetEnded(lookup);
      if (lookup.calls.size > 0) this.#look(lookup);
    }
  }

  #look(lookup: NameLookup): void {
    this.#retries.remove(lookup);
    lookup.running = true;
    lookup.look().then(
      (address) => this.#found(lookup, address),
      (error: unknown) => this.#missed(lookup, RpcError.from(error)),
    );
  }

  #found(lookup: NameLookup, address: Address): void {
    lookup.running = false;
    lookup.address = address;
    const now = this.#ports.now();
    for (const call of lookup.calls) {
      // One whose deadline has come is not sent: it ends with the timer.
      if (call.ended || call.deadline <= now) continue;
      this.#calls.remove(call);
      this.#owner.resolved(call, address);
    }
    lookup.calls.clear();
    this.#owner.changed();
  }

  #missed(lookup: NameLookup, error: RpcError): void {
    lookup.running = false;
    lookup.failures += 1;
    forgetEnded(lookup);
    for (const call of lookup.calls) {
      if (call.waitForReady && error.code === 'UNAVAILABLE') {
        call.hindrance = error;
      } else {
        lookup.calls.delete(call);
        this.#owner.failed(call, error);
      }
    }
    if (lookup.calls.size > 0) {
      lookup.deadline = this.#ports.now() + this.#pauseMs(lookup);
      this.#retries.add(lookup);
    } else {
      lookup.failures = 0;
    }
    this.#owner.changed();
  }

  /** Clients that were started together must not ask their resolver in step. */
  #pauseMs({ failures }: NameLookup): Millis {
    const pauseMs = Math.min(NAME_RETRY_MS_FIRST * 2 ** (failures - 1), NAME_RETRY_MS_MAX);
    return pauseMs * (1 - (NAME_RETRY_JITTER * this.#ports.random(1)[0]!) / 255);
  }
}

function forgetEnded({ calls }: NameLookup): void {
  for (const call of calls) if (call.ended) calls.delete(call);
}
