/** Two servers are restarted in turn while they are called: no call is lost, and none runs twice. */
import { createClient, type Client } from '@rpcudp/client';
import { RpcError, defineService } from '../../src/index';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../src/testing';
import { SeededRandom } from '../../src/testing/random';
import { silent } from './fixtures';

interface Shop {
  sell(id: number): Promise<number>;
  pack(id: number, goods: Uint8Array): number;
  watch(id: number, count: number): AsyncIterable<number>;
}
/** All at most once: what must not run twice, and cannot be tried again where nobody knows whether it ran. */
const Shop = defineService<Shop>('Shop', { sell: {}, pack: {}, watch: { stream: true } });

const HOSTS = ['10.0.0.1', '10.0.0.3'] as const;
/** For so long a caller leaves a server alone that has refused it, in milliseconds. */
const AVOIDED_MS = 3000;
/** For so long a server refuses after it has drained. */
const FAREWELL_MS = 1000;
const CALLERS = 8;

/** Servers that are restarted, callers that do not stop, and what ran of each call, wherever. */
class Street {
  readonly network: SimulatedNetwork;
  readonly random: SeededRandom;
  readonly runs = new Map<number, number>();
  readonly servers: SimulatedEndpoint[];
  readonly clients: readonly Client<Shop>[];
  readonly #avoidedUntil = HOSTS.map(() => 0);
  readonly outcomes: unknown[] = [];
  refusals = 0;
  open = true;

  constructor(seed: number, conditions: NetworkConditions = {}) {
    this.network = new SimulatedNetwork({
      seed,
      latencyMs: 10,
      loss: 0.1,
      duplication: 0.05,
      jitterMs: 5,
      ...conditions,
    });
    this.random = new SeededRandom(seed);
    this.servers = HOSTS.map((host) => this.#bind(host));
    const caller = this.network.bind({ host: '10.0.0.2', logger: silent, timeoutMs: 30_000 });
    this.clients = HOSTS.map((host) => createClient(Shop, caller.peer({ host, port: 1 })));
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.network.clock.setTimer(ms, resolve));
  }

  async restartInTurn(): Promise<void> {
    for (const [index, host] of HOSTS.entries()) {
      const server = this.servers[index]!;
      await this.pause(200 + 300 * this.random.next());
      const { complete } = await server.drain();
      if (!complete) throw new Error('Something was left.');
      await this.pause(FAREWELL_MS);
      await server.close();
      await this.pause(500);
      this.servers[index] = this.#bind(host);
      await this.pause(AVOIDED_MS);
    }
    this.open = false;
  }

  /** One after the other, until all servers are new. */
  async callOn(make: (client: Client<Shop>, id: number) => Promise<unknown>): Promise<void> {
    while (this.open) {
      const id = this.outcomes.push(undefined) - 1;
      this.outcomes[id] = await this.#call((client) => make(client, id)).catch((error: unknown) => {
        const { code, executed } = RpcError.from(error);
        return `${code}/${executed}`;
      });
    }
  }

  /** Asks the other server if one says that it has not run the call. */
  async #call(make: (client: Client<Shop>) => Promise<unknown>, tries = 4): Promise<unknown> {
    const { now } = this.network.clock;
    const free = HOSTS.map((_, index) => index).filter((index) => this.#avoidedUntil[index]! <= now);
    const index = free[Math.floor(this.random.next() * free.length)] ?? 0;
    try {
      return await make(this.clients[index]!);
    } catch (error) {
      if (!RpcError.is(error) || error.code !== 'UNAVAILABLE' || error.executed !== 'no' || tries === 0) throw error;
      this.refusals += 1;
      this.#avoidedUntil[index] = this.network.clock.now + AVOIDED_MS;
      return this.#call(make, tries - 1);
    }
  }

  #bind(host: string): SimulatedEndpoint {
    const endpoint = this.network.bind({ host, port: 1, logger: silent });
    const ran = (id: number): void => void this.runs.set(id, (this.runs.get(id) ?? 0) + 1);
    endpoint.serve(Shop, {
      sell: async (id) => {
        ran(id);
        await this.pause((id * 37) % 150);
        return id;
      },
      pack: (id, goods) => (ran(id), goods.length),
      watch: (id, count) => {
        ran(id);
        return this.#values(count);
      },
    });
    return endpoint;
  }

  async *#values(count: number): AsyncGenerator<number> {
    for (let value = 0; value < count; value += 1) {
      yield value;
      await this.pause(20);
    }
  }
}

const goods = new Uint8Array(20_000).fill(7);

async function watched(client: Client<Shop>, id: number): Promise<number> {
  let values = 0;
  for await (const value of client.watch(id, 10)) values += Number(value >= 0);
  return values;
}

type Use = readonly [
  what: string,
  make: (client: Client<Shop>, id: number) => Promise<unknown>,
  gives: (id: number) => number,
];
const USES: readonly Use[] = [
  ['calls whose handlers take a while', (client, id) => client.sell(id).orThrow(), (id) => id],
  [
    'large messages, some in the middle of arriving',
    (client, id) => client.pack(id, goods).orThrow(),
    () => goods.length,
  ],
  ['streams', watched, () => 10],
];

describe('servers that are restarted in turn lose no call, and run none twice', () => {
  test.each(USES)('%s, on networks that lose a tenth', async (_what, make, gives) => {
    let refusals = 0;
    for (let seed = 1; seed <= 12; seed += 1) {
      const street = new Street(seed);
      const callers = Array.from({ length: CALLERS }, () => street.callOn(make));
      await street.network.until(Promise.all([...callers, street.restartInTurn()]));
      expect({ seed, outcomes: street.outcomes }).toEqual({
        seed,
        outcomes: street.outcomes.map((_, id) => gives(id)),
      });
      expect({ seed, ran: [...street.runs.values()].filter((times) => times !== 1) }).toEqual({ seed, ran: [] });
      expect(street.runs.size).toBe(street.outcomes.length);
      refusals += street.refusals;
    }
    // Else nothing was shown.
    expect(refusals).toBeGreaterThan(12);
  });
});
