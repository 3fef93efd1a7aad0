import type { RpcCall } from './reply.js';
import type { MethodContract } from './service/contract.js';
import type { RpcStream } from './stream.js';
import type { TransportName } from './wire-name.js';

/** What can be said about one call, or about all calls of a client. */
export interface CallOptions {
  /**
   * How long to wait for the answer, in milliseconds. Default: what the call's client says, else the method, else the
   * channel, else the endpoint, whose default is 5,000. A call that has a stream waits so long for the first that comes of
   * the other side, be it that the call has arrived; from then on `idleMs` and `totalMs` count.
   */
  readonly timeoutMs?: number;
  /**
   * How long whoever reads a stream waits for its next value, in milliseconds, before the stream ends with
   * `DEADLINE_EXCEEDED`; `Infinity` for ever. Default: what the method says, else for ever, for the other side is known to be there as long as the stream is open.
   */
  readonly idleMs?: number;
  /** How long a call that has a stream may take altogether, in milliseconds; the same holds. */
  readonly totalMs?: number;
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

/** What there is to know of a channel before a call is made over it. */
export interface ChannelTraits {
  /** How long its calls wait where neither they nor their method say, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Whether calls over it can have metadata. Default: true. */
  readonly carriesMetadata?: boolean;
  /** What carries them; undefined of a transport that has no name here. */
  readonly wire?: TransportName | undefined;
}

/** A way to one peer: what a client's stub calls. The seam for other transports, and for wrapping one's own. */
export interface RpcChannel {
  /** Where the calls go, for messages and logs. */
  readonly remote: string;

  /** For interceptors. A channel that cannot say leaves it out. */
  readonly traits?: ChannelTraits;

  /**
   * Starts a call. Never throws: what cannot be sent is a call that rejects. Of a method that takes a stream, the last
   * argument is its source.
   */
  call(method: MethodContract, args: readonly unknown[], options?: CallOptions): RpcCall<unknown>;

  /**
   * Makes the stream of a method that answers with many values; sends nothing before it is read, and never throws. A channel
   * that carries no streams leaves it out.
   */
  stream?(method: MethodContract, args: readonly unknown[], options?: CallOptions): RpcStream<unknown>;
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
