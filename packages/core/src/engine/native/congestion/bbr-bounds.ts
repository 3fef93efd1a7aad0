import type { BbrModel } from './bbr-model.js';
import type { BbrPacing } from './bbr-pacing.js';
import { GAINS, isProbing, type State } from './bbr-states.js';
import type { ControllerParts } from './controller.js';
import { SEND_QUANTUM_BYTES_MAX } from './parameters.js';

/** How much BBR lets be on its way: draft-ietf-ccwg-bbr §5.6.4. */
export class BbrBounds {
  readonly #parts: ControllerParts;
  readonly #model: BbrModel;
  readonly #pacing: BbrPacing;

  constructor(parts: ControllerParts, model: BbrModel, pacing: BbrPacing) {
    this.#parts = parts;
    this.#model = model;
    this.#pacing = pacing;
  }

  /** What may be on its way to use the bandwidth up, with what comes in bunches: BBRInflight and BBRQuantizationBudget. */
  heldBytes(state: State, gain: number, aggregatedBytes = 0): number {
    const model = this.#model;
    const bytes = model.pipeBytes(model.bandwidthMax, gain) + aggregatedBytes;
    const { datagramBytes } = this.#parts;
    const quantumBytes = Math.max(2 * datagramBytes, Math.min(this.#pacing.rate, SEND_QUANTUM_BYTES_MAX));
    const least = Math.max(bytes, 3 * quantumBytes, model.leastBytes);
    return state === 'up' ? least + 2 * datagramBytes : least;
  }

  /** What losses have shown to be too much. */
  modelBytesMax(state: State): number {
    const model = this.#model;
    const reserved = state === 'cruise' || state === 'probe-round-trip';
    const longTerm = reserved ? model.bytesWithHeadroom : isProbing(state) ? model.longTermBytesMax : Infinity;
    return Math.min(longTerm, model.shortTermBytesMax);
  }

  /** What may be on its way while the queue is to run empty. */
  get roundTripProbeBytes(): number {
    const model = this.#model;
    return Math.max(model.pipeBytes(model.bandwidth, GAINS['probe-round-trip'].window), model.leastBytes);
  }
}
