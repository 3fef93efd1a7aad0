import type { Address } from '../../src/index';
import { ADDRESSES_REMEMBERED } from '../../src/native-limits';
import { CALLER, type Outcome, SERVER, StationPair, expectNothingLeft, outcomeOf, tally } from './station-pair';
import { patternOf } from './station';

const ALIAS: Address = { host: '10.0.0.9', port: 1 };

/** So many addresses, each of another host. */
function hosts(count: number): Address[] {
  return Array.from({ length: count }, (_, index) => ({ host: `10.0.1.${index}`, port: 2 }));
}

function aliased(options: ConstructorParameters<typeof StationPair>[0] = {}): StationPair {
  const pair = new StationPair({ latencyMs: 5, dialled: ALIAS, ...options });
  pair.network.alias(ALIAS, SERVER);
  return pair;
}

describe('a server that answers from another address than the one dialled', () => {
  test.each([0, 0.1])(
    'has one association with its caller, after 1,000 calls of which a share of %d is lost',
    async (loss) => {
      const pair = aliased({ loss });
      for (let index = 0; index < 1000; index += 1)
        expect(await pair.outcome(pair.client.add(index, 1))).toBe(index + 1);
      expect(pair.associations).toEqual([1, 1]);
      expect(pair.log.mostRuns).toBe(1);
      expect(pair.caller.stats().peers[0]!.address).toEqual(SERVER);
      await expectNothingLeft(pair);
    },
  );

  test('is called with 1,000 calls at once', async () => {
    const pair = aliased();
    const calls = Array.from({ length: 1000 }, (_, index) => outcomeOf(pair.client.add(index, 1)));
    expect(tally(await pair.network.until(Promise.all(calls)))).toEqual({ answered: 1000 });
    expect(pair.associations).toEqual([1, 1]);
  });

  test('is called in every way', async () => {
    const pair = aliased({ timeoutMs: 20_000 });
    for (let round = 0; round < 10; round += 1) {
      expect(await pair.outcome(pair.client.guess(1 + round, 1))).toBe(2 + round);
      expect(await pair.outcome(pair.client.note(100 + round))).toBeUndefined();
      expect(await pair.fetches(5000)).toBe(true);
      expect(await pair.outcome(pair.client.store(patternOf(5000)))).toEqual(expect.any(Number));
      await pair.outcome(pair.client.greet());
      expect(await pair.outcome(pair.log.callingBack().add(round, 2))).toBe(round + 2);
    }
    expect(pair.associations).toEqual([1, 1]);
  });

  test.each([200, 3000, 100_000])(
    'is called first for an answer of %d bytes, on a network that loses a tenth',
    async (bytes) => {
      for (let seed = 1; seed <= 50; seed += 1) {
        const pair = aliased({ seed, loss: 0.1, timeoutMs: 20_000 });
        expect(await pair.fetches(bytes)).toBe(true);
      }
    },
  );

  test('costs two datagrams a call, as any other', async () => {
    const pair = aliased();
    for (let index = 0; index < 3; index += 1) await pair.outcome(pair.client.add(index, 1));
    let datagrams = 0;
    pair.network.tap = () => (datagrams += 1);
    for (let index = 0; index < 50; index += 1) await pair.outcome(pair.client.add(index, 1));
    expect(datagrams).toBe(100);
  });

  test('may be dialled by both of its addresses', async () => {
    const pair = aliased();
    const straight = pair.clientOf(SERVER);
    for (let index = 0; index < 50; index += 1) {
      expect(await pair.outcome(pair.client.add(index, 1))).toBe(index + 1);
      expect(await pair.outcome(straight.add(index, 2))).toBe(index + 2);
    }
    expect(Math.max(...pair.associations)).toBeLessThanOrEqual(2);
  });

  test('is known to have been restarted, by a reset from its other address', async () => {
    const pair = aliased();
    await pair.outcome(pair.client.add(1, 1));
    const calls = [outcomeOf(pair.client.outlive(2)), outcomeOf(pair.client.outliveAgain(3))];
    await pair.network.advance(500);
    await pair.restartServer();
    expect(await pair.network.until(Promise.all(calls))).toEqual(['UNAVAILABLE/unknown', 3]);
    expect(await pair.outcome(pair.client.add(4, 4))).toBe(8);
    expect(pair.associations).toEqual([1, 1]);
  });

  test('is forgotten after two quiet minutes, and called again', async () => {
    const pair = aliased();
    for (let round = 0; round < 20; round += 1) {
      expect(await pair.outcome(pair.client.add(round, 1))).toBe(round + 1);
      await pair.network.advance(120_000);
    }
    expect(Math.max(...pair.associations)).toBeLessThanOrEqual(1);
  });
});

describe('a client that sends from several addresses in turn', () => {
  const pairs: Record<string, Address[]> = {
    'two ports': [CALLER, { ...CALLER, port: 3 }],
    'two hosts': [CALLER, { host: '10.0.0.3', port: 2 }],
    'three hosts': [CALLER, { host: '10.0.0.3', port: 2 }, { host: '10.0.0.4', port: 4 }],
    'as many hosts as are remembered': hosts(1 + ADDRESSES_REMEMBERED),
    'more hosts than are remembered': hosts(4 + ADDRESSES_REMEMBERED),
  };

  test.each(Object.keys(pairs))('of %s is answered, 10,000 packets long', async (name) => {
    const pair = new StationPair({ latencyMs: 5 });
    pair.network.translate(CALLER, pairs[name]!);
    const outcomes: Outcome[] = [];
    let sent = 0;
    pair.network.tap = () => (sent += 1);
    while (sent < 10_000) {
      const calls = Array.from({ length: 32 }, (_, index) => outcomeOf(pair.client.addAgain(index, 1)));
      outcomes.push(...(await pair.network.until(Promise.all(calls))));
    }
    expect(tally(outcomes)).toEqual({ answered: outcomes.length });
    expect(pair.associations).toEqual([1, 1]);
    await expectNothingLeft(pair);
  });

  test.each(Object.keys(pairs))('of %s is answered in parts, through loss', async (name) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const pair = new StationPair({ seed, latencyMs: 20, loss: 0.1, timeoutMs: 60_000 });
      pair.network.translate(CALLER, pairs[name]!);
      expect(await pair.fetches(50_000)).toBe(true);
      expect(await pair.outcome(pair.client.store(patternOf(50_000)))).toEqual(expect.any(Number));
      expect(await pair.outcome(pair.client.add(1, 1))).toBe(2);
    }
  });
});

describe('packet numbers', () => {
  const near = [2 ** 31 - 50, 2 ** 32 - 50, 2 ** 32 - 1, 2 ** 53 - 2 ** 20];
  const cases = near.flatMap(
    (first) =>
      [
        [first, 0],
        [0, first],
        [first, first],
      ] as const,
  );

  test.each(cases)('that begin at %d at the server and %d at the caller lose nothing', async (server, caller) => {
    const pair = new StationPair({ latencyMs: 20, loss: 0.1, reordering: 0.1, firstNumbers: [server, caller] });
    for (let round = 0; round < 10; round += 1) {
      const calls = Array.from({ length: 32 }, (_, index) => outcomeOf(pair.client.add(round * 32 + index, 1)));
      expect(tally(await pair.network.until(Promise.all(calls)))).toEqual({ answered: 32 });
    }
    expect(await pair.fetches(100_000)).toBe(true);
    expect(pair.log.mostRuns).toBe(1);
    await expectNothingLeft(pair);
  });

  test('of a client with two ports pass 2^32 as well', async () => {
    const pair = new StationPair({ latencyMs: 5, firstNumbers: [2 ** 32 - 300, 2 ** 32 - 500] });
    pair.network.translate(CALLER, [CALLER, { ...CALLER, port: 3 }]);
    for (let index = 0; index < 500; index += 1) expect(await pair.outcome(pair.client.add(index, 1))).toBe(index + 1);
  });
});

describe('a client whose address changes', () => {
  const elsewhere: Record<string, Address> = {
    'to another port': { ...CALLER, port: 77 },
    'to another host': { host: '10.0.0.7', port: 7 },
  };

  test.each(Object.values(elsewhere))('is called back there after its next call: $host:$port', async (address) => {
    const pair = new StationPair({ latencyMs: 20 });
    await pair.outcome(pair.client.greet());
    const back = pair.log.callingBack();
    expect(await pair.outcome(back.add(1, 1))).toBe(2);
    for (let move = 0; move < 5; move += 1) {
      pair.caller.moveTo({ ...address, port: address.port + move });
      expect(await pair.outcome(pair.client.add(move, 1))).toBe(move + 1);
      expect(await pair.outcome(back.add(2, move))).toBe(2 + move);
      expect(await pair.outcome(back.guess(3, move))).toBe(3 + move);
      expect(await pair.outcome(back.store(patternOf(20_000)))).toEqual(expect.any(Number));
    }
    expect(pair.associations).toEqual([1, 1]);
  });

  test('is called back there also if the call was on its way while it moved', async () => {
    const pair = new StationPair({ latencyMs: 20 });
    await pair.outcome(pair.client.greet());
    const call = outcomeOf(pair.log.callingBack().add(1, 1));
    pair.caller.moveTo(elsewhere['to another host']!);
    await pair.network.advance(300);
    expect(await pair.outcome(pair.client.add(2, 2))).toBe(4);
    expect(await pair.network.until(call)).toBe(2);
  });

  const bytes = [50, 1000, 300_000];
  const momentsMs = [0, 1, 19, 21, 39, 41, 45, 60, 81, 100, 150];
  const losses = [0, 0.05, 0.2];

  const cases = momentsMs.flatMap((momentMs) =>
    losses.flatMap((loss) => Object.values(elsewhere).map((address) => ({ momentMs, loss, address }))),
  );

  test.each(bytes)('in the middle of a reply of %d bytes gets the rest of it', async (size) => {
    for (const { momentMs, loss, address } of cases) {
      const pair = new StationPair({ seed: momentMs + 1, latencyMs: 20, loss, timeoutMs: 60_000 });
      await pair.outcome(pair.client.add(1, 1));
      await pair.network.advance(100);
      const call = pair.fetches(size);
      await pair.network.advance(momentMs);
      pair.caller.moveTo(address);
      const began = pair.now;
      expect({ momentMs, loss, address, arrived: await call }).toEqual({ momentMs, loss, address, arrived: true });
      expect(loss > 0 ? 0 : pair.now - began).toBeLessThan(2000);
    }
  });

  test.each(bytes)('twice in a row in the middle of a reply of %d bytes gets the rest of it', async (size) => {
    for (const momentMs of momentsMs) {
      for (const pauseMs of [0, 10, 30, 50, 200]) {
        const pair = new StationPair({ seed: momentMs + 1, latencyMs: 20, loss: 0.05, timeoutMs: 60_000 });
        const call = pair.fetches(size);
        await pair.network.advance(momentMs);
        pair.caller.moveTo(elsewhere['to another host']!);
        await pair.network.advance(pauseMs);
        pair.caller.moveTo({ host: '10.0.0.8', port: 8 });
        expect(await call).toBe(true);
      }
    }
  });

  test('in the middle of its own arguments has them taken in', async () => {
    for (const momentMs of momentsMs) {
      for (const loss of losses) {
        const pair = new StationPair({ seed: momentMs + 1, latencyMs: 20, loss, timeoutMs: 60_000 });
        const call = pair.outcome(pair.client.store(patternOf(300_000)));
        await pair.network.advance(momentMs);
        pair.caller.moveTo(elsewhere['to another host']!);
        expect(await call).toEqual(expect.any(Number));
      }
    }
  });
});

test.each([50, 1000, 300_000])(
  'a server whose address changes in the middle of a reply of %d bytes sends the rest of it',
  async (size) => {
    for (const momentMs of [21, 25, 41, 60, 81, 100, 150]) {
      for (const loss of [0, 0.05, 0.2]) {
        const pair = new StationPair({ seed: momentMs + 1, latencyMs: 20, loss, timeoutMs: 60_000 });
        await pair.outcome(pair.client.add(1, 1));
        await pair.network.advance(100);
        const call = pair.fetches(size);
        await pair.network.advance(momentMs);
        const before = pair.server.address;
        pair.server.moveTo({ host: '10.0.0.5', port: 5 });
        // Where it was, datagrams still find it: it cannot know who calls it, and its clients do not know where it is.
        pair.network.alias(before, pair.server.address);
        expect([momentMs, loss, await call]).toEqual([momentMs, loss, true]);
        expect(await pair.outcome(pair.client.add(2, 2))).toBe(4);
      }
    }
  },
);

describe('an address that nobody proves is left again', () => {
  const moments = [21, 25, 31, 41, 45, 51, 61, 65, 71].flatMap((serverMs) =>
    [5, 15, 20, 25, 30, 35, 40, 45, 50, 60].map((callerMs) => ({ serverMs, callerMs })),
  );
  const kinds: Record<string, (pair: StationPair) => Promise<Outcome>> = {
    'a reply of 50 bytes': (pair) => pair.fetches(50),
    'a reply of 30 kB': (pair) => pair.fetches(30_000),
    'arguments of 30 kB': async (pair) => Number.isInteger(await pair.outcome(pair.client.store(patternOf(30_000)))),
    'a call that takes a while': async (pair) => (await pair.outcome(pair.client.work(1, 200))) === 1,
  };

  test.each(Object.keys(kinds))('if both sides move in the middle of %s', async (kind) => {
    for (const { serverMs, callerMs } of moments) {
      const pair = new StationPair({ latencyMs: 20, timeoutMs: 60_000 });
      await pair.outcome(pair.client.add(1, 1));
      await pair.network.advance(100);
      const call = kinds[kind]!(pair);
      await pair.network.advance(serverMs);
      pair.server.moveTo({ host: '10.0.0.5', port: 5 });
      pair.network.alias(SERVER, pair.server.address);
      await pair.network.advance(callerMs);
      pair.caller.moveTo({ ...CALLER, port: 77 });
      const began = pair.now;
      expect({ serverMs, callerMs, arrived: await call }).toEqual({ serverMs, callerMs, arrived: true });
      expect(pair.now - began).toBeLessThan(10_000);
      expect(await pair.outcome(pair.client.add(2, 2))).toBe(4);
    }
  });

  test.each(['server', 'caller'] as const)(
    'if somebody between sent a datagram of the %s on in another name',
    async (victim) => {
      const pair = new StationPair({ latencyMs: 20 });
      for (let index = 0; index < 3; index += 1) await pair.outcome(pair.client.add(index, 1));
      const { address } = pair[victim];
      const call = pair.fetches(3000);
      const nowhere = { host: '10.6.6.6', port: 6 };
      // The copy is faster than the datagram itself.
      pair.network.tap = (datagram, to, from) => {
        const copy = datagram.slice();
        if (from.host === address.host) pair.network.clock.setTimer(10, () => pair.network.inject(copy, nowhere, to));
      };
      await pair.network.advance(45);
      pair.network.tap = undefined;
      const began = pair.now;
      expect(await call).toBe(true);
      expect(await pair.outcome(pair.client.add(3, 1))).toBe(4);
      expect(pair.now - began).toBeLessThan(2000);
      expect(pair.associations).toEqual([1, 1]);
    },
  );
});
