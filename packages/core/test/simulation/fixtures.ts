import { createClient, type Client } from '@rpcudp/client';
import { defineService, rpcContext, type RpcContext, type RpcPeer } from '../../src/index';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../src/testing';

/** A service with a method for everything that can happen to a call. */
export class Lab {
  runs = 0;
  contexts: RpcContext[] = [];

  add(a: number, b: number): number {
    this.runs += 1;
    return a + b;
  }

  async addLater(a: number, b: number): Promise<number> {
    await Promise.resolve();
    return this.add(a, b);
  }

  never(): Promise<void> {
    this.contexts.push(rpcContext());
    return new Promise(() => undefined);
  }

  fail(message: string): never {
    throw new Error(message);
  }

  async failLater(message: string): Promise<never> {
    await Promise.resolve();
    throw new Error(message);
  }

  unsendable(): unknown {
    return () => undefined;
  }

  async senderAfterAwait(): Promise<string> {
    await Promise.resolve();
    const { sender } = rpcContext();
    return `${sender.host}:${sender.port}`;
  }
}

export const LabContract = defineService<Omit<Lab, 'runs' | 'contexts'>>('Lab', {
  add: {},
  addLater: {},
  never: {},
  fail: {},
  failLater: {},
  unsendable: {},
  senderAfterAwait: {},
});

export type LabClient = Client<Omit<Lab, 'runs' | 'contexts'>>;

export interface Pair {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly lab: Lab;
  readonly channel: RpcPeer;
  readonly client: LabClient;
}

type BindOptions = Parameters<SimulatedNetwork['bind']>[0];

/** A server with a {@link Lab} and a caller of it, on one network. */
export function simulatedPair(
  conditions: NetworkConditions = {},
  options: { readonly server?: BindOptions; readonly caller?: BindOptions } = {},
): Pair {
  const network = new SimulatedNetwork(conditions);
  const server = network.bind({ host: '10.0.0.1', port: 1, wires: ['rpcudp'], logger: silent, ...options.server });
  const caller = network.bind({ host: '10.0.0.2', port: 2, wires: ['rpcudp'], logger: silent, ...options.caller });
  const lab = new Lab();
  server.serve(LabContract, lab);
  const channel = caller.peer(server.address);
  return { network, server, caller, lab, channel, client: createClient(LabContract, channel) };
}

/** A logger that keeps quiet about the failures that tests cause on purpose. */
export const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // On purpose.
}

/** Checks that nothing is left: no call, no handler, no timer. Call it last. */
export function expectNothingLeft({ network, server, caller }: Pair): void {
  expect(network.clock.scheduled).toBe(0);
  for (const endpoint of [server, caller]) {
    expect(endpoint.stats()).toMatchObject({ pendingCalls: 0, runningHandlers: 0 });
  }
}

/** What became of a call, as one word or its value. */
export async function outcomeOf(call: PromiseLike<{ received: boolean; value?: unknown }>): Promise<unknown> {
  return call.then(
    (reply) => (reply.received ? reply.value : 'silence'),
    (error: unknown) => (error as { code: string }).code,
  );
}
