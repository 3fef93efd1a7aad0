import type { CallOptions, RpcCall, RpcChannel, RpcPeer, RpcStream } from '@rpcudp/core';
import type { RpcEndpoint, PeerOptions } from '@rpcudp/core/endpoint';
import type { MethodContract } from '@rpcudp/core/service';
import { startBalanced } from './calls/balanced-call.js';
import { BalancedStream } from './calls/balanced-stream.js';
import type { Shared } from './calls/placement.js';
import { Waiting } from './calls/waiting.js';
import { follow } from './discovery/watch.js';
import { Outliers } from './ejection/outliers.js';
import { checkOptions, type BalanceOptions, type CheckedOptions } from './options.js';
import type { BalanceStats } from './stats.js';
import { Pool } from './target/pool.js';
import type { CheckedTarget } from './target/target.js';

/**
 * Many servers as one channel: each call goes to one of them, and to another if that one has not run it.
 *
 * ```ts
 * using channel = balance(endpoint, { targets: dns('orders.internal', { port: 1234 }) });
 * const orders = createClient(Orders, channel);
 * ```
 *
 * @throws RpcError `INVALID_ARGUMENT` if an option is out of range
 */
export function balance(endpoint: RpcEndpoint, options: BalanceOptions): BalancedChannel {
  return new BalancedChannel(endpoint, checkOptions(options));
}

/** A way to whichever of many targets can take a call: what {@link balance} gives. */
export class BalancedChannel implements RpcChannel, Disposable {
  readonly remote: string;
  readonly #shared: Shared;
  readonly #traits: NonNullable<RpcChannel['traits']>;
  readonly #closing = new AbortController();

  /** Use {@link balance}. */
  constructor(endpoint: RpcEndpoint, options: CheckedOptions) {
    const { targets, ports, policy, ejection, tell, throttle, hedge, wire, timeoutMs, waitForReady } = options;
    this.remote = targets.label ?? 'balanced targets';
    this.#traits = { timeoutMs, wire };
    const pool = new Pool({
      connect: (target) => peerOf(endpoint, target, options),
      policy,
      outliers: ejection && new Outliers(ejection, ports.now()),
      ports,
      tell,
    });
    const waiting = new Waiting(ports);
    const counts = { calls: 0, moved: 0, hedged: 0, withheld: 0 };
    const label = this.remote;
    this.#shared = {
      ...{ pool, throttle, hedge, ports, waiting, label, timeoutMs, waitForReady, counts },
      closed: false,
    };
    const sink = {
      found: (found: Parameters<Pool['apply']>[0]) => {
        pool.apply(found);
        waiting.wake();
      },
      failed: (error: Parameters<Pool['discoveryFailed']>[0]) => {
        pool.discoveryFailed(error);
        waiting.wake();
      },
    };
    void follow(targets, sink, ports, this.#closing.signal);
  }

  /** What is known of calls: of any target, for all are of one endpoint. */
  get traits(): NonNullable<RpcChannel['traits']> {
    return this.#shared.pool.sample?.traits ?? this.#traits;
  }

  /** Starts a call at one of the targets. Never throws: what cannot be sent is a call that rejects. */
  call(method: MethodContract, args: readonly unknown[], options: CallOptions = {}): RpcCall<unknown> {
    return startBalanced(this.#shared, { method, args, options });
  }

  /** Makes a stream, which is opened at one of the targets when it is read. */
  stream(method: MethodContract, args: readonly unknown[], options: CallOptions = {}): RpcStream<unknown> {
    return new BalancedStream(this.#shared, { method, args, options });
  }

  /** Figures since it was made, of all targets and of each. */
  stats(): BalanceStats {
    const { pool, counts, waiting, throttle } = this.#shared;
    return { targets: pool.stats(), ...counts, waiting: waiting.size, tokens: throttle.tokens };
  }

  /**
   * Ends discovery. Calls that wait for a target end with `CLOSED`, and so do those that are made from now on; those that are on their way
   * end as they would. The endpoint stays open. Closing twice is closing once.
   */
  close(): void {
    this.#shared.closed = true;
    this.#closing.abort();
    this.#shared.waiting.wake();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** @throws RpcError if it cannot be called */
function peerOf(
  endpoint: RpcEndpoint,
  { host, port, publicKey }: CheckedTarget,
  { wire, timeoutMs }: CheckedOptions,
): RpcPeer {
  const options: PeerOptions = {
    ...(wire !== undefined && { wire }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(publicKey !== undefined && { publicKey }),
  };
  return endpoint.peer({ host, port }, options);
}
