import { BBR_PACING_MARGIN } from './parameters.js';
import { GAINS } from './bbr-states.js';
import type { BbrModel } from './bbr-model.js';
import type { ControllerParts } from './controller.js';
import { initialWindowBytes } from './window-bounds.js';

/** How fast BBR lets packets go out: draft-ietf-ccwg-bbr §5.6.2. */
export class BbrPacing {
  /** In bytes a millisecond. */
  rate: number;
  readonly #parts: ControllerParts;
  readonly #model: BbrModel;
  readonly #initialBytes: number;
  #sawRoundTrip = false;

  constructor(parts: ControllerParts, model: BbrModel) {
    this.#parts = parts;
    this.#model = model;
    this.#initialBytes = initialWindowBytes(parts.datagramBytes);
    this.rate = GAINS.startup.pacing * this.#initialBytes;
  }

  /** The first round trip tells how fast an initial window goes out. */
  acknowledged(): void {
    const { smoothedMs } = this.#parts.roundTrip;
    if (this.#sawRoundTrip || smoothedMs === undefined) return;
    this.#sawRoundTrip = true;
    this.rate = (GAINS.startup.pacing * this.#initialBytes) / Math.max(smoothedMs, 0.01);
  }

  /** Follows the model, but does not slow down while it is not known whether the way is used up. */
  set(gain: number, pipeWasFull: boolean): void {
    const rate = gain * this.#model.bandwidth * BBR_PACING_MARGIN;
    if (rate > 0 && (pipeWasFull || rate > this.rate)) this.rate = rate;
  }
}
