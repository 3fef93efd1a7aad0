import { createClient, withOptions, type Client } from '@rpcudp/client';
import { RpcError, type Address } from '../../src/index';
import type { NetworkConditions, SimulatedEndpoint, SimulatedNetwork } from '../../src/testing';
import { silent } from './fixtures';
import { numberedFrom } from './tuned-engines';
import { ReroutedNetwork } from './rerouted-network';
import { StationContract, StationLog, patternOf, station, type Station } from './station';

type BindOptions = Parameters<SimulatedNetwork['bind']>[0];

export interface StationPairOptions extends NetworkConditions {
  /** Where the client calls: the server's address unless told. */
  readonly dialled?: Address;
  /** How long the client's calls may take, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number;
  readonly server?: BindOptions;
  readonly caller?: BindOptions;
  /** The first packet number of each side. Default: 0. */
  readonly firstNumbers?: readonly [server: number, caller: number];
  /** Whether a server is there from the beginning. Default: yes. */
  readonly begins?: 'with server' | 'without server';
}

export const SERVER: Address = { host: '10.0.0.1', port: 1 };
export const CALLER: Address = { host: '10.0.0.2', port: 2 };

/** What became of a call: the value, `'silence'`, or the code and what is known of whether it ran. */
export type Outcome = unknown;

/** Two endpoints that both serve a {@link Station}, on one network, over the native wire. */
export class StationPair {
  readonly network: ReroutedNetwork;
  /** What ran at the server, and at the caller when it was called back. */
  readonly log = new StationLog();
  readonly callerLog = new StationLog();
  readonly client: Client<Station>;
  readonly caller: SimulatedEndpoint;
  server: SimulatedEndpoint;
  readonly #options: StationPairOptions;

  constructor(options: StationPairOptions = {}) {
    const {
      dialled = SERVER,
      timeoutMs = 5000,
      server,
      caller,
      begins,
      firstNumbers = [0, 0],
      ...conditions
    } = options;
    this.#options = { server, firstNumbers };
    this.network = new ReroutedNetwork(conditions);
    this.caller = numberedFrom(firstNumbers[1], () => this.network.bind({ ...CALLER, logger: silent, ...caller }));
    this.caller.serve(StationContract, station(this.callerLog, this.network.clock));
    this.server = this.caller;
    if (begins !== 'without server') this.server = this.startServer();
    this.client = createClient(StationContract, this.caller.peer(dialled, { timeoutMs }));
  }

  get now(): number {
    return this.network.clock.now;
  }

  /** Binds a server, where there is none. */
  startServer(): SimulatedEndpoint {
    const { server, firstNumbers = [0, 0] } = this.#options;
    this.server = numberedFrom(firstNumbers[0], () => this.network.bind({ ...SERVER, logger: silent, ...server }));
    this.server.serve(StationContract, station(this.log, this.network.clock));
    return this.server;
  }

  /** Kills the server; the next one is bound at its address `pauseMs` later. */
  async restartServer(pauseMs = 100): Promise<void> {
    this.server.crash();
    await this.network.advance(pauseMs);
    this.startServer();
  }

  /** The client with another time that its calls may take. */
  within(timeoutMs: number): Client<Station> {
    return withOptions(this.client, { timeoutMs });
  }

  /** A client of the same caller that calls another address. */
  clientOf(dialled: Address): Client<Station> {
    return createClient(StationContract, this.caller.peer(dialled));
  }

  /** Lets time pass until the call has ended, and gives what became of it. */
  outcome(call: PromiseLike<{ received: boolean; value?: unknown }>): Promise<Outcome> {
    return this.network.until(outcomeOf(call));
  }

  /** Fetches so many bytes; gives whether they arrived as they are. */
  async fetches(bytes: number, client = this.client): Promise<boolean> {
    const value = await this.outcome(client.fetch(bytes));
    return value instanceof Uint8Array && Buffer.compare(value, patternOf(bytes)) === 0;
  }

  /** Associations at the server and at the caller. */
  get associations(): [server: number, caller: number] {
    return [this.server.stats().peers.length, this.caller.stats().peers.length];
  }
}

/** Checks that after a long silence nothing is left. */
export async function expectNothingLeft({ network, server, caller }: StationPair): Promise<void> {
  await network.advance(300_000);
  expect(network.clock.scheduled).toBe(0);
  for (const endpoint of [server, caller])
    expect(endpoint.stats()).toMatchObject({ pendingCalls: 0, runningHandlers: 0 });
}

/** What became of a call. */
export async function outcomeOf(call: PromiseLike<{ received: boolean; value?: unknown }>): Promise<Outcome> {
  try {
    const reply = await call;
    return reply.received ? reply.value : 'silence';
  } catch (error) {
    const { code, executed } = RpcError.from(error);
    return `${code}/${executed}`;
  }
}

/** How often each outcome is among these. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const word = typeof outcome === 'string' ? outcome : 'answered';
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}
