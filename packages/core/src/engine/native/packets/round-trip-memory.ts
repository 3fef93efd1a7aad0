import {
  ACK_DELAY_MS_MAX,
  FIRST_PROBE_MS_MAX,
  FIRST_PROBE_MS_MIN,
  ROUND_TRIPS_REMEMBERED_MAX,
} from '../../../native-limits.js';
import type { Millis } from '../../engine.js';

/** The hosts learned last of which the median is taken: enough to be one, few enough to sort at each opening. */
const MEDIAN_OF = 31;

/**
 * The last round trip to each host, so that a first packet that is lost does not cost as long as one to a host of which
 * nothing is known: docs/protocol.md §6, docs/decisions/0015.
 */
export class RoundTripMemory {
  /** The host learned last comes last. */
  readonly #byHost = new Map<string, Millis>();
  #median: Millis | undefined;

  learn(host: string, roundTripMs: Millis): void {
    this.#byHost.delete(host);
    this.#byHost.set(host, roundTripMs);
    this.#median = undefined;
    if (this.#byHost.size <= ROUND_TRIPS_REMEMBERED_MAX) return;
    for (const oldest of this.#byHost.keys()) {
      this.#byHost.delete(oldest);
      return;
    }
  }

  /** How long to wait for the first acknowledgement from a host. */
  firstProbeMs(host: string): Millis {
    const known = this.#byHost.get(host);
    if (known !== undefined) return within(known + ACK_DELAY_MS_MAX);
    if (this.#byHost.size === 0) return FIRST_PROBE_MS_MAX;
    this.#median ??= median([...this.#byHost.values()].slice(-MEDIAN_OF));
    return within(2 * this.#median);
  }
}

function within(ms: Millis): Millis {
  return Math.min(Math.max(ms, FIRST_PROBE_MS_MIN), FIRST_PROBE_MS_MAX);
}

function median(values: readonly Millis[]): Millis {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
