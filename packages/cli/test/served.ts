import { RpcError, RpcMethod, RpcService, defineService, rpcContext } from '@rpcudp/core';
import { Meter } from './meter';
import { UdpEndpoint, type UdpEndpointOptions } from '@rpcudp/udp';

/** The service of the README. */
@RpcService('Greeter')
export class Greeter {
  @RpcMethod()
  sayHi(name: string): string {
    const { sender } = rpcContext();
    return `Hello ${name}, you live at ${sender.host}:${sender.port}`;
  }
}

/** What came, and things that only a test asks for. */
export interface Probe {
  echo(...args: unknown[]): unknown;
  metadata(): unknown;
  fail(): void;
  never(): Promise<void>;
  rude(): void;
}
export const Probe = defineService<Probe>('test.Probe', { echo: {}, metadata: {}, fail: {}, never: {}, rude: {} });

const probe: Probe = {
  echo: (...args) => (args.length === 1 ? args[0] : args),
  metadata: () => ({ ...rpcContext().metadata }),
  fail: () => {
    throw new Error('a secret');
  },
  never: () => new Promise(() => undefined),
  rude: () => {
    throw new RpcError('ABORTED', 'first line\n\u001b[2Jsecond line');
  },
};

const ignore = (): void => undefined;
export const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

export interface Served extends AsyncDisposable {
  readonly endpoint: UdpEndpoint;
  /** Where it listens, as a user would type it. */
  readonly address: string;
}

const open = new Set<UdpEndpoint>();

// A test that takes too long never comes to its end, and a socket that is open keeps Jest from ending.
afterAll(() => Promise.all(Array.from(open, (endpoint) => endpoint.close({ graceMs: 0 }))));

/** An endpoint on a free port of the loopback interface that serves all of the above. */
export async function served(options: UdpEndpointOptions = {}): Promise<Served> {
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent, ...options });
  open.add(endpoint);
  endpoint.serve(new Greeter());
  endpoint.serve(new Meter());
  endpoint.serve(Probe, probe);
  const { host, port } = endpoint.address;
  return {
    endpoint,
    address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    [Symbol.asyncDispose]: () => {
      open.delete(endpoint);
      return endpoint.close({ graceMs: 0 });
    },
  };
}

/** A port of the loopback interface where nobody answers for as long as the socket is held. */
export async function deaf(): Promise<Served> {
  // An endpoint of the other wire drops what it cannot read.
  return served({ wires: ['rpcudp'] });
}
