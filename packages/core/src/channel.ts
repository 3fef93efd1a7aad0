import type { RpcCall } from './reply.js';
import type { MethodContract } from './service/contract.js';

/** What can be said about one call, or about all calls of a client. */
export interface CallOptions {
  /**
   * How long to wait for the answer, in milliseconds. Default: what the call's client says, else the method, else the
   * channel, else the endpoint, whose default is 5,000.
   */
  readonly timeoutMs?: number;
  /** Aborting it ends the call with `CANCELLED`. */
  readonly signal?: AbortSignal;
  /** A few words beside the arguments, where the wire can carry them; the rpcudp wire cannot and refuses them. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A way to one peer: what a client's stub calls. The seam for other transports, and for wrapping one's own. */
export interface RpcChannel {
  /** Where the calls go, for messages and logs. */
  readonly remote: string;

  /** Starts a call. Never throws: what cannot be sent is a call that rejects. */
  call(method: MethodContract, args: readonly unknown[], options?: CallOptions): RpcCall<unknown>;
}
