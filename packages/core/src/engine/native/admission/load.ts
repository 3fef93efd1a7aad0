import {
  LOAD_LASTS_MS,
  UNPROVEN_ASSOCIATIONS_MAX,
  UNPROVEN_BURST_SECONDS,
  UNPROVEN_PER_SECOND_MAX,
} from '../../../native-limits.js';
import type { Millis } from '../../engine.js';

/** What the {@link Load} of an endpoint is measured by. */
export interface LoadLimits {
  /** Associations whose opener has not proved its address. */
  readonly unprovenMax: number;
  /** Openers that are looked at in one second without such proof. */
  readonly unprovenPerSecond: number;
}

export const LOAD_LIMITS_DEFAULT: LoadLimits = {
  unprovenMax: UNPROVEN_ASSOCIATIONS_MAX,
  unprovenPerSecond: UNPROVEN_PER_SECOND_MAX,
};

/** Whether an endpoint has so many strangers that the next has to prove its address first: docs/protocol.md §5.8. */
export class Load {
  /** Until when what each source asks for is counted: the load was high a moment ago. */
  highUntil: Millis = -Infinity;
  readonly #limits: LoadLimits;
  #unproven = 0;
  /** How many strangers there is room for at once. */
  readonly #roomMax: number;
  /** How many more there is room for, as a bucket that fills up again. */
  #room: number;
  #roomAt: Millis = -Infinity;
  #pressedUntil: Millis = -Infinity;

  constructor(limits: LoadLimits = LOAD_LIMITS_DEFAULT) {
    this.#limits = limits;
    this.#roomMax = Math.max(1, limits.unprovenPerSecond * UNPROVEN_BURST_SECONDS);
    this.#room = this.#roomMax;
  }

  /** Associations whose opener has not proved its address. */
  get unproven(): number {
    return this.#unproven;
  }

  isHigh(now: Millis): boolean {
    const { unprovenMax } = this.#limits;
    const high = now < this.#pressedUntil || this.#unproven >= unprovenMax || this.#roomLeft(now) < 1;
    if (high) this.highUntil = now + LOAD_LASTS_MS;
    return high;
  }

  /** Most of what the endpoint has is taken. */
  press(now: Millis): void {
    this.#pressedUntil = now + LOAD_LASTS_MS;
    this.highUntil = this.#pressedUntil;
  }

  /** A stranger is looked at who brings no proof: that costs something, whatever comes of it. */
  lookedAt(now: Millis): void {
    this.#room = this.#roomLeft(now) - 1;
    this.#roomAt = now;
  }

  /** A stranger was let in without proof. */
  letIn(): void {
    this.#unproven += 1;
  }

  /** One of them has proved its address, or has gone. */
  settled(): void {
    this.#unproven -= 1;
  }

  #roomLeft(now: Millis): number {
    return Math.min(this.#roomMax, this.#room + ((now - this.#roomAt) / 1000) * this.#limits.unprovenPerSecond);
  }
}
