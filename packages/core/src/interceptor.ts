import type { ContextValues } from './context-values.js';
import type { Executed } from './errors.js';
import type { Reply } from './reply.js';
import type { MethodContract } from './service/contract.js';

/**
 * A call on its way through interceptors. To change it, pass a copy on: `next({ ...call, metadata })`. What a copy leaves out
 * stays as it was; facts such as `method` stay whatever a copy says.
 */
export interface InterceptedCall {
  /** `'client'` where the call is made, `'server'` where it is handled. */
  readonly side: 'client' | 'server';
  readonly method: MethodContract;
  /**
   * On the server as they were decoded: nothing has guarded them yet. Of a method that takes a stream, the last is its source,
   * which may be wrapped.
   */
  readonly args: readonly unknown[];
  /** Whether the answer is a stream: then `next` gives an async iterable. */
  readonly stream: boolean;
  /** The other side, for messages: `host:port`, or the name that was called. */
  readonly remote: string;
  /** What travels beside the arguments; what is passed on is what is sent, or what `rpcContext().metadata` gives. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether what carries the call carries metadata: the rpcudp wire does not, and refuses calls that have some. */
  readonly carriesMetadata: boolean;
  /**
   * On the client the caller's, if there is one: with another one passed on, the call ends by that. On the server the handler's,
   * `rpcContext().signal`: whoever passes another one on puts both together, `AbortSignal.any([call.signal, other])`.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * On the client how long the call waits, in milliseconds: as `CallOptions` say, undefined only where a channel leaves it open.
   * On the server how long its caller still waited when the call came, undefined where the wire does not say: a smaller one
   * bounds `rpcContext().remainingMs`, and with it the calls that the handler makes.
   */
  readonly timeoutMs?: number | undefined;
  /** On the client, of a call that has a stream: as `CallOptions` say. */
  readonly idleMs?: number | undefined;
  readonly totalMs?: number | undefined;
  /** What the interceptors of this call share with each other, and on the server with its handler. */
  readonly values: ContextValues;
  /**
   * Whether the method has run, as far as is known when it is read. Read it of the call that your interceptor was given: a copy
   * has what was known when it was made, or nothing.
   */
  readonly executed?: Executed;
}

/**
 * Stands around calls: looks at them, changes them, refuses them, answers them itself, or does something before and after.
 *
 * @typeParam Out What `next` gives, and what the interceptor gives in its place.
 * @param next Goes on with the call, through the next interceptor. Calling it twice is a retry.
 */
export type Interceptor<Out> = (call: InterceptedCall, next: (call: InterceptedCall) => Out) => Out;

/**
 * Stands around handlers. `next` gives what the handler gives: a value, a promise, or an async iterable. Whatever it throws
 * reaches the caller as an error of the handler would: an `RpcError` as it is, anything else as `INTERNAL` without its text.
 */
export type ServerInterceptor = Interceptor<unknown>;

/** What comes of a call on the client: a reply, or the values of a stream. Either may take a promise. */
export type ClientOutcome = PromiseLike<Reply<unknown> | AsyncIterable<unknown>> | AsyncIterable<unknown>;

/** Stands around the calls of clients. On the client `next` never throws: what it gives rejects. */
export type ClientInterceptor = Interceptor<ClientOutcome>;

/** Stands around both. */
export type AnyInterceptor = ServerInterceptor & ClientInterceptor;
