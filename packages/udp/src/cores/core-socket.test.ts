import { MessageChannel } from 'node:worker_threads';
import { IdMarks } from '@rpcudp/core/endpoint';
import type { RpcError } from '@rpcudp/core';
import { CORE_WATCHED_MAX } from '../limits.js';
import type { Outgoing } from '../udp-socket.js';
import { CoreSocket } from './core-socket.js';
import { DatagramRing } from './datagram-ring.js';
import type { ToldError } from './seat.js';

const THERE = { host: '127.0.0.1', port: 1234 };
const REFUSED: ToldError = { code: 'UNAVAILABLE', message: 'Nobody seems to listen there.', executed: 'no' };

/** A worker's socket, and the ring that its owner reads. */
function socketAndRing(reach: 'both' | 'IPv4' = 'both'): { socket: CoreSocket; sent: DatagramRing } {
  const [toWorker, toOwner] = [DatagramRing.memory(65_536), DatagramRing.memory(65_536)];
  const { port1: port } = new MessageChannel();
  port.unref();
  const buffers = { receiveBytes: 1, sendBytes: 1 };
  const seat = { port, toWorker, toOwner, mark: 3, marks: 4, seed: 99, address: THERE, reach, buffers };
  return { socket: new CoreSocket(seat), sent: new DatagramRing(toOwner) };
}

const outgoing = (byte: number, watched: boolean, to = THERE): Outgoing => ({
  datagram: Uint8Array.of(byte),
  to,
  watched,
});

test('a watched datagram that the system refused is told of once, and no other', () => {
  const { socket, sent } = socketAndRing();
  const failures: [number, RpcError][] = [];
  for (const byte of [1, 2])
    socket.send(outgoing(byte, true), ({ datagram }, error) => failures.push([datagram[0]!, error]));
  sent.read();
  const { number } = sent.read()!;
  socket.hear({ kind: 'refused', number, error: REFUSED });
  socket.hear({ kind: 'refused', number, error: REFUSED });
  expect(failures).toMatchObject([[2, REFUSED]]);
});

test('of the last CORE_WATCHED_MAX is remembered what they were', () => {
  const { socket, sent } = socketAndRing();
  let failures = 0;
  for (let count = 0; count <= CORE_WATCHED_MAX; count += 1) socket.send(outgoing(1, true), () => (failures += 1));
  const first = sent.read()!.number;
  socket.hear({ kind: 'refused', number: first, error: REFUSED });
  socket.hear({ kind: 'refused', number: first + 1, error: REFUSED });
  expect(failures).toBe(1);
});

test('what the port cannot reach is refused here, and not in the same turn', async () => {
  const { socket, sent } = socketAndRing('IPv4');
  const failed = new Promise<RpcError>((resolve) =>
    socket.send(outgoing(1, false, { host: '::1', port: 5 }), (_, error) => resolve(error)),
  );
  expect(sent.read()).toBeUndefined();
  expect(await failed).toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
});

test('ids carry the mark of the seat, and what is handed on says where it came from', () => {
  const { socket, sent } = socketAndRing();
  const id = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  socket.markId(id);
  expect(new IdMarks(4, 99).of(id, 8)).toBe(3);
  socket.handOn(Uint8Array.of(9), THERE);
  expect(sent.read()).toMatchObject({ datagram: Buffer.of(9), address: THERE, kind: 'stray' });
});

test('nothing is sent once it has closed', async () => {
  const { socket, sent } = socketAndRing();
  await socket.close();
  const failed = new Promise<RpcError>((resolve) => socket.send(outgoing(1, true), (_, error) => resolve(error)));
  expect(await failed).toMatchObject({ code: 'CLOSED' });
  expect(sent.read()).toBeUndefined();
});
