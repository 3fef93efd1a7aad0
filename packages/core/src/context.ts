import { AsyncLocalStorage } from 'node:async_hooks';
import type { Address } from './address.js';
import type { RpcChannel } from './channel.js';
import { RpcError } from './errors.js';
import type { MethodContract } from './service/contract.js';

/** What a handler can learn about the call it is handling. */
export interface RpcContext {
  /** Where the call came from: unproven, for the source of a datagram can be forged. */
  readonly sender: Address;
  /** Aborted when nobody waits for the answer any more, or when the endpoint closes. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting, in milliseconds since the epoch; undefined on a wire that does not say. */
  readonly deadline: number | undefined;
  /** What the caller sent beside the arguments; empty on a wire that carries nothing beside them. */
  readonly metadata: Readonly<Record<string, string>>;
  /** A channel back to the caller, over the same socket. */
  readonly peer: RpcChannel;
  /** The method that is being handled. */
  readonly method: Pick<MethodContract, 'service' | 'name' | 'property'>;
}

/**
 * Two copies of this package may meet in one process, the ESM one and the CommonJS one: a handler that asks one of them
 * must find what the other was given. So there is one storage, under a symbol that both know.
 */
const STORAGE = Symbol.for('rpcudp.context');
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<RpcContext> | undefined };
const storage = (shared[STORAGE] ??= new AsyncLocalStorage<RpcContext>());
/** What calls without metadata have. */
export const NO_METADATA: Readonly<Record<string, string>> = Object.freeze({});

/**
 * The context of the call that is being handled, also after an `await`.
 *
 * @throws RpcError `FAILED_PRECONDITION` outside a handler.
 */
export function rpcContext(): RpcContext {
  const context = storage.getStore();
  if (context !== undefined) return context;
  throw new RpcError('FAILED_PRECONDITION', 'rpcContext() has a value only inside a handler that serves a call.');
}

/** Runs a handler inside its context. */
export function runInContext<A extends unknown[]>(
  context: RpcContext,
  run: (...args: A) => unknown,
  ...args: A
): unknown {
  return storage.run(context, run, ...args);
}

/** The context of the call that is being handled, if any. */
export function currentContext(): RpcContext | undefined {
  return storage.getStore();
}
