import type { RpcChannel } from '@rpcudp/core';
import type { PublicKey } from '@rpcudp/core/security';
import type { Candidate } from '../policies/policy.js';
import type { BalancePorts } from '../ports.js';
import type { TargetState, TargetStats } from '../stats.js';
import type { CallEnd } from './call-end.js';
import { SmoothedRoundTrip } from './round-trip.js';
import { Standing } from './standing.js';
import type { CheckedTarget } from './target.js';

/** A call that a target has. */
export interface BegunCall {
  readonly at: number;
  /** What the target had answered when it began. */
  readonly answered: number;
}

/** What a {@link PoolTarget} needs of the world. */
export type TargetPorts = Pick<BalancePorts, 'now' | 'random'>;

/** A target among the others, and what is known of it. */
export class PoolTarget implements Candidate {
  readonly address: string;
  readonly publicKey: PublicKey | undefined;
  readonly channel: RpcChannel;
  weight: number;
  priority: number;
  /** Whether discovery names it no more. */
  leaving = false;
  ejected = false;
  ejections = 0;
  readonly #ports: TargetPorts;
  readonly #standing = new Standing();
  readonly #roundTrip = new SmoothedRoundTrip();
  readonly #counts = { calls: 0, answered: 0, refusals: 0, failures: 0, silences: 0, overtaken: 0 };
  #pending = 0;

  constructor({ address, weight, priority, publicKey }: CheckedTarget, channel: RpcChannel, ports: TargetPorts) {
    this.address = address;
    this.weight = weight;
    this.priority = priority;
    this.publicKey = publicKey;
    this.channel = channel;
    this.#ports = ports;
  }

  get pending(): number {
    return this.#pending;
  }

  expectedMs(): number | undefined {
    return this.#roundTrip.expectedMs(this.#ports.now());
  }

  /** Whether it may be given a call, with regard to what became of the last ones. */
  takes(now: number): boolean {
    return !this.ejected && this.#standing.takes(this.#pending, now);
  }

  began(): BegunCall {
    this.#pending += 1;
    this.#counts.calls += 1;
    return { at: this.#ports.now(), answered: this.#counts.answered };
  }

  ended(call: BegunCall, end: CallEnd): void {
    const now = this.#ports.now();
    this.#pending -= 1;
    switch (end.kind) {
      case 'answered':
        this.#counts.answered += 1;
        this.#standing.answered();
        if (end.measures) this.#roundTrip.measured(now - call.at, now);
        return;
      case 'refused':
        this.#counts.refusals += 1;
        this.#standing.failed(now, this.#ports.random(), end.retryAfterMs);
        return;
      case 'failed':
        // Whatever went wrong, it is there: only how often that happens says whether it is to be called.
        this.#counts.failures += 1;
        this.#standing.answered();
        return;
      case 'lost':
        this.#counts.failures += 1;
        this.#standing.failed(now, this.#ports.random());
        return;
      case 'silent':
        this.#counts.failures += 1;
        this.#counts.silences += 1;
        this.#unheard(call, now);
        return;
      case 'overtaken':
        this.#counts.overtaken += 1;
        this.#unheard(call, now);
        return;
      case 'untold':
    }
  }

  stats(): TargetStats {
    const { address, weight, priority, pending, ejected, ejections } = this;
    const roundTripMs = this.#roundTrip.meanMs;
    return { address, state: this.#state, weight, priority, pending, roundTripMs, ...this.#counts, ejected, ejections };
  }

  /** A target that has answered other calls meanwhile is there, and slow with this one. */
  #unheard(call: BegunCall, now: number): void {
    this.#roundTrip.measuredAtLeast(now - call.at, now);
    if (call.answered === this.#counts.answered) this.#standing.failed(now, this.#ports.random());
  }

  get #state(): TargetState {
    if (this.leaving) return 'leaving';
    if (this.ejected) return 'ejected';
    if (!this.#standing.failing) return 'ready';
    return this.#ports.now() < this.#standing.avoidedUntil ? 'avoided' : 'trial';
  }
}
