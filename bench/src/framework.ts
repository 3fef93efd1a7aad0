import { createClient } from '@rpcudp/client';
import { RpcMethod, RpcService, type WireName } from '@rpcudp/core';
import { UdpEndpoint, type UdpEndpointOptions } from '@rpcudp/udp';
import { Encryption, peerOptionsOf } from './encryption';
import type { Subject } from './subject';

@RpcService('Adder')
export class Adder {
  @RpcMethod()
  add(a: number, b: number): number {
    return a + b;
  }
}

/** This framework over one of its wires, with every default on, and encrypted or kept awake if that is said. */
export function framework(wire: WireName, encrypted = false, busyPollMs = 0): Subject {
  const encryption = new Encryption(encrypted);
  const binding: UdpEndpointOptions = { host: '127.0.0.1', wires: [wire], busyPollMs, ...encryption.binding };
  const awake = busyPollMs === 0 ? '' : `, busyPollMs ${busyPollMs}`;
  return {
    name: `rpcudp, ${wire} wire${encrypted ? ', encrypted' : ''}${awake}`,

    async serve() {
      const endpoint = await UdpEndpoint.bind(binding);
      endpoint.serve(new Adder());
      return encryption.servedAt(endpoint);
    },

    async connect(server) {
      const endpoint = await UdpEndpoint.bind(binding);
      const peer = endpoint.peer({ host: '127.0.0.1', port: server.port }, peerOptionsOf(server));
      const adder = createClient(Adder, peer);
      return {
        async run(inFlight, stop, record) {
          await Promise.all(Array.from({ length: inFlight }, call));

          async function call(): Promise<void> {
            for (let n = 0; !stop(); n = (n + 1) % 100) {
              const started = performance.now();
              const reply = await adder.add(n, 1);
              if (!reply.received) continue;
              if (reply.value !== n + 1) throw new Error(`add(${n}, 1) gave ${reply.value}`);
              record(performance.now() - started);
            }
          }
        },
        close: () => endpoint.close(),
      };
    },
  };
}
