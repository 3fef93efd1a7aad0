import type { Millis } from '../engine/engine.js';
import { INSPECTED_CALLS_PER_UPDATE_MAX } from '../limits.js';
import type { BusiestPeers } from './busiest-peers.js';
import type { CallSide, InspectedCall, InspectionUpdate } from './inspection-update.js';
import type { InspectionSource } from './inspection-source.js';
import { Latencies } from './latencies.js';
import type { MethodFigures } from './method-figures.js';

const SIDES = ['client', 'server'] as const satisfies readonly CallSide[];

/** Somebody who looks at an endpoint, and is told each time what has happened since. */
export class Onlooker {
  readonly #source: InspectionSource;
  readonly #peers: BusiestPeers;
  readonly #bornAt: Millis;
  #lookedAt: Millis;
  #endedCount = 0;
  readonly #known = new Map<Latencies, Latencies>();

  /** @param bornAt When the endpoint was bound. */
  constructor(source: InspectionSource, peers: BusiestPeers, bornAt: Millis) {
    this.#source = source;
    this.#peers = peers;
    this.#bornAt = bornAt;
    this.#lookedAt = bornAt;
  }

  look(): InspectionUpdate {
    const { clocks, recorder, stats } = this.#source;
    const now = clocks.now();
    const sinceMs = now - this.#lookedAt;
    this.#lookedAt = now;
    const latency = SIDES.map((side) => [side, this.#since(recorder.latencies[side])] as const);
    return {
      at: clocks.wallClock(),
      boundMs: Math.round(now - this.#bornAt),
      sinceMs: Math.round(sinceMs),
      stats: stats(),
      peers: this.#peers.describe(),
      peerCount: this.#peers.count,
      methods: recorder.methods.all.map((figures) => this.#describe(figures)),
      latency: Object.fromEntries(latency) as InspectionUpdate['latency'],
      ...this.#calls(),
    };
  }

  /** The last of those that have ended: whoever looks wants to see what is new. */
  #calls(): { readonly calls: readonly InspectedCall[]; readonly callsOmitted: number } {
    const { recorder } = this.#source;
    const ended = recorder.endedSince(this.#endedCount).slice(-INSPECTED_CALLS_PER_UPDATE_MAX);
    const callsOmitted = recorder.endedCount - this.#endedCount - ended.length;
    this.#endedCount = recorder.endedCount;
    return { calls: [...ended, ...recorder.running(INSPECTED_CALLS_PER_UPDATE_MAX - ended.length)], callsOmitted };
  }

  #describe(figures: MethodFigures): InspectionUpdate['methods'][number] {
    return figures.describe(this.#knownOf(figures.latencies));
  }

  #since(latencies: Latencies): InspectionUpdate['latency']['client'] {
    return latencies.since(this.#knownOf(latencies));
  }

  #knownOf(latencies: Latencies): Latencies {
    let known = this.#known.get(latencies);
    if (known === undefined) this.#known.set(latencies, (known = new Latencies()));
    return known;
  }
}
