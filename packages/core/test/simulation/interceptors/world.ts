/** A service with a method for everything that interceptors can stand around, and two endpoints to serve and to call it. */
import { createClient, type Client, type ClientOptions } from '@rpcudp/client';
import { RpcMethod, RpcService, rpcContext, type RpcPeer } from '../../../src/index';
import type { ServerInterceptor } from '../../../src/interceptors';
import type { EndpointOptions } from '../../../src/endpoint';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../../src/testing';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { silent } from '../fixtures';

/** How often arguments were guarded since the test began. */
export const guarded: unknown[][] = [];

/** Takes positive numbers. */
const positives: StandardSchemaV1<unknown, [number, number]> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const args = value as [number, number];
      guarded.push(args);
      return args.every((each) => each > 0) ? { value: args } : { issues: [{ message: 'must be above 0' }] };
    },
  },
};

@RpcService('Desk')
export class Desk {
  runs = 0;
  readonly ended: string[] = [];
  failures = 0;
  /** What a handler that waits waits for. */
  gate: Promise<void> = Promise.resolve();

  @RpcMethod({ args: positives })
  add(a: number, b: number): number {
    this.runs += 1;
    return a + b;
  }

  @RpcMethod({ delivery: 'idempotent' })
  balance(): number {
    this.runs += 1;
    return this.runs;
  }

  @RpcMethod({ delivery: 'idempotent' })
  async slow(): Promise<number> {
    this.runs += 1;
    await this.gate;
    return this.runs;
  }

  @RpcMethod()
  fail(): never {
    this.failures += 1;
    throw new Error('a secret of the server');
  }

  @RpcMethod()
  metadata(): Record<string, string> {
    return { ...rpcContext().metadata };
  }

  @RpcMethod()
  echo(value: unknown): unknown {
    return value;
  }

  @RpcMethod()
  async *count(to: number): AsyncGenerator<number> {
    this.runs += 1;
    try {
      for (let value = 1; value <= to; value += 1) yield value;
    } finally {
      this.ended.push('count');
    }
  }

  @RpcMethod({ stream: 'client' })
  async total(start: number, values: AsyncIterable<number>): Promise<number> {
    let sum = start;
    for await (const value of values) sum += value;
    return sum;
  }

  @RpcMethod({ stream: 'both' })
  async *double(values: AsyncIterable<number>): AsyncGenerator<number> {
    for await (const value of values) yield 2 * value;
  }
}

export interface World {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly desk: Desk;
  readonly peer: RpcPeer;
  client(options?: ClientOptions): Client<Desk>;
}

export interface WorldOptions {
  readonly conditions?: NetworkConditions;
  readonly server?: EndpointOptions;
  readonly caller?: EndpointOptions;
  readonly served?: readonly ServerInterceptor[];
}

export function worldOf({ conditions = {}, server: serving, caller: calling, served }: WorldOptions = {}): World {
  guarded.length = 0;
  const network = new SimulatedNetwork({ seed: 7, ...conditions });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, ...serving });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent, ...calling });
  const desk = new Desk();
  if (served === undefined) server.serve(desk);
  else server.serve(desk, { interceptors: served });
  const peer = caller.peer(server.address);
  return { network, server, caller, desk, peer, client: (options = {}) => createClient(Desk, peer, options) };
}

/** The error of a call. */
export async function errorOf(call: PromiseLike<unknown>): Promise<unknown> {
  return call.then(
    (value) => ({ noError: value }),
    (error: unknown) => error,
  );
}

/** All values of a stream. */
export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const each: T[] = [];
  for await (const value of values) each.push(value);
  return each;
}
