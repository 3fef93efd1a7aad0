import type { NetworkConditions } from './conditions.js';
import type { SeededRandom } from './random.js';

/** The way from one address to another: decides what becomes of each datagram that takes it. */
export class SimulatedPath {
  readonly #random: SeededRandom;
  /** Whether a burst of losses is under way, and until when that stays so. */
  #bursting = true;
  #burstingUntil = 0;
  /** When all that waits before the bottleneck is through. */
  #freeAt = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** After how many milliseconds each copy of a datagram arrives; none if it is lost. */
  delays(bytes: number, now: number, conditions: Required<NetworkConditions>): number[] {
    const { loss, duplication, datagramBytesMax } = conditions;
    if (bytes > datagramBytesMax) return [];
    const queuedMs = this.#queue(bytes, now, conditions);
    if (queuedMs === undefined || this.#lostInBurst(now, conditions) || this.#random.chance(loss)) return [];
    const copies = this.#random.chance(duplication) ? 2 : 1;
    return Array.from({ length: copies }, () => queuedMs + this.#travelMs(conditions));
  }

  /** How long a datagram takes to get through the bottleneck; undefined if the queue before it is full. */
  #queue(bytes: number, now: number, conditions: Required<NetworkConditions>): number | undefined {
    const { bytesPerSecond, queueBytesMax } = conditions;
    if (bytesPerSecond === Infinity) return 0;
    const bytesPerMs = bytesPerSecond / 1000;
    const waitingMs = Math.max(0, this.#freeAt - now);
    // An empty queue takes any datagram: it is being sent, not waiting.
    if (waitingMs > 0 && waitingMs * bytesPerMs + bytes > queueBytesMax) return undefined;
    this.#freeAt = now + waitingMs + bytes / bytesPerMs;
    return this.#freeAt - now;
  }

  /** Good times and bad times take turns; what is sent in a bad one is lost. */
  #lostInBurst(now: number, { burstLoss, burstMs }: Required<NetworkConditions>): boolean {
    if (burstLoss === 0) return false;
    while (this.#burstingUntil <= now) {
      this.#bursting = !this.#bursting;
      const meanMs = this.#bursting ? burstMs : (burstMs * (1 - burstLoss)) / burstLoss;
      this.#burstingUntil += Math.max(0.001, -meanMs * Math.log(1 - this.#random.next()));
    }
    return this.#bursting;
  }

  #travelMs({ latencyMs, jitterMs, reordering, reorderingMs }: Required<NetworkConditions>): number {
    const travelMs = latencyMs + this.#random.next() * jitterMs;
    return this.#random.chance(reordering) ? travelMs + this.#random.next() * reorderingMs : travelMs;
  }
}
