import { defineService, type RpcError } from '../../src/index';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';

export const SERVER = { host: '10.0.0.1', port: 1 };

export interface Greeter {
  greet(name: string): string;
  again(name: string): string;
}

export const Greeter = defineService<Greeter>('Greeter', { greet: {}, again: { delivery: 'idempotent' } });

export function greeter(runs: string[] = []): Greeter {
  const greet = (name: string): string => {
    runs.push(name);
    return `Hello ${name}`;
  };
  return { greet, again: greet };
}

/** A caller whose server is not there yet. */
export function early(conditions = {}): {
  network: SimulatedNetwork;
  caller: SimulatedEndpoint;
  bindServer: (runs?: string[]) => SimulatedEndpoint;
} {
  const network = new SimulatedNetwork({ latencyMs: 5, ...conditions });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent });
  return {
    network,
    caller,
    bindServer: (runs) => {
      const server = network.bind({ ...SERVER, logger: silent });
      server.serve(Greeter, greeter(runs));
      return server;
    },
  };
}

/** What became of a call: its value, `'silence'`, or the code of its error and whether it ran. */
export function fateOf(call: PromiseLike<{ received: boolean; value?: unknown }>): Promise<unknown> {
  return Promise.resolve(call).then(
    (reply) => (reply.received ? reply.value : 'silence'),
    (error: unknown) => {
      const { code, executed } = error as RpcError;
      return `${code}/${executed}`;
    },
  );
}
