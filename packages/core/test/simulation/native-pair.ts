import { createClient, type Client } from '@rpcudp/client';
import { RpcError, defineService, rpcContext, type RpcContext } from '../../src/index';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';

/** A method for every way in which a call of the native wire can end. */
export interface Workshop {
  add(a: number, b: number): number;
  addAgain(a: number, b: number): number;
  echo(bytes: Uint8Array): Uint8Array;
  never(): Promise<void>;
  throwText(): void;
  refuse(): void;
  tenant(): string;
  note(word: string): void;
  glimpse(word: string): void;
}

export const WorkshopContract = defineService<Workshop>('Workshop', {
  add: {},
  addAgain: { delivery: 'idempotent' },
  echo: {},
  never: {},
  throwText: {},
  refuse: {},
  tenant: {},
  note: { oneWay: true },
  glimpse: { delivery: 'best-effort', oneWay: true },
});

/** What became of the calls, over all processes that served. */
export interface WorkshopLog {
  readonly runs: Map<string, number>;
  readonly contexts: RpcContext[];
  readonly words: string[];
}

export function workshop(log: WorkshopLog): Workshop {
  const run = (key: string): void => void log.runs.set(key, (log.runs.get(key) ?? 0) + 1);
  const add = (a: number, b: number): number => {
    run(`${a}`);
    return a + b;
  };
  return {
    add,
    addAgain: add,
    echo: (bytes) => bytes,
    never: () => {
      log.contexts.push(rpcContext());
      return new Promise(() => undefined);
    },
    throwText: () => {
      throw new Error('a secret of the server');
    },
    refuse: () => {
      throw new RpcError('PERMISSION_DENIED', 'Not you.', { details: { door: 3 } });
    },
    tenant: () => rpcContext().metadata.tenant ?? 'nobody',
    note: (word) => void log.words.push(word),
    glimpse: (word) => void log.words.push(word),
  };
}

export interface NativePair {
  readonly network: SimulatedNetwork;
  server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly log: WorkshopLog;
  readonly client: Client<Workshop>;
  /** Kills the server; the next one is bound `pauseMs` later at its address. */
  restartServer(pauseMs?: number): Promise<void>;
}

type BindOptions = Parameters<SimulatedNetwork['bind']>[0];

/** A server with a {@link Workshop} and a caller of it, on one network, over the native wire. */
export function nativePair(conditions: NetworkConditions = {}, serverOptions: BindOptions = {}): NativePair {
  const network = new SimulatedNetwork(conditions);
  const log: WorkshopLog = { runs: new Map(), contexts: [], words: [] };
  const bindServer = (): SimulatedEndpoint => {
    const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, ...serverOptions });
    server.serve(WorkshopContract, workshop(log));
    return server;
  };
  const server = bindServer();
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent });
  const client = createClient(WorkshopContract, caller.peer(server.address));
  const pair: NativePair = {
    network,
    server,
    caller,
    log,
    client,
    restartServer: async (pauseMs = 100) => {
      pair.server.crash();
      await network.advance(pauseMs);
      pair.server = bindServer();
    },
  };
  return pair;
}

/** Checks that after five minutes of silence nothing is left. */
export async function expectNothingLeftLater({ network, server, caller }: NativePair): Promise<void> {
  await network.advance(300_000);
  expect(network.clock.scheduled).toBe(0);
  for (const endpoint of [server, caller]) {
    expect(endpoint.stats()).toMatchObject({ pendingCalls: 0, runningHandlers: 0 });
  }
}
