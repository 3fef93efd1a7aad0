import { createClient, type Client } from '@rpcudp/client';
import { defineService, rpcContext, RpcError, type Logger } from '@rpcudp/core';
import { SeededRandom, SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '@rpcudp/core/testing';
import { balance, type BalancedChannel, type BalanceOptions, type BalancePorts } from '../src/index';

/** What a server of a test does with a call. */
export class Shop {
  readonly name: string;
  /** How often each order was run here. */
  readonly runs = new Map<string, number>();
  refusal: RpcError | undefined;
  /** How long an answer takes, by the clock of the network; `Infinity` for ever. */
  delayMs = 0;
  failure: RpcError | undefined;
  metadata: Readonly<Record<string, string>> | undefined;
  aborted = 0;
  readonly #wait: (ms: number) => Promise<void>;

  constructor(name: string, wait: (ms: number) => Promise<void>) {
    this.name = name;
    this.#wait = wait;
  }

  /** Runs once at most. */
  order(id: string): Promise<string> | string {
    return this.#run(id);
  }

  /** May run again. */
  look(id: string): Promise<string> | string {
    return this.#run(id);
  }

  async *watch(id: string): AsyncGenerator<string> {
    this.#count(id);
    for (let n = 0; n < 3; n += 1) yield `${this.name} ${n}`;
  }

  async send(id: string, parts: AsyncIterable<number>): Promise<string> {
    this.#count(id);
    let sum = 0;
    for await (const part of parts) sum += part;
    return `${this.name} ${sum}`;
  }

  #run(id: string): Promise<string> | string {
    this.#count(id);
    const { signal, metadata } = rpcContext();
    this.metadata = metadata;
    signal.addEventListener('abort', () => (this.aborted += 1));
    if (this.failure !== undefined) throw this.failure;
    return this.delayMs === 0 ? this.name : this.#wait(this.delayMs).then(() => this.name);
  }

  #count(id: string): void {
    this.runs.set(id, (this.runs.get(id) ?? 0) + 1);
  }
}

export type Shopping = Pick<Shop, 'order' | 'look' | 'watch' | 'send'>;

export const ShopContract = defineService<Shopping>('Shop', {
  order: {},
  look: { delivery: 'idempotent' },
  watch: { stream: true },
  send: { stream: 'client' },
});

/** A server of a cluster. */
export interface Server {
  readonly shop: Shop;
  readonly endpoint: SimulatedEndpoint;
  readonly address: string;
}

/** Servers on a simulated network, and a client that balances between them. */
export class Cluster {
  readonly network: SimulatedNetwork;
  readonly servers: Server[] = [];
  readonly random: SeededRandom;

  constructor(servers: number, conditions: NetworkConditions = {}) {
    this.network = new SimulatedNetwork({ seed: 1, latencyMs: 5, ...conditions });
    this.random = new SeededRandom((conditions.seed ?? 1) + 1);
    for (let n = 1; n <= servers; n += 1) this.add(n);
  }

  get ports(): BalancePorts {
    const { clock } = this.network;
    return {
      now: () => clock.now,
      random: () => this.random.next(),
      setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
    };
  }

  get addresses(): string[] {
    return this.servers.map(({ address }) => address);
  }

  /** Starts server `n` at its address, which is the same each time. */
  add(n: number): Server {
    const server = this.start(n, new Shop(`s${n}`, (ms) => this.wait(ms)));
    this.servers.push(server);
    return server;
  }

  start(n: number, shop: Shop): Server {
    const host = `10.0.${n >> 8}.${n & 255}`;
    const endpoint = this.network.bind({ host, port: 1234, logger: QUIET });
    const refuse = (_call: unknown, next: (call: never) => unknown): unknown => {
      if (shop.refusal !== undefined) throw shop.refusal;
      return next(_call as never);
    };
    endpoint.serve(ShopContract, shop, { interceptors: [refuse] });
    return { shop, endpoint, address: `${host}:1234` };
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (ms !== Infinity) this.network.clock.setTimer(ms, resolve);
    });
  }

  #clients = 0;

  /** A client on a host of its own. */
  client(options: Partial<BalanceOptions> = {}): {
    channel: BalancedChannel;
    shop: Client<Shopping>;
    endpoint: SimulatedEndpoint;
  } {
    this.#clients += 1;
    const host = `10.1.${this.#clients >> 8}.${this.#clients & 255}`;
    const endpoint = this.network.bind({ host, logger: QUIET });
    const channel = balance(endpoint, { targets: this.addresses, ports: this.ports, ...options });
    return { channel, shop: createClient(ShopContract, channel), endpoint };
  }

  runsOf(id: string): number {
    return this.servers.reduce((sum, { shop }) => sum + (shop.runs.get(id) ?? 0), 0);
  }

  get runs(): number[] {
    return this.servers.map(({ shop }) => [...shop.runs.values()].reduce((sum, runs) => sum + runs, 0));
  }
}

const QUIET: Logger = { info: () => undefined, debug: () => undefined, warn: () => undefined, error: () => undefined };

/** What a server says that leaves. */
export const LEAVES = new RpcError('UNAVAILABLE', 'I am leaving.');
export const FULL = new RpcError('RESOURCE_EXHAUSTED', 'I am full.');
