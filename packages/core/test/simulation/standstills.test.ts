import { CALLER, SERVER, StationPair, tally, type Outcome } from './station-pair';

/** Within what time a lost datagram of a call is repaired, in milliseconds, at a round trip of 10. */
const REPAIRED_WITHIN_MS = 200;

/** How long a call takes whose first datagram is lost. */
async function repairMs(pair: StationPair): Promise<number> {
  const began = pair.now;
  pair.network.dropNext();
  expect(await pair.outcome(pair.client.add(0, 1))).toBe(1);
  return pair.now - began;
}

async function calls(pair: StationPair, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await pair.outcome(pair.client.addAgain(index, 1));
}

/** The server reads nothing for a while, in which a call is made. */
async function serverStandsStill(pair: StationPair, ms: number): Promise<Outcome> {
  pair.network.hold(SERVER);
  const call = pair.within(60_000).add(1, 1);
  await pair.network.advance(ms);
  pair.network.release(SERVER);
  return pair.outcome(call);
}

describe('after a peer has stood still, what is lost next is repaired soon', () => {
  test.each([500, 1000, 4000, 20_000])('for %d ms', async (ms) => {
    const pair = new StationPair({ latencyMs: 5 });
    await calls(pair, 100);
    expect(await serverStandsStill(pair, ms)).toBe(2);
    expect(await repairMs(pair)).toBeLessThan(REPAIRED_WITHIN_MS);
    for (const count of [1, 5, 20]) {
      await calls(pair, count);
      expect(await repairMs(pair)).toBeLessThan(REPAIRED_WITHIN_MS);
    }
    expect(pair.log.runs.get(1)).toBeGreaterThan(0);
  });

  test.each([500, 4000])('for %d ms, five times, with 20 calls after each', async (ms) => {
    const pair = new StationPair({ latencyMs: 5 });
    await calls(pair, 100);
    for (let round = 0; round < 5; round += 1) {
      await serverStandsStill(pair, ms);
      await calls(pair, 20);
    }
    expect(await repairMs(pair)).toBeLessThan(REPAIRED_WITHIN_MS);
  });

  test.each([1, 3, 10])('for 4 s with the first call, and %d more', async (more) => {
    const pair = new StationPair({ latencyMs: 5 });
    expect(await serverStandsStill(pair, 4000)).toBe(2);
    await calls(pair, more);
    expect(await repairMs(pair)).toBeLessThan(REPAIRED_WITHIN_MS);
  });

  test('a handler that blocks its process for 4 s counts as that', async () => {
    const pair = new StationPair({ latencyMs: 5 });
    await calls(pair, 20);
    const call = pair.within(60_000).work(1, 0);
    await pair.network.advance(5);
    expect(await serverStandsStill(pair, 4000)).toBe(2);
    await pair.outcome(call);
    expect(await repairMs(pair)).toBeLessThan(REPAIRED_WITHIN_MS);
  });
});

describe('after a caller has stood still, what is lost next is repaired soon', () => {
  test.each([500, 4000])('for %d ms', async (ms) => {
    const pair = new StationPair({ latencyMs: 5 });
    await calls(pair, 20);
    const call = pair.within(60_000).add(1, 1);
    await pair.network.advance(1);
    pair.network.hold(CALLER);
    await pair.network.advance(ms);
    pair.network.release(CALLER);
    expect(await pair.outcome(call)).toBe(2);
    expect(await repairMs(pair)).toBeLessThan(REPAIRED_WITHIN_MS);
  });

  test('for 4 s with the first call', async () => {
    const pair = new StationPair({ latencyMs: 5, timeoutMs: 60_000 });
    const call = pair.client.add(1, 1);
    pair.network.hold(CALLER);
    await pair.network.advance(4000);
    pair.network.release(CALLER);
    expect(await pair.outcome(call)).toBe(2);
    // Nothing was learned: this is the time-out of a peer of which nothing is known.
    expect(await repairMs(pair)).toBeLessThan(400);
    expect(await repairMs(pair)).toBeLessThan(REPAIRED_WITHIN_MS);
  });
});

test('a path that is long from the beginning is learned with the second call', async () => {
  const pair = new StationPair({ latencyMs: 450 });
  await calls(pair, 3);
  const { retransmitted, roundTripMs } = pair.caller.stats().peers[0]!;
  expect(Math.round(roundTripMs!)).toBe(900);
  await calls(pair, 20);
  expect(pair.caller.stats().peers[0]!.retransmitted).toBe(retransmitted);
});

test('a path that has really become longer is learned within a few calls', async () => {
  const pair = new StationPair({ latencyMs: 5 });
  await calls(pair, 50);
  pair.network.change({ latencyMs: 400 });
  await calls(pair, 20);
  const { retransmitted } = pair.caller.stats().peers[0]!;
  await calls(pair, 20);
  expect(pair.caller.stats().peers[0]!.retransmitted - retransmitted).toBeLessThanOrEqual(2);
  expect(tally([await pair.outcome(pair.client.add(7, 1))])).toEqual({ answered: 1 });
});
