import { STREAM_ITEMS_MAX } from '../../../src/native-limits';
import { defineService } from '../../../src/index';
import { Giver, Taker, type Witness } from './values';
import { isBestEffort, type StreamPlan } from './stream-plan';

/** A method for each way that values go, and each delivery. */
export interface StreamService {
  watch(id: number): AsyncIterable<Uint8Array>;
  watchAgain(id: number): AsyncIterable<Uint8Array>;
  newest(id: number): AsyncIterable<Uint8Array>;
  upload(id: number, values: AsyncIterable<Uint8Array>): Promise<number>;
  uploadNewest(id: number, values: AsyncIterable<Uint8Array>): Promise<number>;
  chat(id: number, values: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

export const StreamContract = defineService<StreamService>('Streams', {
  watch: { stream: true },
  watchAgain: { stream: true, delivery: 'idempotent' },
  newest: { stream: true, delivery: 'best-effort' },
  upload: { stream: 'client' },
  uploadNewest: { stream: 'client', delivery: 'best-effort' },
  chat: { stream: 'both' },
});

/** One time that a handler ran. */
export interface HandlerRun {
  /** Which process of the server it ran in, from 1 on. */
  readonly process: number;
  readonly giver: Giver | undefined;
  readonly taker: Taker | undefined;
  over: boolean;
}

/** How far the values of a stream have been read at the other side. */
export type TakenOf = (plan: StreamPlan) => number;

/** Remembers what handlers of calls with streams did, and survives every restart of those who serve them. */
export class StreamLedger implements StreamService {
  /** Processes that have served. */
  processes = 0;
  readonly #plans = new Map<number, StreamPlan>();
  readonly #runs = new Map<number, HandlerRun[]>();
  readonly #witness: Witness;
  readonly #takenOf: TakenOf;

  constructor(witness: Witness, takenOf: TakenOf) {
    this.#witness = witness;
    this.#takenOf = takenOf;
  }

  /** Says what a stream is to be like, before it is called. */
  plan(plan: StreamPlan): void {
    this.#plans.set(plan.id, plan);
  }

  runs(id: number): readonly HandlerRun[] {
    return this.#runs.get(id) ?? [];
  }

  get allRuns(): HandlerRun[] {
    return [...this.#runs.values()].flat();
  }

  watch(id: number): AsyncIterable<Uint8Array> {
    return this.#answer(id);
  }

  watchAgain(id: number): AsyncIterable<Uint8Array> {
    return this.#answer(id);
  }

  newest(id: number): AsyncIterable<Uint8Array> {
    return this.#answer(id);
  }

  upload(id: number, values: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#read(id, values);
  }

  uploadNewest(id: number, values: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#read(id, values);
  }

  async *chat(id: number, values: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const run = this.#begin(id, true, true);
    const answers = run.giver!.values();
    try {
      const given = run.taker!.each(values);
      while ((await given.next()).done !== true) {
        const answer = await answers.next();
        if (answer.done !== true) yield answer.value;
      }
      yield* answers;
    } finally {
      await answers.return(undefined);
      run.over = true;
    }
  }

  async *#answer(id: number): AsyncGenerator<Uint8Array> {
    const run = this.#begin(id, true, false);
    try {
      yield* run.giver!.values();
    } finally {
      run.over = true;
    }
  }

  async #read(id: number, values: AsyncIterable<Uint8Array>): Promise<number> {
    const run = this.#begin(id, false, true);
    const taker = run.taker!;
    try {
      await taker.all(values);
      return taker.taken;
    } finally {
      run.over = true;
    }
  }

  #begin(id: number, gives: boolean, takes: boolean): HandlerRun {
    const plan = this.#plans.get(id)!;
    const giver = gives ? new Giver(plan, 1, this.#witness, (pulled) => this.#pulled(plan, pulled)) : undefined;
    const taker = takes ? new Taker(plan, 0, this.#witness) : undefined;
    const run: HandlerRun = { process: this.processes, giver, taker, over: false };
    this.#runs.set(id, [...this.runs(id), run]);
    return run;
  }

  #pulled(plan: StreamPlan, pulled: number): void {
    const ahead = pulled - this.#takenOf(plan);
    if (ahead > STREAM_ITEMS_MAX + 1 && !isBestEffort(plan))
      this.#witness.complain(`stream ${plan.id}: pulled ${ahead} ahead of its reader`);
  }
}
