import { RpcError, type RpcPeer } from '@rpcudp/core';
import type { PublicKey } from '@rpcudp/core/security';
import type { Candidate } from '../policies/policy.js';
import type { BalancePorts } from '../ports.js';
import type { TargetState, TargetStats } from '../stats.js';
import { PROBE_MS, QUIET_MS, UNSENT_BEHIND_CALLS } from '../limits.js';
import type { CallEnd } from './call-end.js';
import { SmoothedRoundTrip } from './round-trip.js';
import { Standing } from './standing.js';
import type { CheckedTarget } from './target.js';

/** A call that a target has. */
export interface BegunCall {
  readonly at: number;
  /** What the target had answered when it began. */
  readonly answered: number;
  /** Called when the target is found to be gone. */
  readonly targetGone: (() => void) | undefined;
}

/** What a {@link PoolTarget} needs of the world. */
export type TargetPorts = Pick<BalancePorts, 'now' | 'random'>;

/** A target among the others, and what is known of it. */
export class PoolTarget implements Candidate {
  readonly address: string;
  readonly publicKey: PublicKey | undefined;
  readonly channel: RpcPeer;
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
  /** When it last answered, or when its first call since was begun. */
  #quietSince = 0;
  /** Calls that may not have been sent. */
  readonly #heldBack = new Set<BegunCall>();
  /** Whether it has to show that it is there before it gets calls again: a call may run once, and a question costs nothing. */
  #hasToShow = false;
  #isAsked = false;
  /** Whether it can be asked. The rpcudp wire cannot. */
  #canBeAsked = true;

  constructor({ address, weight, priority, publicKey }: CheckedTarget, channel: RpcPeer, ports: TargetPorts) {
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

  quietMs(): number {
    return this.#pending === 0 ? 0 : this.#ports.now() - this.#quietSince;
  }

  /** Whether it may be given a call, with regard to what became of the last ones. */
  takes(now: number): boolean {
    return !this.ejected && !this.#hasToShow && this.#standing.takes(this.#pending, now);
  }

  /** Asks whether it is there, if it is time for that. */
  askIfDue(now: number): void {
    if (this.#isAsked || !this.#canBeAsked || this.ejected) return;
    const isDue = this.#hasToShow ? now >= this.#standing.avoidedUntil : this.quietMs() >= QUIET_MS;
    if (!isDue) return;
    // Calls that come meanwhile go elsewhere: for as long as a round trip, if it is there.
    this.#hasToShow = true;
    this.#isAsked = true;
    this.channel.ready({ timeoutMs: PROBE_MS }).then(
      (isThere) => this.#showed(isThere),
      (error: unknown) => this.#showed(RpcError.from(error).code === 'FAILED_PRECONDITION' ? undefined : false),
    );
  }

  /** Whether a call may stay here unsent for a while: behind others, or because nobody has answered yet. */
  get mayHoldBack(): boolean {
    return this.#counts.answered === 0 || this.#pending >= UNSENT_BEHIND_CALLS;
  }

  began(targetGone?: () => void): BegunCall {
    const at = this.#ports.now();
    if (this.#pending === 0) this.#quietSince = at;
    this.#pending += 1;
    this.#counts.calls += 1;
    const call = { at, answered: this.#counts.answered, targetGone };
    if (targetGone !== undefined) this.#heldBack.add(call);
    return call;
  }

  ended(call: BegunCall, end: CallEnd): void {
    const now = this.#ports.now();
    this.#pending -= 1;
    this.#heldBack.delete(call);
    switch (end.kind) {
      case 'answered':
        this.#counts.answered += 1;
        this.#isThere();
        if (end.measures) this.#roundTrip.measured(now - call.at, now);
        return;
      case 'refused':
        this.#counts.refusals += 1;
        this.#standing.failed(now, this.#ports.random(), end.retryAfterMs);
        return;
      case 'failed':
        // Whatever went wrong, it is there: only how often that happens says whether it is to be called.
        this.#counts.failures += 1;
        this.#isThere();
        return;
      case 'lost':
        this.#counts.failures += 1;
        this.#isGone(now);
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
    if (call.answered === this.#counts.answered) this.#isGone(now);
  }

  #isGone(now: number): void {
    this.#standing.failed(now, this.#ports.random());
    this.#hasToShow = this.#canBeAsked;
    for (const { targetGone } of [...this.#heldBack]) targetGone?.();
  }

  #isThere(): void {
    this.#quietSince = this.#ports.now();
    this.#standing.answered();
    this.#hasToShow = false;
  }

  /** @param isThere Undefined if it cannot be asked: then a call has to find out. */
  #showed(isThere: boolean | undefined): void {
    this.#isAsked = false;
    if (isThere === undefined) this.#canBeAsked = this.#hasToShow = false;
    else if (isThere) this.#isThere();
    else this.#isGone(this.#ports.now());
  }

  get #state(): TargetState {
    if (this.leaving) return 'leaving';
    if (this.ejected) return 'ejected';
    if (!this.#standing.failing) return 'ready';
    return this.#ports.now() < this.#standing.avoidedUntil ? 'avoided' : 'trial';
  }
}
