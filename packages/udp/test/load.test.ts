import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { SeededRandom } from '@rpcudp/core/testing';
import { heapBytes, inFlight, socketPair, watchTimers } from './fixtures';

afterEach(() => jest.restoreAllMocks());

const MIB = 1024 * 1024;

test('10,000 calls at 64 in flight are all answered, and leave no timer, no listener, no entry and no memory', async () => {
  await using pair = await socketPair();
  const timersLeft = watchTimers();
  const add = async (n: number): Promise<void> => {
    expect(await pair.client.add(n, 1)).toEqual({ received: true, value: n + 1 });
  };
  await inFlight(10_000, 64, add);
  const before = heapBytes();
  await inFlight(10_000, 64, add);
  const grown = heapBytes() - before;
  expect(pair.caller.stats()).toMatchObject({
    pendingCalls: 0,
    calls: { started: 20_000, answered: 20_000, silent: 0 },
  });
  expect(pair.server.stats()).toMatchObject({ runningHandlers: 0, requests: { answered: 20_000, failed: 0 } });
  expect(timersLeft()).toBe(0);
  expect(grown).toBeLessThan(1 * MIB);
});

test('100,000 random and mutated datagrams do no harm: it still answers, nothing was thrown, memory did not grow', async () => {
  await using pair = await socketPair();
  const random = new SeededRandom(3);
  const attacker = createSocket('udp4').bind(0, '127.0.0.1');
  await once(attacker, 'listening');
  const genuine = Buffer.from([0, ...random.bytes(20), 0x92, 0xa3, ...Buffer.from('add'), 0x92, 0x01, 0x02]);
  const attack = async (count: number): Promise<void> => {
    const target = pair.server.stats().datagrams.received + count;
    for (let n = 0; n < count; n += 1) {
      attacker.send(hostile(n), pair.server.address.port, '127.0.0.1');
      // Never more on their way than the socket's buffer holds, so that none of them is lost.
      if (n % 100 === 99) await received(target - count + n + 1);
    }
    await received(target);
  };
  await attack(20_000);
  const before = heapBytes();
  await attack(100_000);
  const grown = heapBytes() - before;
  attacker.close();
  const { datagrams, dropped, requests, runningHandlers } = pair.server.stats();
  const counted = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(datagrams.received).toBe(120_000);
  expect(counted + requests.answered + requests.failed + runningHandlers).toBe(120_000);
  expect(await pair.client.add(1, 2)).toEqual({ received: true, value: 3 });
  expect(grown).toBeLessThan(2 * MIB);

  function hostile(n: number): Uint8Array {
    if (n % 3 === 0) return random.bytes(Math.floor(random.next() * 100));
    const length = random.chance(0.2) ? Math.floor(random.next() * genuine.length) : genuine.length;
    const bytes = Uint8Array.from(genuine.subarray(0, length));
    if (bytes.length > 0) bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
    return bytes;
  }

  async function received(count: number): Promise<void> {
    while (pair.server.stats().datagrams.received < count) await new Promise((resolve) => setImmediate(resolve));
  }
});
