import { INPUT_BYTES_MAX } from './mutations';

const EXECUTIONS = 0;
const TARGET = 1;
const LENGTH = 2;
const HEAD_BYTES = 12;

/** The input that a worker is trying, in memory that is there still when the worker hangs or has died. */
export class SharedInput {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(memory = new SharedArrayBuffer(HEAD_BYTES + INPUT_BYTES_MAX)) {
    this.memory = memory;
    this.#numbers = new Int32Array(memory, 0, 3);
    this.#bytes = new Uint8Array(memory, HEAD_BYTES);
  }

  /** Grows with each input. */
  get executions(): number {
    return Atomics.load(this.#numbers, EXECUTIONS);
  }

  /** The index of the target. */
  get target(): number {
    return Atomics.load(this.#numbers, TARGET);
  }

  get input(): Uint8Array {
    return this.#bytes.slice(0, Atomics.load(this.#numbers, LENGTH));
  }

  set(target: number, input: Uint8Array): void {
    this.#bytes.set(input);
    Atomics.store(this.#numbers, LENGTH, input.length);
    Atomics.store(this.#numbers, TARGET, target);
    Atomics.add(this.#numbers, EXECUTIONS, 1);
  }
}
