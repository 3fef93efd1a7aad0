import { createClient, withOptions } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import type { CongestionControl } from '@rpcudp/core/endpoint';
import { UdpEndpoint } from '@rpcudp/udp';
import { Encryption, peerOptionsOf } from '../../encryption';
import type { Subject } from './subject';

const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

interface Exchange {
  exchange(argument: Uint8Array, answerBytes: number): Uint8Array;
}
const Exchange = defineService<Exchange>('Exchange', { exchange: {} });

/** The native wire, in datagrams of its default size. */
export function rpcudp(congestionControl: CongestionControl, encrypted: boolean): Subject {
  const encryption = new Encryption(encrypted);
  const optionsAt = (host: string) => ({
    host,
    congestionControl,
    messageBytesMax: MESSAGE_BYTES_MAX,
    ...encryption.binding,
  });
  return {
    async serve(host) {
      const endpoint = await UdpEndpoint.bind(optionsAt(host));
      endpoint.serve(Exchange, { exchange: (_argument, answerBytes) => Buffer.alloc(answerBytes, 7) });
      return encryption.servedAt(endpoint);
    },

    async connect(host, served) {
      const endpoint = await UdpEndpoint.bind(optionsAt('0.0.0.0'));
      const client = createClient(Exchange, endpoint.peer({ host, port: served.port }, peerOptionsOf(served)));
      // Who has time without end gets the default deadline, and no options of their own.
      const patient = new Map([[Infinity, client]]);
      return {
        async exchange(argument, answerBytes, timeoutMs) {
          if (!patient.has(timeoutMs)) patient.set(timeoutMs, withOptions(client, { timeoutMs }));
          const reply = await patient.get(timeoutMs)!.exchange(argument, answerBytes);
          return reply.received && reply.value.length === answerBytes;
        },
        close: () => endpoint.close(),
      };
    },
  };
}
