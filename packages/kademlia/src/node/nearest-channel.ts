import { PendingCall, RpcError, type Address, type CallOptions, type RpcCall, type RpcChannel } from '@rpcudp/core';
import type { RpcEndpoint } from '@rpcudp/core/endpoint';
import type { MethodContract } from '@rpcudp/core/service';
import { compareDistance, idText, type NodeId } from '../ids/node-id.js';
import { CALL_MS_MAX, NEAREST_MS } from '../limits.js';
import type { NodeCore } from './node-core.js';
import type { KademliaPorts } from './ports.js';

/** What a {@link NearestChannel} is made of. */
export interface NearestChannelOptions {
  /** What it is the nearest to, for messages. */
  readonly label: string;
  readonly endpoint: RpcEndpoint;
  readonly ports: KademliaPorts;
  /** Finds the node nearest to the key; undefined if there is none. */
  readonly find: (signal: AbortSignal) => Promise<Address | undefined>;
}

/** A node that was found to be the nearest. */
interface Known {
  readonly address: Address;
  readonly until: number;
}

/**
 * A way to the node nearest to a key, whichever that is. It is looked up with the first call and remembered for a minute, or until it does
 * not answer.
 */
export class NearestChannel implements RpcChannel {
  readonly remote: string;
  readonly #options: NearestChannelOptions;
  #known: Known | undefined;

  constructor(options: NearestChannelOptions) {
    this.#options = options;
    this.remote = `the node nearest to ${options.label}`;
  }

  /** Calls a method of the nearest node. Its deadline is that of the lookup and the call together. */
  call(method: MethodContract, args: readonly unknown[], options: CallOptions = {}): RpcCall<unknown> {
    const pending = new PendingCall<unknown>();
    this.#call(method, args, options).then(
      (reply) => pending.end(reply),
      (error: unknown) => pending.fail(RpcError.from(error)),
    );
    return pending;
  }

  async #call(method: MethodContract, args: readonly unknown[], options: CallOptions): ReturnType<typeof wait> {
    const { ports, endpoint } = this.#options;
    const timeoutMs = options.timeoutMs ?? method.timeoutMs ?? CALL_MS_MAX;
    const began = ports.now();
    const known = await this.#nearest(timeoutMs, options.signal);
    if (options.signal?.aborted === true)
      throw new RpcError('CANCELLED', `${this.remote}: the call was cancelled before it was sent.`, { executed: 'no' });
    const leftMs = timeoutMs - (ports.now() - began);
    // Silence is a value: nobody was found, or not in time.
    if (known === undefined || leftMs <= 0) return { received: false };
    try {
      const { host, port } = known.address;
      const peer = endpoint.peer({ host, port }, { wire: 'native' });
      const reply = await wait(peer.call(method, args, { ...options, timeoutMs: leftMs }));
      if (!reply.received) this.#forget(known);
      return reply;
    } catch (error) {
      this.#forget(known);
      throw error;
    }
  }

  async #nearest(timeoutMs: number, signal: AbortSignal | undefined): Promise<Known | undefined> {
    const { ports, find } = this.#options;
    if (this.#known !== undefined && ports.now() < this.#known.until) return this.#known;
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    const prevent = ports.setTimer(timeoutMs, stop);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
    const address = await find(abort.signal);
    prevent();
    signal?.removeEventListener('abort', stop);
    // What was found by then need not be the nearest.
    if (address === undefined || abort.signal.aborted) return undefined;
    return (this.#known = { address, until: ports.now() + NEAREST_MS });
  }

  #forget(known: Known): void {
    if (this.#known === known) this.#known = undefined;
  }
}

/** A channel to the node nearest to a key. @throws RpcError as of {@link NodeCore.overlay} */
export function nearestChannel(core: NodeCore, key: NodeId): NearestChannel {
  const { own, endpoint, checked } = core;
  core.overlay('native');
  return new NearestChannel({
    label: idText(key),
    endpoint,
    ports: checked.ports,
    async find(signal) {
      const run = core.overlay('native').find(key, { signal, paths: checked.paths });
      await run.ended;
      const [nearest] = run.lookup.closest;
      const isSelf = !checked.client && (nearest === undefined || compareDistance(key, own, nearest.id) < 0);
      return isSelf ? endpoint.address : nearest;
    },
  });
}

async function wait<T>(call: RpcCall<T>): Promise<Awaited<RpcCall<T>>> {
  return await call;
}
