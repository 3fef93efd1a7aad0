import { createClient, type Client } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { bareWindow } from './bare-window';
import { Encryption, peerOptionsOf } from './encryption';
import { framework } from './framework';
import type { Connection, Subject } from './subject';

/** The size that all move. */
export const LARGE_BYTES = 8 * 1024 * 1024;

/** What any path carries, and what a machine's own loopback does. */
const DATAGRAM_BYTES = [1_200, 32_768] as const;

interface Sink {
  take(bytes: Uint8Array): number;
}
const Sink = defineService<Sink>('Sink', { take: {} });

/**
 * One argument of 8 MiB after the other over the native wire, in datagrams of at most so many bytes; with two in flight, each
 * side encodes or decodes the one while the other is under way.
 */
function largeArguments(datagramBytes: number, encrypted: boolean): Subject {
  const encryption = new Encryption(encrypted);
  const limits = { messageBytesMax: 2 * LARGE_BYTES, timeoutMs: 30_000 };
  const options = { host: '127.0.0.1', datagramBytes, ...limits, ...encryption.binding };
  return {
    name: `${framework('native', encrypted).name}, ${datagramBytes} B`,

    async serve() {
      const endpoint = await UdpEndpoint.bind(options);
      endpoint.serve(Sink, { take: (bytes) => bytes.length });
      return encryption.servedAt(endpoint);
    },

    async connect(server): Promise<Connection> {
      const endpoint = await UdpEndpoint.bind(options);
      const peer = endpoint.peer({ host: '127.0.0.1', port: server.port }, peerOptionsOf(server));
      return connectionOf(endpoint, createClient(Sink, peer));
    },
  };
}

function connectionOf(endpoint: UdpEndpoint, sink: Client<Sink>): Connection {
  const argument = new Uint8Array(LARGE_BYTES).fill(7);
  return {
    async run(inFlight, stop, record) {
      async function callAgainAndAgain(): Promise<void> {
        while (!stop()) {
          const started = performance.now();
          if ((await sink.take(argument).orThrow()) !== LARGE_BYTES) throw new Error('The argument was cut.');
          record(performance.now() - started);
        }
      }
      await Promise.all(Array.from({ length: inFlight }, callAgainAndAgain));
    },
    close: () => endpoint.close(),
  };
}

/** Of each size of datagrams, the baseline first. */
export const largeSubjects: readonly (readonly Subject[])[] = DATAGRAM_BYTES.map((bytes) => [
  bareWindow(`bare dgram window, ${bytes} B`, LARGE_BYTES, bytes),
  largeArguments(bytes, false),
  largeArguments(bytes, true),
]);
