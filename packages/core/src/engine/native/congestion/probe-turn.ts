import type { Millis, RandomBytes } from '../../engine.js';
import { BBR_PROBE_ROUNDS_MAX, BBR_PROBE_WAIT_MS } from './parameters.js';

/** How long BBR waits between two probes for bandwidth: draft-ietf-ccwg-bbr §5.3.3.5.3. */
export class ProbeTurn {
  readonly #random: RandomBytes;
  #began: Millis = 0;
  #waitMs: Millis = 0;
  #rounds = 0;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  /** A turn begins, of a length that differs from that of others on the same link. */
  begin(now: Millis): void {
    const [coin, fraction] = this.#random(2) as Uint8Array & [number, number];
    this.#rounds = coin & 1;
    this.#waitMs = BBR_PROBE_WAIT_MS * (1 + fraction / 510);
    this.#began = now;
  }

  roundBegan(): void {
    this.#rounds += 1;
  }

  /** Whether it is over, for one that has so many datagrams on their way: no later than Reno would have grown by as many. */
  isOver(datagrams: number, now: Millis): boolean {
    return now > this.#began + this.#waitMs || this.#rounds >= Math.min(datagrams, BBR_PROBE_ROUNDS_MAX);
  }
}
