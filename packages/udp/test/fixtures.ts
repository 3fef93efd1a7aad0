import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createClient, type Client } from '@rpcudp/client';
import { RpcMethod, RpcService, rpcContext, type RpcChannel } from '@rpcudp/core';
import { UdpEndpoint, type UdpEndpointOptions } from '../src';

@RpcService('Greeter')
export class Greeter {
  runs = 0;

  @RpcMethod()
  sayHi(name: string): string {
    const { sender } = rpcContext();
    return `Hello ${name}, you live at ${sender.host}:${sender.port}`;
  }

  @RpcMethod()
  add(a: number, b: number): number {
    this.runs += 1;
    return a + b;
  }

  @RpcMethod()
  large(bytes: number): Uint8Array {
    return new Uint8Array(bytes);
  }

  @RpcMethod()
  never(): Promise<void> {
    return new Promise(() => undefined);
  }
}

const ignore = (): void => undefined;
export const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

export interface SocketPair extends AsyncDisposable {
  readonly server: UdpEndpoint;
  readonly caller: UdpEndpoint;
  readonly greeter: Greeter;
  readonly channel: RpcChannel;
  readonly client: Client<Greeter>;
}

/** A server and a caller on free loopback ports. */
export async function socketPair(
  options: { readonly server?: UdpEndpointOptions; readonly caller?: UdpEndpointOptions } = {},
): Promise<SocketPair> {
  const server = await UdpEndpoint.bind({ host: '127.0.0.1', wires: ['rpcudp'], logger: silent, ...options.server });
  const caller = await UdpEndpoint.bind({ host: '127.0.0.1', wires: ['rpcudp'], logger: silent, ...options.caller });
  const greeter = new Greeter();
  server.serve(greeter);
  const channel = caller.peer(server.address);
  return {
    server,
    caller,
    greeter,
    channel,
    client: createClient(Greeter, channel),
    async [Symbol.asyncDispose]() {
      await Promise.all([server.close({ graceMs: 1 }), caller.close({ graceMs: 1 })]);
    },
  };
}

/** Bytes in use after a full garbage collection. */
export function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
  gc();
}

/** Watches timers from now on: gives how many were set and have neither gone off nor been cleared. */
export function watchTimers(): () => number {
  const waiting = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(((callback: () => void, ms: number) => {
    const timer = set(() => {
      waiting.delete(timer);
      callback();
    }, ms);
    waiting.add(timer);
    return timer;
  }) as typeof setTimeout);
  jest.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    waiting.delete(timer);
    clear(timer);
  });
  return () => waiting.size;
}

/** Runs `each` for 0 to `total`, so many at a time. */
export async function inFlight(
  total: number,
  width: number,
  each: (index: number) => PromiseLike<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < total) await each(next++);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
