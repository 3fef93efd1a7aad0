import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createClient, type Client } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { Encryption, peerOptionsOf } from './encryption';
import { framework } from './framework';
import type { Connection, Subject } from './subject';

/** The size that both move: one argument of the framework's, and as much between two figures of the bare sockets. */
export const LARGE_BYTES = 8 * 1024 * 1024;
const DATAGRAM_BYTES = 1200;
const WINDOW_DATAGRAMS = 64;
const DATAGRAMS_PER_ACK = 16;

/** Datagrams of 1,200 bytes as fast as a window lets them, the least that moving bytes between two processes can cost. */
const bareWindow: Subject = {
  name: 'bare dgram window',

  async serve() {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    let received = 0;
    socket.on('message', (_datagram, { address, port }) => {
      received += 1;
      if (received % DATAGRAMS_PER_ACK === 0) socket.send(Buffer.alloc(8), port, address);
    });
    return { port: await bound(socket) };
  },

  async connect({ port }) {
    const socket = createSocket('udp4');
    await bound(socket);
    return { run: (_inFlight, stop, record) => pump(socket, port, stop, record), close: () => closed(socket) };
  },
};

function pump(socket: Socket, port: number, stop: () => boolean, record: (ms: number) => void): Promise<void> {
  const datagram = Buffer.alloc(DATAGRAM_BYTES);
  const perFigure = Math.ceil(LARGE_BYTES / DATAGRAM_BYTES);
  let acknowledged = 0;
  let onTheirWay = 0;
  let started = performance.now();
  const fill = (): void => {
    for (; onTheirWay < WINDOW_DATAGRAMS; onTheirWay += 1) socket.send(datagram, port, '127.0.0.1');
  };
  return new Promise((resolve) => {
    // A datagram that overflowed a buffer is counted as moved when nothing else moves.
    const stuck = setInterval(() => {
      onTheirWay = 0;
      fill();
    }, 100);
    socket.on('message', () => {
      stuck.refresh();
      acknowledged += DATAGRAMS_PER_ACK;
      onTheirWay = Math.max(0, onTheirWay - DATAGRAMS_PER_ACK);
      if (acknowledged >= perFigure) {
        acknowledged -= perFigure;
        record(performance.now() - started);
        started = performance.now();
      }
      if (!stop()) return fill();
      clearInterval(stuck);
      socket.removeAllListeners('message');
      resolve();
    });
    fill();
  });
}

interface Sink {
  take(bytes: Uint8Array): number;
}
const Sink = defineService<Sink>('Sink', { take: {} });

/** One argument of 8 MiB after the other over the native wire, in datagrams of 1,200 bytes. */
function largeArguments(encrypted: boolean): Subject {
  const encryption = new Encryption(encrypted);
  const options = { host: '127.0.0.1', messageBytesMax: 2 * LARGE_BYTES, timeoutMs: 30_000, ...encryption.binding };
  return {
    name: framework('native', encrypted).name,

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
    async run(_inFlight, stop, record) {
      while (!stop()) {
        const started = performance.now();
        if ((await sink.take(argument).orThrow()) !== LARGE_BYTES) throw new Error('The argument was cut.');
        record(performance.now() - started);
      }
    },
    close: () => endpoint.close(),
  };
}

/** The baseline first. */
export const largeSubjects: readonly Subject[] = [bareWindow, largeArguments(false), largeArguments(true)];

async function bound(socket: Socket): Promise<number> {
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  return socket.address().port;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
