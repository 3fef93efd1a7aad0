import type { Contact } from '../table/contact.js';
import type { LookupRun, LookupStep } from './lookup-run.js';

/** What waits to be read, in order. What is added is bounded by whoever adds it: a lookup makes a bounded number of calls. */
export class Arrivals<T> implements AsyncIterable<T, undefined> {
  readonly #waiting: T[] = [];
  #wake: () => void = () => undefined;
  #ended = false;

  add(value: T): void {
    this.#waiting.push(value);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, undefined> {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift()!;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/**
 * A lookup on its way: each answer as it comes, and the nodes at its end.
 *
 * ```ts
 * const lookup = node.lookup(key);
 * for await (const { contact, ms } of lookup) console.log(contact.address, ms);
 * console.log(await lookup.nodes);
 * ```
 */
export class NodeLookup implements AsyncIterable<LookupStep, undefined> {
  /** The k nodes nearest to the target that have answered, nearest first: there when it has come to its end. */
  readonly nodes: Promise<readonly Contact[]>;
  readonly #run: LookupRun;
  readonly #steps: Arrivals<LookupStep>;

  constructor(run: LookupRun, steps: Arrivals<LookupStep>) {
    this.#run = run;
    this.#steps = steps;
    this.nodes = run.ended.then(() => {
      steps.end();
      return run.lookup.closest;
    });
  }

  /** How many nodes were asked one after the other until the nearest was. */
  get hops(): number {
    return this.#run.lookup.hops;
  }

  /** How many calls it has made. */
  get calls(): number {
    return this.#run.lookup.calls;
  }

  [Symbol.asyncIterator](): AsyncIterator<LookupStep, undefined> {
    return this.#steps[Symbol.asyncIterator]();
  }
}
