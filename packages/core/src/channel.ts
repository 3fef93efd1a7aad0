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
  /**
   * Whether the call leaves only when its peer has shown that it is there, so that the peer may be started later: until
   * then nothing of the call is sent, and nothing that goes wrong on the way ends it but its deadline. The rpcudp wire cannot
   * ask and refuses it. Default: what the channel says, which is false unless it was told otherwise.
   */
  readonly waitForReady?: boolean;
}

/** A way to one peer: what a client's stub calls. The seam for other transports, and for wrapping one's own. */
export interface RpcChannel {
  /** Where the calls go, for messages and logs. */
  readonly remote: string;

  /** Starts a call. Never throws: what cannot be sent is a call that rejects. */
  call(method: MethodContract, args: readonly unknown[], options?: CallOptions): RpcCall<unknown>;
}

/** What {@link RpcPeer.ready} takes: see {@link CallOptions}. */
export type ReadyOptions = Pick<CallOptions, 'timeoutMs' | 'signal'>;

/** A channel that can find out whether its peer is there. */
export interface RpcPeer extends RpcChannel {
  /**
   * Asks the peer whether it is there, again and again until it answers: true. False if the time is over, for silence is
   * a value here, too. No method runs, but it counts as a call.
   *
   * @param options `timeoutMs` is the channel's unless stated, which is the endpoint's unless stated.
   * @throws RpcError as a rejection: `FAILED_PRECONDITION` on the rpcudp wire, which cannot ask; `CANCELLED`, `CLOSED`,
   * `RESOURCE_EXHAUSTED` and `INVALID_ARGUMENT` as for a call.
   */
  ready(options?: ReadyOptions): Promise<boolean>;
}
