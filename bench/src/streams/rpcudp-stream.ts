import { createClient } from '@rpcudp/client';
import { RpcMethod, RpcService } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { Encryption, peerOptionsOf } from '../encryption';
import { framework } from '../framework';
import type { StreamSubject } from './stream-subject';

@RpcService('Spring')
class Spring {
  @RpcMethod()
  // eslint-disable-next-line @typescript-eslint/require-await -- the usual form of a stream, and not the cheapest
  async *flow(itemBytes: number): AsyncGenerator<Uint8Array> {
    const item = new Uint8Array(itemBytes).fill(7);
    for (;;) yield item;
  }
}

/** A method that answers with a stream, over the native wire, with every default on. */
export function rpcudpStream(encrypted = false): StreamSubject {
  const encryption = new Encryption(encrypted);
  const options = { host: '127.0.0.1', wires: ['native'] as const, ...encryption.binding };
  return {
    name: framework('native', encrypted).name,

    async serve() {
      const endpoint = await UdpEndpoint.bind(options);
      endpoint.serve(new Spring());
      return encryption.servedAt(endpoint);
    },

    async connect(server) {
      const endpoint = await UdpEndpoint.bind(options);
      const peer = endpoint.peer({ host: '127.0.0.1', port: server.port }, peerOptionsOf(server));
      const spring = createClient(Spring, peer);
      return {
        async read(itemBytes, take) {
          for await (const item of spring.flow(itemBytes)) if (!take(item.length)) return;
        },
        close: () => endpoint.close(),
      };
    },
  };
}
