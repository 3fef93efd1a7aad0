import { createHash, randomUUID } from 'node:crypto';
import type { Codec } from '../codec/codec.js';
import { messagePack } from '../codec/messagepack.js';
import { currentContext } from '../context.js';
import { contextKey } from '../context-values.js';
import { RpcError } from '../errors.js';
import type { AnyInterceptor, ClientInterceptor, InterceptedCall } from '../interceptor.js';
import { IDEMPOTENCY_KEY_BYTES_MAX } from '../interceptor-limits.js';
import { ranEarlier } from '../interception/executed-earlier.js';
import { RUNS_ONCE } from '../interception/repeatable.js';
import type { IdempotencyStore } from './idempotency-store.js';
import { encodeOutcome, repeatOutcome } from './kept-outcome.js';

/** What {@link idempotencyKey} takes on either side. */
export interface IdempotencyKeyOptions {
  /** The word of metadata that is the key, the same on both sides. Default: `'idempotency-key'`. */
  readonly name?: string;
  /** On the client, makes the key of a call that has none. Default: a random UUID. */
  readonly newKey?: () => string;
}

/** What it takes where calls are handled. */
export interface IdempotencyServerOptions extends IdempotencyKeyOptions {
  /** Remembers which calls have run. */
  readonly store: IdempotencyStore;
  /** Whose keys they are: a key of one caller says nothing to another. Default: the caller's public key, if it has one. */
  readonly scope?: (call: InterceptedCall) => string;
  /** What writes outcomes for the store. Default: `messagePack()`; with extension types that of the endpoint. */
  readonly codec?: Codec;
}

type Next = (call: InterceptedCall) => unknown;

/**
 * Lets a call that must run once be made again, also after a restart of either side: it runs once, and each repetition gets what came
 * of it. It is about calls of at-most-once methods that are answered once; all others pass.
 *
 * On the client it puts a key into the metadata of each call that has none, and lets `retry()` and other interceptors repeat the call.
 * **The server must have its half**: without it, a repeated call runs twice. On the server it claims the key in a store before the
 * handler runs. A repetition waits for a call that still runs, and is refused with `ABORTED` where it cannot; a key of a
 * call with other arguments is `FAILED_PRECONDITION`.
 *
 * The rpcudp wire carries no keys: calls over it pass as if it were not there.
 */
export function idempotencyKey(options: IdempotencyServerOptions): AnyInterceptor;
export function idempotencyKey(options?: IdempotencyKeyOptions): ClientInterceptor;
export function idempotencyKey(options: Partial<IdempotencyServerOptions> = {}): ClientInterceptor {
  const keyed = new Keyed(options);
  function intercept(call: InterceptedCall, next: Next): unknown {
    if (call.method.delivery !== 'at-most-once' || call.method.stream !== undefined) return next(call);
    return call.side === 'client' ? next(keyed.sent(call)) : keyed.handled(call, next);
  }
  return intercept as ClientInterceptor;
}

/** The key of a call, so that all attempts have one. */
const KEY = contextKey<string | undefined>('rpcudp.idempotencyKey', undefined);

/** Both halves. */
class Keyed {
  readonly #name: string;
  readonly #newKey: () => string;
  readonly #store: IdempotencyStore | undefined;
  readonly #scope: (call: InterceptedCall) => string;
  readonly #codec: Codec;

  constructor(options: Partial<IdempotencyServerOptions>) {
    this.#name = options.name ?? 'idempotency-key';
    this.#newKey = options.newKey ?? randomUUID;
    this.#store = options.store;
    this.#scope = options.scope ?? (() => currentContext()?.identity?.publicKey ?? '');
    this.#codec = options.codec ?? messagePack();
  }

  /** The call with a key. */
  sent(call: InterceptedCall): InterceptedCall {
    if (!call.carriesMetadata) return call;
    call.values.set(RUNS_ONCE, true);
    if (this.#keyOf(call) !== undefined) return call;
    const key = call.values.get(KEY) ?? this.#newKey();
    call.values.set(KEY, key);
    return { ...call, metadata: { ...call.metadata, [this.#name]: key } };
  }

  /** Runs a handler for the first call with a key, and repeats what came of it for all others. */
  handled(call: InterceptedCall, next: Next): unknown {
    const key = this.#keyOf(call);
    if (key === undefined) return next(call);
    checkKey(key, this.#name);
    if (this.#store === undefined)
      throw new TypeError('idempotencyKey() needs a store where calls are handled: idempotencyKey({ store }).');
    return this.#once(call, next, { id: JSON.stringify([this.#scope(call), key]), store: this.#store });
  }

  async #once(call: InterceptedCall, next: Next, { id, store }: ClaimedKey): Promise<unknown> {
    const fingerprint = this.#fingerprintOf(call);
    for (;;) {
      const claim = await store.claim(id, fingerprint);
      switch (claim.state) {
        case 'claimed':
          return this.#run(call, next, { id, store });
        case 'completed':
          return this.#repeat(call, claim.outcome);
        case 'taken':
          throw keyTaken(call, this.#name);
        case 'interrupted':
          throw ranEarlier(undecided(call, 'began before a restart of the server, and its end was not recorded'));
        case 'running': {
          if (claim.outcome === undefined) throw ranEarlier(undecided(call, 'is being handled'));
          const outcome = await claim.outcome;
          // Undefined: the other one did not run, so this one may.
          if (outcome !== undefined) return this.#repeat(call, outcome);
        }
      }
    }
  }

  async #run(call: InterceptedCall, next: Next, { id, store }: ClaimedKey): Promise<unknown> {
    let value: unknown;
    try {
      value = await next(call);
    } catch (error) {
      if (call.executed === 'no') await store.release(id);
      else await store.complete(id, encodeOutcome(this.#codec, { error }));
      throw error;
    }
    await store.complete(id, encodeOutcome(this.#codec, { value }));
    return value;
  }

  #repeat(call: InterceptedCall, outcome: Uint8Array | undefined): unknown {
    if (outcome === undefined) throw ranEarlier(outcomeLost(call));
    try {
      return repeatOutcome(this.#codec, outcome);
    } catch (error) {
      throw RpcError.is(error) ? ranEarlier(error) : error;
    }
  }

  #keyOf({ metadata }: InterceptedCall): string | undefined {
    return Object.hasOwn(metadata, this.#name) ? metadata[this.#name] : undefined;
  }

  #fingerprintOf({ method: { service, name }, args }: InterceptedCall): string {
    return createHash('sha256')
      .update(this.#codec.encode([service, name, args]))
      .digest('hex');
  }
}

/** A key that belongs to the call that is handled. */
interface ClaimedKey {
  readonly id: string;
  readonly store: IdempotencyStore;
}

function checkKey(key: string, name: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes > 0 && bytes <= IDEMPOTENCY_KEY_BYTES_MAX) return;
  const expected = `from 1 to ${IDEMPOTENCY_KEY_BYTES_MAX} bytes`;
  throw new RpcError('INVALID_ARGUMENT', `The metadata "${name}" must be a key of ${expected}, not of ${bytes}.`);
}

function labelOf({ method: { service, property } }: InterceptedCall): string {
  return `${service}.${property}`;
}

function keyTaken(call: InterceptedCall, name: string): RpcError {
  return new RpcError(
    'FAILED_PRECONDITION',
    `${labelOf(call)}: The key in the metadata "${name}" is that of another call, of another method or with other arguments. Give ` +
      'each call a key of its own.',
  );
}

function undecided(call: InterceptedCall, why: string): RpcError {
  const message = `${labelOf(call)}: A call with the same key ${why}, so it is not known whether it ran.`;
  return new RpcError('ABORTED', message, { executed: 'unknown' });
}

function outcomeLost(call: InterceptedCall): RpcError {
  const message = `${labelOf(call)}: A call with the same key has run, and what it gave was too large to be kept.`;
  return new RpcError('DATA_LOSS', message, { executed: 'yes' });
}
