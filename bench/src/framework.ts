import { createClient } from '@rpcudp/client';
import { RpcMethod, RpcService, type WireName } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { Encryption, peerOptionsOf } from './encryption';
import type { Subject } from './subject';

@RpcService('Adder')
export class Adder {
  @RpcMethod()
  add(a: number, b: number): number {
    return a + b;
  }
}

/** This framework over one of its wires, with every default on, and encrypted if that is said. */
export function framework(wire: WireName, encrypted = false): Subject {
  const encryption = new Encryption(encrypted);
  return {
    name: `rpcudp, ${wire} wire${encrypted ? ', encrypted' : ''}`,

    async serve() {
      const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', wires: [wire], ...encryption.binding });
      endpoint.serve(new Adder());
      return encryption.servedAt(endpoint);
    },

    async connect(server) {
      const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', wires: [wire], ...encryption.binding });
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
