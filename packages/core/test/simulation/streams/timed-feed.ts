import { createClient, withOptions, type Client } from '@rpcudp/client';
import { defineService } from '../../../src/index';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../../src/testing';
import { silent } from '../fixtures';

/** What comes into being faster than a link carries it, or as large as is asked for. */
export interface Feed {
  /** Each value that came into being, after all that came before. */
  all(everyMs: number, bytes: number): AsyncIterable<Uint8Array>;
  /** The one that came into being last. */
  newest(everyMs: number, bytes: number): AsyncIterable<Uint8Array>;
  /** So many bytes, in values of some. */
  bytes(total: number, each: number): AsyncIterable<Uint8Array>;
  ping(): string;
}

export const FeedContract = defineService<Feed>('Feed', {
  all: { stream: true },
  newest: { stream: true, delivery: 'best-effort' },
  bytes: { stream: true },
  ping: {},
});

/** A server of a {@link Feed} and a caller of it, on a network of their own. */
export class FeedWorld {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly client: Client<Feed>;

  constructor(conditions: NetworkConditions) {
    this.network = new SimulatedNetwork(conditions);
    this.server = this.network.bind({ host: '10.0.0.1', port: 1, logger: silent });
    this.caller = this.network.bind({ host: '10.0.0.2', port: 2, logger: silent });
    this.server.serve(FeedContract, {
      all: (everyMs, bytes) => this.#timed(everyMs, bytes, 'all'),
      newest: (everyMs, bytes) => this.#timed(everyMs, bytes, 'newest'),
      bytes: (total, each) => inPieces(total, each),
      ping: () => 'pong',
    });
    const client = createClient(FeedContract, this.caller.peer(this.server.address));
    this.client = withOptions(client, { timeoutMs: 60_000 });
  }

  get now(): number {
    return this.network.clock.now;
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.network.clock.setTimer(ms, resolve));
  }

  /** Reads timed values for so long, and gives how old each was, with when it came. */
  async ages(
    which: 'all' | 'newest',
    everyMs: number,
    bytes: number,
    ms: number,
  ): Promise<{ at: number; age: number }[]> {
    const values = this.client[which](everyMs, bytes);
    this.network.clock.setTimer(ms, () => values.cancel());
    const ages: { at: number; age: number }[] = [];
    for await (const value of values) {
      const since = new DataView(value.buffer, value.byteOffset).getFloat64(0);
      ages.push({ at: this.now, age: this.now - since });
    }
    return ages;
  }

  /** A value for each so many milliseconds, which says when that was. */
  async *#timed(everyMs: number, bytes: number, which: 'all' | 'newest'): AsyncGenerator<Uint8Array> {
    for (let at = this.now; ; at += everyMs) {
      if (which === 'newest') at = Math.max(at, everyMs * Math.floor(this.now / everyMs));
      if (at > this.now) await this.pause(at - this.now);
      const value = new Uint8Array(bytes);
      new DataView(value.buffer).setFloat64(0, at);
      yield value;
    }
  }
}

async function* inPieces(total: number, each: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < total; sent += each) yield new Uint8Array(Math.min(each, total - sent));
}
