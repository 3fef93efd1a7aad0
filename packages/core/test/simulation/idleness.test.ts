import type { Client } from '@rpcudp/client';
import { type Outcome, StationPair, expectNothingLeft, tally } from './station-pair';
import type { Station } from './station';

/** What becomes of calls that are made one after the other, with a pause before each. */
async function callsWithPauses(
  pair: StationPair,
  client: Client<Station>,
  pauseMs: number,
  count: number,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let index = 0; index < count; index += 1) {
    outcomes.push(await pair.outcome(client.add(index, 1)));
    await pair.network.advance(pauseMs);
  }
  return outcomes;
}

describe('calls with long pauses between them are answered, when there is one every', () => {
  test.each([60, 89, 89.95, 90, 91, 119, 119.95, 120, 120.02, 121, 240])('%d s', async (seconds) => {
    const pair = new StationPair({ latencyMs: 20 });
    const outcomes = await callsWithPauses(pair, pair.client, seconds * 1000, 80);
    expect(tally(outcomes)).toEqual({ answered: 80 });
    expect(pair.log.mostRuns).toBe(1);
    await expectNothingLeft(pair);
  });

  test.each([90, 119.9, 120])('%d s, on a network that loses and delays', async (seconds) => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const pair = new StationPair({ seed, latencyMs: 100, jitterMs: 100, loss: 0.1 });
      const outcomes = await callsWithPauses(pair, pair.client, seconds * 1000, 20);
      expect(tally(outcomes)).toEqual({ answered: 20 });
      expect(pair.log.mostRuns).toBe(1);
    }
  });
});

describe('calls back to a client that greeted once are answered, when there is one every', () => {
  test.each([30, 89, 90, 119, 120, 121])('%d s', async (seconds) => {
    const pair = new StationPair({ latencyMs: 20 });
    await pair.outcome(pair.client.greet());
    const outcomes = await callsWithPauses(pair, pair.log.callingBack(), seconds * 1000, 40);
    expect(tally(outcomes)).toEqual({ answered: 40 });
    expect(pair.callerLog.mostRuns).toBe(1);
    await expectNothingLeft(pair);
  });

  test.each([60, 90, 120])('%d s, and one from the client between them', async (seconds) => {
    const pair = new StationPair({ latencyMs: 20 });
    await pair.outcome(pair.client.greet());
    const outcomes: Outcome[] = [];
    for (let index = 0; index < 20; index += 1) {
      outcomes.push(...(await callsWithPauses(pair, pair.log.callingBack(), (seconds * 1000) / 2, 1)));
      outcomes.push(...(await callsWithPauses(pair, pair.client, (seconds * 1000) / 2, 1)));
    }
    expect(tally(outcomes)).toEqual({ answered: 40 });
  });
});

test('every kind of call survives a pause of two minutes', async () => {
  const pair = new StationPair({ latencyMs: 20 });
  for (let round = 0; round < 10; round += 1) {
    expect(await pair.outcome(pair.client.addAgain(1, round))).toBe(1 + round);
    await pair.network.advance(120_000);
    expect(await pair.outcome(pair.client.note(round))).toBeUndefined();
    await pair.network.advance(119_990);
    expect(await pair.outcome(pair.client.guess(100 + round, 1))).toBe(101 + round);
    await pair.network.advance(120_010);
    expect(await pair.fetches(20_000)).toBe(true);
    await pair.network.advance(90_000);
  }
  expect(pair.log.runs.get(0)).toBe(1);
});

test('a call that takes three minutes is answered, and one that is made meanwhile', async () => {
  const pair = new StationPair({ latencyMs: 20 });
  const long = pair.within(600_000).work(1, 180_000);
  await pair.network.advance(100_000);
  expect(await pair.outcome(pair.client.add(2, 2))).toBe(4);
  expect(await pair.outcome(long)).toBe(1);
  expect(pair.associations).toEqual([1, 1]);
  await expectNothingLeft(pair);
});

test('a call that was started when its association was almost too old is answered after that', async () => {
  const pair = new StationPair({ latencyMs: 20, timeoutMs: 60_000 });
  await pair.outcome(pair.client.add(1, 1));
  await pair.network.advance(89_000);
  const call = pair.client.work(2, 40_000);
  await pair.network.advance(5_000);
  expect(await pair.outcome(pair.client.add(3, 3))).toBe(6);
  expect(await pair.outcome(call)).toBe(2);
});
