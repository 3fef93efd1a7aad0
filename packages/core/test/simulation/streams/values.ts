import { RpcError } from '../../../src/index';
import { SeededRandom, type SimulatedClock } from '../../../src/testing';
import {
  directionOf,
  indexOf,
  isBestEffort,
  valueOf,
  type DirectionPlan,
  type Side,
  type StreamPlan,
} from './stream-plan';

/** Those who want to know of the values of a stream. */
export interface Witness {
  readonly clock: SimulatedClock;
  complain(problem: string): void;
}

export function pause(clock: SimulatedClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(ms, resolve));
}

/** The error with which a source ends that fails. */
export function plannedError(plan: StreamPlan, side: Side): RpcError {
  return new RpcError(side === 0 ? 'OUT_OF_RANGE' : 'NOT_FOUND', 'As it was planned.', { details: plan.id });
}

/** Whether an error is the one that was planned, as the other side sees it. */
export function isPlanned(error: RpcError, plan: StreamPlan, side: Side): boolean {
  const { code, details } = plannedError(plan, side);
  return error.code === code && error.details === details;
}

/** What gives the values of one direction, and what became of it. */
export class Giver {
  pulled = 0;
  begun = false;
  /** How it ended, if it has. */
  over: 'done' | 'fails' | 'stopped' | undefined;

  constructor(
    readonly plan: StreamPlan,
    readonly side: Side,
    readonly witness: Witness,
    /** Told before each value that is pulled. */
    readonly pulls: (pulled: number) => void,
  ) {}

  async *values(): AsyncGenerator<Uint8Array> {
    const { plan, side, witness } = this;
    const { count, ending, pauseMs } = directionOf(plan, side);
    const random = new SeededRandom(plan.id * 2 + side);
    this.begun = true;
    try {
      for (; this.pulled < count;) {
        this.pulled += 1;
        this.pulls(this.pulled);
        if (pauseMs > 0 && random.chance(0.1)) await pause(witness.clock, random.next() * pauseMs);
        // One that can be had for nothing may be pulled for ever within one moment.
        if (isBestEffort(plan)) await pause(witness.clock, 1 + random.next() * 10);
        yield valueOf(plan, side, this.pulled - 1);
      }
      this.over = ending;
      if (ending === 'fails') throw plannedError(plan, side);
    } finally {
      this.over ??= 'stopped';
    }
  }
}

/** What reads the values of one direction, checks each, and knows what became of them. */
export class Taker {
  taken = 0;
  /** The index of the last value. */
  last = -1;
  /** How it ended, if it has. */
  over: 'done' | 'enough' | RpcError | undefined;

  constructor(
    readonly plan: StreamPlan,
    readonly side: Side,
    readonly witness: Witness,
  ) {}

  get direction(): DirectionPlan {
    return directionOf(this.plan, this.side);
  }

  /** Reads until there is nothing more, it has had enough, or it fails. @throws what the stream raises */
  async *each(values: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { wanted, restsAfter, restMs } = this.direction;
    try {
      for await (const value of values) {
        this.#check(value);
        yield value;
        if (this.taken === wanted) {
          this.over = 'enough';
          return;
        }
        if (this.taken === restsAfter) await pause(this.witness.clock, restMs);
      }
      this.over ??= 'done';
    } catch (error) {
      this.over = RpcError.from(error);
      throw error;
    }
  }

  /** Reads all there is. */
  async all(values: AsyncIterable<Uint8Array>): Promise<void> {
    const each = this.each(values);
    while ((await each.next()).done !== true);
  }

  /** Whether it has had all that there was to have, and knows it. */
  get complete(): boolean {
    if (this.over === 'done') return isBestEffort(this.plan) || this.taken === this.direction.count;
    return this.over === 'enough';
  }

  #check(value: Uint8Array): void {
    const { plan, side, witness } = this;
    const index = indexOf(plan, side, value);
    const name = `stream ${plan.id} (${plan.method}), side ${side}`;
    if (index === undefined) witness.complain(`${name}: a value that was not sent`);
    else if (isBestEffort(plan) ? index <= this.last : index !== this.last + 1)
      witness.complain(`${name}: value ${index} after ${this.last}`);
    this.last = index ?? this.last;
    this.taken += 1;
  }
}
