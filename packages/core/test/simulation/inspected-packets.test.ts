import { createClient } from '@rpcudp/client';
import { Inspection, type PacketsUpdate } from '../../src/inspection';
import { defineService } from '../../src/index';
import {
  INSPECTED_FRAMES_PER_PACKET_MAX,
  INSPECTED_PACKETS_PER_UPDATE_MAX,
  INSPECTED_TRACED_CALLS_MAX,
} from '../../src/limits';
import { SimulatedNetwork } from '../../src/testing';
import { silent } from './fixtures';

interface Box {
  put(value: unknown): number;
  back(): Promise<number>;
  large(): Promise<number>;
  count(to: number): AsyncIterable<number>;
  total(values: AsyncIterable<number>): Promise<number>;
}
const Box = defineService<Box>('Box', {
  put: {},
  back: {},
  large: {},
  count: { stream: true },
  total: { stream: 'client' },
});

async function* count(to: number): AsyncGenerator<number> {
  for (let value = 0; value < to; value += 1) yield await Promise.resolve(value);
}

async function total(values: AsyncIterable<number>): Promise<number> {
  let sum = 0;
  for await (const value of values) sum += value;
  return sum;
}

function simulate() {
  const network = new SimulatedNetwork({ seed: 3, latencyMs: 10 });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, inspection: true });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent });
  const back = createClient(Box, server.peer(caller.address));
  const large = (): Promise<number> => back.put(new Uint8Array(40_000)).orThrow();
  server.serve(Box, { put: () => 1, back: () => back.put(5).orThrow(), large, count, total });
  caller.serve(Box, { put: () => 2, back: () => Promise.resolve(0), large: () => Promise.resolve(0), count, total });
  const client = createClient(Box, caller.peer(server.address));
  const stream = createClient(Inspection, caller.peer(server.address)).packets({ intervalMs: 100 });
  const updates = stream[Symbol.asyncIterator]();
  const next = async (): Promise<PacketsUpdate> => (await network.until(updates.next())).value!;
  return { network, server, client, stream, next };
}

/** All that is told until nothing more is. */
async function drain(next: () => Promise<PacketsUpdate>): Promise<PacketsUpdate> {
  const all = { at: 0, calls: [], packets: [], fates: [], packetsOmitted: 0 } as {
    -readonly [K in keyof PacketsUpdate]: PacketsUpdate[K] extends number
      ? number
      : PacketsUpdate[K][number & keyof PacketsUpdate[K]][];
  };
  for (let quiet = 0; quiet < 3;) {
    const { calls, packets, fates, packetsOmitted } = await next();
    all.calls.push(...calls);
    all.packets.push(...packets);
    all.fates.push(...fates);
    all.packetsOmitted += packetsOmitted;
    quiet = calls.length + packets.length + fates.length === 0 ? quiet + 1 : 0;
  }
  return all;
}

test('the packets of a call are told with their frames, and what became of those that were sent', async () => {
  const { network, client, next } = simulate();
  await next();
  await network.until(client.put('a secret').orThrow());

  const { calls, packets, fates } = await drain(next);

  expect(calls).toMatchObject([{ side: 'server', service: 'Box', method: 'put' }]);
  const told = packets.map(({ direction, peer, frames }) => [
    direction,
    peer,
    frames.map(({ type, side }) => [type, side]),
  ]);
  expect(told[0]).toEqual(['received', '10.0.0.2:2', [['CALL', 'server']]]);
  expect(told[1]).toEqual(['sent', '10.0.0.2:2', [['RESULT', 'server']]]);
  expect(fates[0]).toMatchObject({ number: packets[1]!.number, fate: 'acknowledged' });
  expect(packets[0]!.frames[0]!.bytes).toBeGreaterThan(8);
  expect(JSON.stringify({ calls, packets, fates })).not.toContain('secret');
});

test('calls of both sides have their own numbers, and are told apart', async () => {
  const { network, client, next } = simulate();
  await next();
  await network.until(client.back().orThrow());

  const { calls, packets } = await drain(next);

  const names = calls.map(({ side, method, outcome }) => [side, method, outcome]);
  expect(names).toEqual(
    expect.arrayContaining([
      ['server', 'back', undefined],
      ['client', 'put', 'answered'],
    ]),
  );
  const ours = packets.flatMap(({ direction, frames }) =>
    frames.map(({ side, type }) => [direction, side, type].join(' ')),
  );
  expect(ours).toEqual(expect.arrayContaining(['sent client CALL', 'received client RESULT', 'sent server RESULT']));
});

test('of a large argument each part is told, also those that were lost', async () => {
  const { network, client, next } = simulate();
  await next();
  const ended = client.large().orThrow();
  // The server has been asked, and has sent its first parts.
  await network.advance(11);
  network.dropNext(2);
  await network.until(ended);

  const { calls, packets, fates } = await drain(next);

  expect(calls).toContainEqual(expect.objectContaining({ side: 'client', method: 'put', outcome: 'answered' }));
  const parts = packets.flatMap(({ frames }) => frames).filter(({ type }) => type === 'PART');
  expect(parts.every(({ side, detail }) => side === 'client' && / of 40\d\d\d$/.test(detail!))).toBe(true);
  expect(parts.length).toBeGreaterThan(35);
  expect(fates.some(({ fate }) => fate === 'lost')).toBe(true);
});

test('the packets of streams are those of the call that has them, whoever sends the values', async () => {
  const { network, client, next } = simulate();
  await next();
  const read = async (): Promise<void> => {
    for await (const value of client.count(600)) expect(value).toBeLessThan(600);
  };
  await network.until(read());
  expect(await network.until(client.total(count(600)).orThrow())).toBe(179_700);

  const { packets } = await drain(next);

  const frames = new Set(
    packets.flatMap(({ direction, frames: those }) => those.map(({ side, type }) => [direction, side, type].join(' '))),
  );
  expect([...frames].filter((frame) => !frame.includes(' server '))).toEqual([]);
  for (const type of ['ITEM', 'CREDIT', 'END'])
    for (const direction of ['sent', 'received']) expect(frames).toContain(`${direction} server ${type}`);
});

test('a large argument of a peer has its name once it has come', async () => {
  const { network, client, next } = simulate();
  await next();
  await network.until(client.put(new Uint8Array(20_000)).orThrow());

  const { calls, packets } = await drain(next);

  expect(calls.at(-1)).toMatchObject({ side: 'server', service: 'Box', method: 'put' });
  expect(packets[0]!.frames[0]).toMatchObject({ type: 'PART', side: 'server' });
});

test('whoever watches does not see the packets of watching', async () => {
  const { next } = simulate();
  expect(await drain(next)).toMatchObject({ calls: [], packets: [], fates: [] });
});

test('nothing is worked out once nobody watches', async () => {
  const { network, server, stream, next } = simulate();
  const stop = jest.fn();
  jest.spyOn(server.driver, 'observe').mockReturnValue(stop);
  await next();
  expect(stop).not.toHaveBeenCalled();
  stream.cancel();
  await network.advance(1000);
  expect(stop).toHaveBeenCalledTimes(1);
  expect(server.stats().runningHandlers).toBe(0);
});

test('an update has INSPECTED_PACKETS_PER_UPDATE_MAX packets, of INSPECTED_FRAMES_PER_PACKET_MAX frames, and counts the others', async () => {
  const { network, client, next } = simulate();
  await next();
  const calls = Array.from({ length: INSPECTED_TRACED_CALLS_MAX + 50 }, () =>
    client.put(new Uint8Array(900)).orThrow(),
  );
  await network.until(Promise.all(calls));
  const small = Array.from({ length: 200 }, () => client.put(0).orThrow());
  await network.until(Promise.all(small));

  const { packets, packetsOmitted } = await next();

  expect(packets).toHaveLength(INSPECTED_PACKETS_PER_UPDATE_MAX);
  expect(packetsOmitted).toBeGreaterThan(0);
  expect(Math.max(...packets.map(({ frames }) => frames.length))).toBeLessThanOrEqual(INSPECTED_FRAMES_PER_PACKET_MAX);
});
