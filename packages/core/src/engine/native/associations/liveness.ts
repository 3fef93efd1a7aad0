import { LIVENESS_PROBE_MS_MAX, LIVENESS_PROBE_MS_MIN } from '../../../native-limits.js';
import type { Millis } from '../../engine.js';

/** When a call was made and when it has to be answered. */
export interface AwaitedCall {
  readonly startedAt: Millis;
  readonly deadline: Millis;
}

/**
 * How long a peer that is waited for may be quiet before it is asked whether it is still there: docs/protocol.md §6. Worked
 * out only when the least time for it is over, since calls come and go faster.
 */
export class Liveness {
  /** Until when it may be quiet, and since when it was quiet as that was worked out. */
  #quietUntil: Millis = -Infinity;
  #basis: Millis = -Infinity;

  /** When to look, for a peer that is quiet since a moment. @param liveness What was worked out; undefined if nothing was. */
  static dueAt(liveness: Liveness | undefined, quietSince: Millis): Millis {
    const least = quietSince + LIVENESS_PROBE_MS_MIN;
    return liveness !== undefined && liveness.#basis === quietSince ? Math.max(least, liveness.#quietUntil) : least;
  }

  /** Works out until when it may be quiet; gives whether that is over. */
  review(quietSince: Millis, calls: Iterable<AwaitedCall>, now: Millis): 'quiet for too long' | 'wait on' {
    this.#basis = quietSince;
    this.#quietUntil = quietSince + quietMs(calls, now);
    return now >= this.#quietUntil ? 'quiet for too long' : 'wait on';
  }
}

/** Half of what the youngest call has waited, or of what is left to the one that is due first, whichever is less. */
function quietMs(calls: Iterable<AwaitedCall>, now: Millis): Millis {
  let shortest = LIVENESS_PROBE_MS_MAX;
  for (const { startedAt, deadline } of calls)
    shortest = Math.min(shortest, (now - startedAt) / 2, (deadline - now) / 2);
  return Math.max(shortest, LIVENESS_PROBE_MS_MIN);
}
