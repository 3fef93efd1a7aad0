import {
  PATIENCE_MS_INITIAL,
  PATIENCE_MS_MAX,
  PATIENCE_MS_MIN,
  PATIENCE_MS_SLACK,
  ROUND_TRIP_PEERS_MAX,
} from '../limits.js';

/** A round trip as RFC 6298 estimates it, in milliseconds. */
interface Estimate {
  smoothedMs: number;
  variationMs: number;
}

/**
 * How long to wait for an answer: learned from each peer, and for those that have not answered yet, from all of them. A fixed
 * time is too long on a local network and too short on a bad one.
 */
export class RoundTrips {
  readonly #peers = new Map<string, Estimate>();
  #all: Estimate | undefined;

  /** A peer has answered a call that was sent once. */
  measured(address: string, ms: number): void {
    // One answer tells how far a peer is, and nothing of how much that varies: the network knows more of it.
    const variationMs = Math.min(ms / 2, this.#all?.variationMs ?? Infinity);
    this.#all = updated(this.#all, ms, ms / 2);
    const estimate = updated(this.#peers.get(address), ms, variationMs);
    this.#peers.delete(address);
    this.#peers.set(address, estimate);
    if (this.#peers.size > ROUND_TRIP_PEERS_MAX) this.#peers.delete(this.#peers.keys().next().value!);
  }

  /** How long an answer of a peer may take before the call counts as slow, in milliseconds. */
  patienceMs(address: string): number {
    const estimate = this.#peers.get(address) ?? this.#all;
    if (estimate === undefined) return PATIENCE_MS_INITIAL;
    const ms = estimate.smoothedMs + Math.max(PATIENCE_MS_SLACK, 4 * estimate.variationMs);
    return Math.min(PATIENCE_MS_MAX, Math.max(PATIENCE_MS_MIN, ms));
  }

  /** The round trip of the network, smoothed, in milliseconds; undefined before anybody has answered. */
  get smoothedMs(): number | undefined {
    return this.#all?.smoothedMs;
  }
}

/** RFC 6298, section 2. @param firstVariationMs What to take for the variation of a first answer. */
function updated(estimate: Estimate | undefined, ms: number, firstVariationMs: number): Estimate {
  if (estimate === undefined) return { smoothedMs: ms, variationMs: firstVariationMs };
  const variationMs = 0.75 * estimate.variationMs + 0.25 * Math.abs(estimate.smoothedMs - ms);
  return { smoothedMs: 0.875 * estimate.smoothedMs + 0.125 * ms, variationMs };
}
