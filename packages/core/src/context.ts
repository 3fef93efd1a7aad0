import { AsyncLocalStorage } from 'node:async_hooks';
import type { Address } from './address.js';
import type { RpcPeer } from './channel.js';
import type { ContextValues } from './context-values.js';
import { RpcError } from './errors.js';
import type { PeerIdentity } from './security/public-key.js';
import type { MethodContract } from './service/contract.js';
import type { TransportName } from './wire-name.js';

/** What a handler can learn about the call it is handling. */
export interface RpcContext {
  /**
   * Where the call came from: unproven, for the source of a datagram can be forged. Who it came from is `identity`. Over NATS
   * `host` is the inbox of the caller's channel, and `port` is 0.
   */
  readonly sender: Address;
  /** What the call came by: a wire, of which an endpoint may speak several, or another transport. On `'rpcudp'` nothing of the caller can be proven. */
  readonly wire: TransportName;
  /** Aborted when nobody waits for the answer any more, or when the endpoint closes. */
  readonly signal: AbortSignal;
  /**
   * When the caller stops waiting, in milliseconds since the epoch, by the clock of this machine, which may be set; undefined
   * on a wire that does not say. What is left of it is better asked of {@link RpcContext.remainingMs}.
   */
  readonly deadline: number | undefined;
  /** How long the caller still waits, in milliseconds and never below 0, worked out when it is read; undefined where `deadline` is. */
  readonly remainingMs: number | undefined;
  /** What the caller sent beside the arguments; empty on a wire that carries nothing beside them. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Who calls, as proved by the handshake; undefined if the caller has no identity, or the call came in the clear. */
  readonly identity: PeerIdentity | undefined;
  /** Whether the call came encrypted, so that nobody but its caller could read or change it. */
  readonly encrypted: boolean;
  /** What interceptors have set for the handler, and what it sets for them. */
  readonly values: ContextValues;
  /**
   * A channel back to the caller, over the same socket. On the native wire it follows the caller to another address. Over NATS
   * there is none: reading it throws `FAILED_PRECONDITION`.
   */
  readonly peer: RpcPeer;
  /** The method that is being handled. */
  readonly method: Pick<MethodContract, 'service' | 'name' | 'property'>;
}

/**
 * What the calls that a handler makes inherit of it while it runs: they wait no longer than its own caller does, and end
 * when nobody waits for its answer any more. Both are read when a call starts: `remainingMs` by the clock of the endpoint
 * that runs the handler, which may be another one than that of the call; `signal` is made when it is first read.
 */
export type CallScope = Pick<RpcContext, 'remainingMs' | 'signal'>;

/** What is stored for a handler. Its properties are public, for another copy of this package may read them. */
export interface RunningHandler {
  /** Whether it runs: it has neither returned nor thrown, and its promise, if it gave one, has not settled. */
  readonly running: boolean;
  readonly context: RpcContext;
}

/**
 * Two copies of this package may meet in one process, the ESM one and the CommonJS one: a handler that asks one of them
 * must find what the other was given. So there is one storage, under a symbol that both know.
 */
const STORAGE = Symbol.for('rpcudp.context');
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<RunningHandler> | undefined };
const storage = (shared[STORAGE] ??= new AsyncLocalStorage<RunningHandler>());
/** What calls without metadata have. */
export const NO_METADATA: Readonly<Record<string, string>> = Object.freeze({});

/**
 * The context of the call that is being handled, also after an `await`, and in what a handler leaves behind: timers and
 * promises that it did not wait for. There it still says who called, but limits no calls any more.
 *
 * @throws RpcError `FAILED_PRECONDITION` outside a handler.
 */
export function rpcContext(): RpcContext {
  const handler = storage.getStore();
  if (handler !== undefined) return handler.context;
  throw new RpcError('FAILED_PRECONDITION', 'rpcContext() has a value only inside a handler that serves a call.');
}

/** The context of the call that is being handled, if there is one. */
export function currentContext(): RpcContext | undefined {
  return storage.getStore()?.context;
}

/** Runs a handler inside its context. */
export function runInContext<A extends unknown[]>(
  handler: RunningHandler,
  run: (...args: A) => unknown,
  ...args: A
): unknown {
  return storage.run(handler, run, ...args);
}

/** What a call that starts now inherits; undefined if no handler runs, or only what one has left behind. */
export function currentScope(): CallScope | undefined {
  const handler = storage.getStore();
  return handler?.running === true ? handler.context : undefined;
}
