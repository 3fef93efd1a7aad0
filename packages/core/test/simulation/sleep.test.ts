import { StationPair, expectNothingLeft, outcomeOf, tally } from './station-pair';

/** One side of a pair goes to sleep for a while. */
async function sleepFor(pair: StationPair, side: 'caller' | 'server', ms: number): Promise<void> {
  const endpoint = pair[side];
  pair.network.sleep(endpoint);
  await pair.network.advance(ms);
  pair.network.wake(endpoint);
}

describe.each(['caller', 'server'] as const)('after the machine of the %s has slept', (side) => {
  test.each([1, 60, 89, 90, 100, 119, 120, 121, 600, 28_800])('for %d s, calls are answered', async (seconds) => {
    const pair = new StationPair({ latencyMs: 20 });
    await pair.outcome(pair.client.greet());
    await pair.outcome(pair.client.add(1, 1));
    await sleepFor(pair, side, seconds * 1000);
    expect(await pair.outcome(pair.client.add(2, 2))).toBe(4);
    expect(await pair.outcome(pair.log.callingBack().add(3, 3))).toBe(6);
    expect([pair.log.mostRuns, pair.callerLog.mostRuns]).toEqual([1, 1]);
    await expectNothingLeft(pair);
  });

  test.each([20, 119.5, 120.5])('for %d s, ten times with calls between', async (seconds) => {
    const pair = new StationPair({ latencyMs: 20 });
    for (let round = 0; round < 10; round += 1) {
      expect(await pair.outcome(pair.client.add(round, 1))).toBe(round + 1);
      await sleepFor(pair, side, seconds * 1000);
    }
    expect(pair.log.mostRuns).toBe(1);
  });
});

test('a call whose caller sleeps through its answer is answered when it wakes, if its time is not over', async () => {
  const pair = new StationPair({ latencyMs: 20, timeoutMs: 60_000 });
  await pair.outcome(pair.client.add(0, 1));
  const call = outcomeOf(pair.client.work(1, 1000));
  await pair.network.advance(500);
  await sleepFor(pair, 'caller', 20_000);
  const awake = pair.now;
  expect(await pair.network.until(call)).toBe(1);
  expect(pair.now - awake).toBeLessThan(3300);
});

test('a call whose caller sleeps through its deadline ends when it wakes', async () => {
  const pair = new StationPair({ latencyMs: 20 });
  const calls = [outcomeOf(pair.client.work(1, 1000)), outcomeOf(pair.client.outlive(2))];
  await pair.network.advance(500);
  await sleepFor(pair, 'caller', 600_000);
  const awake = pair.now;
  expect(tally(await pair.network.until(Promise.all(calls)))).toEqual({ silence: 2 });
  expect(pair.now - awake).toBeLessThan(1);
  expect(await pair.outcome(pair.client.add(3, 3))).toBe(6);
});

test('a handler whose machine sleeps answers when it wakes', async () => {
  const pair = new StationPair({ latencyMs: 20, timeoutMs: 60_000 });
  const call = outcomeOf(pair.client.work(1, 1000));
  await pair.network.advance(500);
  await sleepFor(pair, 'server', 20_000);
  const awake = pair.now;
  expect(await pair.network.until(call)).toBe(1);
  expect(pair.now - awake).toBeLessThan(3300);
});

test('after a caller slept for 4 s with a call on its way, what is lost next is repaired soon', async () => {
  const pair = new StationPair({ latencyMs: 5 });
  for (let index = 0; index < 20; index += 1) await pair.outcome(pair.client.add(index, 1));
  const call = outcomeOf(pair.client.add(100, 1));
  await pair.network.advance(1);
  await sleepFor(pair, 'caller', 4000);
  expect(await pair.network.until(call)).toBe(101);
  const began = pair.now;
  pair.network.dropNext();
  expect(await pair.outcome(pair.client.add(101, 1))).toBe(102);
  expect(pair.now - began).toBeLessThan(200);
});
