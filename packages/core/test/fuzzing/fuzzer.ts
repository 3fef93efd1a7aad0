import { Coverage, type CoverageFigures, type CoverageSession } from './coverage';
import { Draw } from './draw';
import { INPUT_BYTES_MAX } from './mutations';
import type { Target } from './target';

/** An input that breaks a promise, and what it says. */
export interface Finding {
  readonly input: Uint8Array;
  readonly error: Error;
}

/** What a {@link Fuzzer} is told. */
export interface FuzzerOptions {
  readonly seed: number;
  readonly session: CoverageSession;
  /** Inputs of earlier runs. */
  readonly corpus: readonly Uint8Array[];
  /** Hears of each input before it is tried. */
  readonly trying: (input: Uint8Array) => void;
}

/** The share of inputs that are made of one of the newest. */
const NEWEST_SHARE = 0.5;
const NEWEST = 16;

/** Tries inputs on one target, and keeps those that make something happen for the first time. */
export class Fuzzer {
  readonly target: Target;
  readonly corpus: Uint8Array[] = [];
  executions = 0;
  ms = 0;
  readonly #options: FuzzerOptions;
  readonly #draw: Draw;
  readonly #coverage = new Coverage();
  readonly #features = new Set<string>();
  /** Inputs that have still to be tried before any is made up. */
  readonly #waiting: Uint8Array[];
  /** How many inputs the next batch has. */
  #size = 1;

  constructor(target: Target, options: FuzzerOptions) {
    this.target = target;
    this.#options = options;
    this.#draw = new Draw(options.seed);
    this.#waiting = [...target.seeds(), ...options.corpus].map(cut);
  }

  get coverage(): CoverageFigures {
    return this.#coverage.figures();
  }

  get features(): number {
    return this.#features.size;
  }

  /** Tries a batch of inputs; gives what was found, if anything was. */
  batch(): Finding | undefined {
    const began = performance.now();
    const finding = this.#waiting.length > 0 ? this.#begin() : this.#tryNew();
    this.ms += performance.now() - began;
    return finding;
  }

  /** Keeps those of some inputs that are worth it, the first ones first. */
  distil(inputs: readonly Uint8Array[]): void {
    for (const input of inputs) {
      this.#try([input]);
      this.#keepNews([input]);
    }
  }

  /** Tries what the corpus begins with: all of it is worth keeping. */
  #begin(): Finding | undefined {
    const inputs = this.#waiting.splice(0, this.target.batch);
    const finding = this.#try(inputs);
    this.corpus.push(...inputs.filter((input) => !this.corpus.includes(input)));
    this.#coverage.add(this.#options.session.take());
    return finding;
  }

  #tryNew(): Finding | undefined {
    const inputs = Array.from({ length: this.#size }, () => this.#make());
    const finding = this.#try(inputs);
    if (finding === undefined) this.#resize(this.#keepNews(inputs));
    return finding;
  }

  /** To look at what was covered costs as much as a few inputs do, and to find out which of many it was costs more. */
  #resize(hadNews: boolean): void {
    this.#size = hadNews ? Math.max(1, this.#size >> 2) : Math.min(this.target.batch, 2 * this.#size);
  }

  /** Tries inputs one after the other. */
  #try(inputs: readonly Uint8Array[]): Finding | undefined {
    for (const input of inputs) {
      this.executions += 1;
      this.#options.trying(input);
      const features = this.#features.size;
      try {
        this.target.run(input, (feature) => this.#features.add(feature));
      } catch (error) {
        return { input, error: error instanceof Error ? error : new Error(String(error)) };
      }
      if (this.#features.size > features) this.#keep(input);
    }
    return undefined;
  }

  /** Finds out which inputs of a batch have covered something new; gives whether any have. */
  #keepNews(inputs: readonly Uint8Array[]): boolean {
    const { session } = this.#options;
    const functions = session.take();
    if (!this.#coverage.hasNews(functions)) return false;
    if (inputs.length === 1) this.#keep(inputs[0]!);
    else {
      const middle = inputs.length >> 1;
      for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
        this.#try(half);
        this.#keepNews(half);
      }
    }
    // Also what does not happen again, such as what is done once in a process.
    this.#coverage.add(functions);
    return true;
  }

  #keep(input: Uint8Array): void {
    if (this.corpus.at(-1) !== input) this.corpus.push(input);
  }

  #make(): Uint8Array {
    return cut(this.target.mutate(this.#pick(), this.#pick(), this.#draw));
  }

  #pick(): Uint8Array {
    const { length } = this.corpus;
    if (length === 0) return new Uint8Array(0);
    const newest = this.#draw.chance(NEWEST_SHARE) ? Math.min(NEWEST, length) : length;
    return this.corpus[length - 1 - this.#draw.below(newest)]!;
  }
}

function cut(input: Uint8Array): Uint8Array {
  return input.subarray(0, INPUT_BYTES_MAX);
}
