import type { CallProgress } from '../progress.js';
import { PROGRESS_UNKNOWN } from '../progress.js';
import type { RpcCall } from '../reply.js';

/** A call of which interceptors make attempts. */
export interface WatchedAttempts {
  readonly attempts: { readonly made: readonly { readonly call: RpcCall<unknown> }[] };
  readonly ended: boolean;
  /** Resolves when there is another attempt, or when it has ended. */
  advanced(): Promise<void>;
}

/** The progress of the last attempt, and, iterated, of each that follows. */
export class ProgressOfAttempts implements CallProgress {
  readonly acknowledgedBytes: number;
  readonly totalBytes: number;
  readonly #call: WatchedAttempts;

  constructor(call: WatchedAttempts) {
    this.#call = call;
    const { acknowledgedBytes, totalBytes } = call.attempts.made.at(-1)?.call.progress ?? PROGRESS_UNKNOWN;
    this.acknowledgedBytes = acknowledgedBytes;
    this.totalBytes = totalBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CallProgress, void, undefined> {
    const call = this.#call;
    const { made } = call.attempts;
    if (made.length === 0) yield this;
    // Of attempts that are over, the last says it all.
    for (let told = Math.max(0, made.length - 1); ; told += 1) {
      while (told >= made.length) {
        if (call.ended) return;
        await call.advanced();
      }
      yield* made[told]!.call.progress;
    }
  }
}
