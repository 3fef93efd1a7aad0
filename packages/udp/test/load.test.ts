import { createSocket, type SocketOptions } from 'node:dgram';
import { SeededRandom } from '@rpcudp/core/testing';
import { heapBytes, inFlight, socketPair, watchTimers } from './fixtures';

afterEach(() => jest.restoreAllMocks());

const MIB = 1024 * 1024;

/** So long that no machine is too busy for it, in milliseconds: these tests are of what happens, not of how fast. */
const PATIENCE_MS = 600_000;
jest.setTimeout(PATIENCE_MS);

test('10,000 calls at 64 in flight are all answered, and leave no timer, no listener, no entry and no memory', async () => {
  await using pair = await socketPair({ caller: { timeoutMs: PATIENCE_MS } });
  const timersLeft = watchTimers();
  let right = 0;
  const add = async (n: number): Promise<void> => {
    const reply = await pair.client.add(n, 1);
    if (reply.received && reply.value === n + 1) right += 1;
  };
  await inFlight(10_000, 64, add);
  const before = heapBytes();
  await inFlight(10_000, 64, add);
  const grown = heapBytes() - before;
  expect(right).toBe(20_000);
  expect(pair.caller.stats()).toMatchObject({
    pendingCalls: 0,
    calls: { started: 20_000, answered: 20_000, silent: 0 },
  });
  expect(pair.server.stats()).toMatchObject({ runningHandlers: 0, requests: { answered: 20_000, failed: 0 } });
  expect(timersLeft()).toBe(0);
  expect(grown).toBeLessThan(1 * MIB);
});

test('100,000 random and mutated datagrams do no harm: it still answers, nothing was thrown, memory did not grow', async () => {
  await using pair = await socketPair({ caller: { timeoutMs: PATIENCE_MS } });
  const random = new SeededRandom(3);
  // Node would look up even literal addresses, for every datagram.
  const lookup: SocketOptions['lookup'] = (host, _options, callback) => callback(null, host, 4);
  const attacker = createSocket({ type: 'udp4', lookup }).bind(0, '127.0.0.1');
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
