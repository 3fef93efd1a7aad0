import { createHash } from 'node:crypto';
import { createClient } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { UdpEndpoint } from '../src';
import { inFlight, silent } from './fixtures';
import { LossyRelay } from './lossy-relay';

const MIB = 1024 * 1024;

/** So long that no machine is too busy for it, in milliseconds: these tests are of what happens, not of how fast. */
const PATIENCE_MS = 600_000;
jest.setTimeout(PATIENCE_MS);

interface Ledger {
  add(key: number, amount: number): number;
  digest(bytes: Uint8Array): string;
  produce(bytes: number): Uint8Array;
}
const Ledger = defineService<Ledger>('Ledger', { add: {}, digest: {}, produce: {} });

/** A server that remembers how often each call ran. */
async function ledgerServer(): Promise<{ endpoint: UdpEndpoint; runs: Map<number, number> }> {
  const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', messageBytesMax: 8 * MIB, logger: silent });
  const runs = new Map<number, number>();
  endpoint.serve(Ledger, {
    add: (key, amount) => {
      runs.set(key, (runs.get(key) ?? 0) + 1);
      return key + amount;
    },
    digest: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    produce: (bytes) => new Uint8Array(bytes).fill(7),
  });
  return { endpoint, runs };
}

const caller = (): Promise<UdpEndpoint> =>
  UdpEndpoint.bind({ host: '127.0.0.1', messageBytesMax: 8 * MIB, logger: silent, timeoutMs: PATIENCE_MS });

const pattern = (bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + (at >> 8)) & 0xff);

test('through 15 % loss, duplication and reordering both ways, 5,000 calls are answered and none runs twice', async () => {
  const { endpoint: server, runs } = await ledgerServer();
  await using relay = await LossyRelay.to(server.address, { loss: 0.15, duplication: 0.1, reordering: 0.1, seed: 5 });
  const endpoint = await caller();
  const ledger = createClient(Ledger, endpoint.peer(relay.address));
  let answered = 0;
  await inFlight(5_000, 64, async (key) => {
    const reply = await ledger.add(key, 1);
    if (reply.received && reply.value === key + 1) answered += 1;
  });
  expect(answered).toBe(5_000);
  expect(runs.size).toBe(5_000);
  expect(Math.max(...runs.values())).toBe(1);
  expect(relay.lost).toBeGreaterThan(0);
  expect(endpoint.stats().peers[0]!.retransmitted).toBeGreaterThan(0);
  await endpoint.close();
  await server.close();
});

test('a 4 MiB argument arrives intact through 15 % loss', async () => {
  const { endpoint: server } = await ledgerServer();
  await using relay = await LossyRelay.to(server.address, { loss: 0.15, duplication: 0.1, reordering: 0.1, seed: 6 });
  const endpoint = await caller();
  const ledger = createClient(Ledger, endpoint.peer(relay.address));
  const argument = pattern(4 * MIB);
  const expected = createHash('sha256').update(argument).digest('hex');
  expect(await ledger.digest(argument)).toEqual({ received: true, value: expected });
  await endpoint.close();
  await server.close();
});

test('large arguments and results go through unharmed without loss', async () => {
  const { endpoint: server } = await ledgerServer();
  const endpoint = await caller();
  const ledger = createClient(Ledger, endpoint.peer(server.address));
  const argument = pattern(3 * MIB);
  const expected = createHash('sha256').update(argument).digest('hex');
  expect(await ledger.digest(argument)).toEqual({ received: true, value: expected });
  const produced = await ledger.produce(3 * MIB);
  expect(produced.received && produced.value.length).toBe(3 * MIB);
  await endpoint.close();
  await server.close();
});

test('an argument above messageBytesMax is refused before anything is sent, with both figures', async () => {
  const { endpoint: server } = await ledgerServer();
  await using endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', messageBytesMax: 1000 });
  const call = createClient(Ledger, endpoint.peer(server.address)).digest(new Uint8Array(2000));
  await expect(call).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', executed: 'no', details: { bytesMax: 1000 } });
  expect(endpoint.stats().datagrams.sent).toBe(0);
  await server.close();
});

test('an address that the socket cannot reach fails its calls at once', async () => {
  await using endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent });
  const call = createClient(Ledger, endpoint.peer('[::1]:9')).add(1, 1);
  await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
});

test('one socket takes both wires, and each peer is called on its own', async () => {
  const { endpoint: python } = await (async () => {
    const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', wires: ['rpcudp'], logger: silent });
    endpoint.serve(Ledger, { add: (a, b) => a + b, digest: () => '', produce: () => new Uint8Array() });
    return { endpoint };
  })();
  const { endpoint: native } = await ledgerServer();
  await using endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', wires: ['native', 'rpcudp'], logger: silent });
  endpoint.serve(Ledger, { add: (a, b) => a + b, digest: () => '', produce: () => new Uint8Array() });
  const flat = createClient(Ledger, endpoint.peer(python.address, { wire: 'rpcudp' }));
  const reliable = createClient(Ledger, endpoint.peer(native.address));
  expect(await Promise.all([flat.add(1, 2), reliable.add(3, 4)])).toEqual(
    [3, 7].map((value) => ({ received: true, value })),
  );
  const back = createClient(Ledger, python.peer(endpoint.address));
  expect(await back.add(5, 6)).toEqual({ received: true, value: 11 });
  await python.close();
  await native.close();
});

test('an argument of 4 MiB tells how it gets on, over a loopback that carries the largest datagram that is probed for', async () => {
  const { endpoint: server } = await ledgerServer();
  const endpoint = await UdpEndpoint.bind({
    host: '127.0.0.1',
    messageBytesMax: 8 * MIB,
    logger: silent,
    timeoutMs: PATIENCE_MS,
    datagramBytes: 'probe',
  });
  const { host, port } = server.address;
  const bytes = pattern(4 * MIB);
  const call = createClient(Ledger, endpoint.peer({ host, port })).digest(bytes);
  const told: number[] = [];
  for await (const { acknowledgedBytes } of call.progress) told.push(acknowledgedBytes);
  expect(await call).toEqual({ received: true, value: createHash('sha256').update(bytes).digest('hex') });
  const { totalBytes } = call.progress;
  expect([told[0], told.at(-1), totalBytes - bytes.length]).toEqual([0, totalBytes, 6]);
  expect(told.length).toBeGreaterThan(5);
  expect(endpoint.stats().peers[0]!.datagramBytes).toBe(1472);
  await endpoint.close();
  await server.close();
});
