import { RpcError } from '../errors.js';
import {
  IDEMPOTENCY_BYTES_MAX_DEFAULT,
  IDEMPOTENCY_KEPT_MS_DEFAULT,
  IDEMPOTENCY_KEYS_MAX_DEFAULT,
} from '../interceptor-limits.js';
import { checkNumber, checkWhole } from './check-number.js';
import { SYSTEM_CLOCK, type InterceptorClock } from './clock.js';
import type { IdempotencyClaim, IdempotencyStore } from './idempotency-store.js';

/** What bounds a {@link MemoryIdempotencyStore}. */
export interface MemoryStoreOptions {
  /** How many keys it knows. The next one is refused: forgetting one early could run its call twice. Default: 10,000. */
  readonly keysMax?: number;
  /** Bytes of all outcomes. Of what is beyond, it is known that it ran, and not what came of it. Default: 16 MiB. */
  readonly bytesMax?: number;
  /** How long it remembers a call after its end, in milliseconds. Default: 600,000. */
  readonly keptMs?: number;
  /** Default: that of this machine. */
  readonly clock?: InterceptorClock;
}

interface Running {
  readonly fingerprint: string;
  readonly outcome: Promise<Uint8Array | undefined>;
  readonly end: (outcome: Uint8Array | undefined) => void;
}

interface Completed {
  readonly fingerprint: string;
  readonly outcome: Uint8Array | undefined;
  readonly endedAt: number;
}

/** Remembers calls as long as the process lives. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #keysMax: number;
  readonly #bytesMax: number;
  readonly #keptMs: number;
  readonly #clock: InterceptorClock;
  readonly #running = new Map<string, Running>();
  /** In the order of their ends. */
  readonly #completed = new Map<string, Completed>();
  #bytes = 0;

  /** @throws RpcError `INVALID_ARGUMENT` */
  constructor(options: MemoryStoreOptions = {}) {
    const { keysMax = IDEMPOTENCY_KEYS_MAX_DEFAULT, bytesMax = IDEMPOTENCY_BYTES_MAX_DEFAULT } = options;
    this.#keysMax = checkWhole('keysMax', keysMax, [1, Number.MAX_SAFE_INTEGER]);
    this.#bytesMax = checkNumber('bytesMax', bytesMax, [0, Infinity]);
    this.#keptMs = checkNumber('keptMs', options.keptMs ?? IDEMPOTENCY_KEPT_MS_DEFAULT, [1, Infinity]);
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** How many keys it knows, and how many bytes of outcomes it keeps. */
  get size(): { readonly keys: number; readonly bytes: number } {
    return { keys: this.#running.size + this.#completed.size, bytes: this.#bytes };
  }

  claim(key: string, fingerprint: string): IdempotencyClaim {
    this.#forgetOld();
    const known = this.#running.get(key) ?? this.#completed.get(key);
    if (known === undefined) return this.#begin(key, fingerprint);
    if (known.fingerprint !== fingerprint) return { state: 'taken' };
    const { outcome } = known;
    return outcome instanceof Promise ? { state: 'running', outcome } : { state: 'completed', outcome };
  }

  complete(key: string, outcome: Uint8Array): void {
    const running = this.#running.get(key);
    if (running === undefined) return;
    this.#running.delete(key);
    const fits = this.#bytes + outcome.length <= this.#bytesMax;
    if (fits) this.#bytes += outcome.length;
    const { fingerprint } = running;
    this.#completed.set(key, { fingerprint, outcome: fits ? outcome : undefined, endedAt: this.#clock.now() });
    running.end(outcome);
  }

  release(key: string): void {
    const running = this.#running.get(key);
    this.#running.delete(key);
    running?.end(undefined);
  }

  #begin(key: string, fingerprint: string): IdempotencyClaim {
    if (this.size.keys >= this.#keysMax) {
      const message = `This server remembers ${this.#keysMax} calls by their keys already. Try again later.`;
      throw new RpcError('RESOURCE_EXHAUSTED', message, { details: { keysMax: this.#keysMax } });
    }
    let end!: (outcome: Uint8Array | undefined) => void;
    const outcome = new Promise<Uint8Array | undefined>((resolve) => (end = resolve));
    this.#running.set(key, { fingerprint, outcome, end });
    return { state: 'claimed' };
  }

  #forgetOld(): void {
    const before = this.#clock.now() - this.#keptMs;
    for (const [key, { endedAt, outcome }] of this.#completed) {
      if (endedAt > before) return;
      this.#completed.delete(key);
      this.#bytes -= outcome?.length ?? 0;
    }
  }
}
