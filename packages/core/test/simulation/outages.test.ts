import type { Client } from '@rpcudp/client';
import { type Outcome, StationPair, expectNothingLeft, outcomeOf, tally } from './station-pair';
import { patternOf, type Station } from './station';

/** Within what time of the network's return something is answered, in milliseconds: the longest pause between probes, and a round trip. */
const BACK_WITHIN_MS = 3300;

interface Outage {
  /** When the first call was answered after the network was back. */
  readonly firstAnswerMs: number;
  /** What became of the calls that were made later than that. */
  readonly afterwards: readonly Outcome[];
}

/** Cuts the server off, while a call is made every so often until 5 s after the network is back. */
async function outage(
  pair: StationPair,
  outageMs: number,
  everyMs: number,
  make: (index: number) => ReturnType<typeof outcomeOf>,
): Promise<Outage> {
  const { network } = pair;
  network.disconnect(pair.server);
  const backAt = pair.now + outageMs;
  network.clock.setTimer(outageMs, () => network.connect(pair.server));
  let firstAnswerMs = Infinity;
  const afterwards: Promise<Outcome>[] = [];
  const calls: Promise<unknown>[] = [];
  for (let index = 0; pair.now < backAt + 5000; index += 1) {
    const call = make(index);
    if (pair.now > backAt + BACK_WITHIN_MS) afterwards.push(call);
    calls.push(
      call.then((outcome) => {
        if (typeof outcome !== 'string') firstAnswerMs = Math.min(firstAnswerMs, pair.now - backAt);
      }),
    );
    await network.advance(everyMs);
  }
  await network.until(Promise.all(calls));
  return { firstAnswerMs, afterwards: await Promise.all(afterwards) };
}

function expectBack({ firstAnswerMs, afterwards }: Outage): void {
  expect(firstAnswerMs).toBeGreaterThan(0);
  expect(firstAnswerMs).toBeLessThan(BACK_WITHIN_MS);
  expect(tally(afterwards)).toEqual({ answered: afterwards.length });
}

type Make = (client: Client<Station>, index: number) => ReturnType<Client<Station>['add']>;

describe('when the network is back, calls are answered within 3.3 s', () => {
  const kinds: Record<string, Make> = {
    'at most once': (client, index) => client.add(index, 1),
    'idempotent': (client, index) => client.addAgain(index, 1),
    'best effort': (client, index) => client.guess(index, 1),
    'one-way': (client, index) => client.note(index) as unknown as ReturnType<Client<Station>['add']>,
    'in parts': (client) => client.store(patternOf(5000)),
  };
  const lengths = [1, 4, 15, 120];
  const cases = Object.keys(kinds).flatMap((kind) => lengths.map((seconds) => [kind, seconds] as const));

  test.each(cases)('%s, after %d s', async (kind, seconds) => {
    const pair = new StationPair({ seed: seconds, latencyMs: 20 });
    await pair.outcome(pair.client.add(-1, 1));
    const everyMs = kind === 'in parts' ? 100 : 20;
    expectBack(await outage(pair, seconds * 1000, everyMs, (index) => outcomeOf(kinds[kind]!(pair.client, index))));
    expect(pair.log.mostRuns).toBe(1);
    await expectNothingLeft(pair);
  });

  test.each(lengths)('to the client, after %d s', async (seconds) => {
    const pair = new StationPair({ seed: seconds, latencyMs: 20 });
    await pair.outcome(pair.client.greet());
    // An answer proves the address that it goes to when the next call comes from there.
    await pair.outcome(pair.client.greet());
    const back = pair.log.callingBack();
    expectBack(await outage(pair, seconds * 1000, 20, (index) => outcomeOf(back.add(index, 1))));
  });

  test.each(lengths)('which had never carried anything before, after %d s', async (seconds) => {
    const pair = new StationPair({ seed: seconds, latencyMs: 20 });
    expectBack(await outage(pair, seconds * 1000, 20, (index) => outcomeOf(pair.client.addAgain(index, 1))));
  });

  test.each(lengths)('if there is one a second, after %d s', async (seconds) => {
    const pair = new StationPair({ seed: seconds, latencyMs: 20 });
    await pair.outcome(pair.client.add(-1, 1));
    expectBack(await outage(pair, seconds * 1000, 1000, (index) => outcomeOf(pair.client.add(index, 1))));
  });

  test.each([15, 60, 110])('if there is one alone that waits, after %d s', async (seconds) => {
    const pair = new StationPair({ seed: seconds, latencyMs: 20, timeoutMs: 600_000 });
    await pair.outcome(pair.client.add(-1, 1));
    pair.network.disconnect(pair.server);
    const call = pair.client.add(1, 1);
    await pair.network.advance(seconds * 1000);
    pair.network.connect(pair.server);
    expect(await pair.outcome(call)).toBe(2);
    expect(pair.now).toBeLessThan(seconds * 1000 + BACK_WITHIN_MS);
  });

  test.each([15, 60])('if the answer is what waits, after %d s', async (seconds) => {
    const pair = new StationPair({ seed: seconds, latencyMs: 20, timeoutMs: 600_000 });
    const call = pair.client.work(1, 1000);
    await pair.network.advance(500);
    pair.network.disconnect(pair.server);
    await pair.network.advance(seconds * 1000);
    pair.network.connect(pair.server);
    const backAt = pair.now;
    expect(await pair.outcome(call)).toBe(1);
    expect(pair.now - backAt).toBeLessThan(BACK_WITHIN_MS);
  });

  test('many times in a row', async () => {
    const pair = new StationPair({ latencyMs: 20, timeoutMs: 60_000 });
    const calls: Promise<Outcome>[] = [];
    for (let round = 0; round < 20; round += 1) {
      pair.network.disconnect(pair.server);
      calls.push(outcomeOf(pair.client.add(round, 1)));
      await pair.network.advance(1000 + round * 200);
      pair.network.connect(pair.server);
      await pair.network.advance(BACK_WITHIN_MS);
    }
    expect(tally(await pair.network.until(Promise.all(calls)))).toEqual({ answered: 20 });
    expect(pair.log.mostRuns).toBe(1);
  });
});

describe('a server that comes up late', () => {
  test.each([0.5, 2, 8, 16, 40])('after %d s has answered a lone idempotent call 3.3 s later', async (seconds) => {
    const pair = new StationPair({ latencyMs: 20, begins: 'without server', timeoutMs: 600_000 });
    const call = pair.client.addAgain(1, 1);
    await pair.network.advance(seconds * 1000);
    pair.startServer();
    expect(await pair.outcome(call)).toBe(2);
    expect(pair.now).toBeLessThan(seconds * 1000 + BACK_WITHIN_MS);
  });

  test.each([0.5, 2, 8, 16])(
    'after %d s refuses a call that must not run twice, for it may have been there before',
    async (seconds) => {
      const pair = new StationPair({ latencyMs: 20, begins: 'without server', timeoutMs: 600_000 });
      const call = pair.client.add(1, 1);
      await pair.network.advance(seconds * 1000);
      pair.startServer();
      expect(await pair.outcome(call)).toBe('UNAVAILABLE/unknown');
      expect(pair.now).toBeLessThan(seconds * 1000 + BACK_WITHIN_MS);
      expect(await pair.outcome(pair.client.add(2, 2))).toBe(4);
      expect(pair.log.runs.has(1)).toBe(false);
    },
  );

  test.each([1, 50, 500])('answers the %d idempotent calls that waited for it', async (count) => {
    const pair = new StationPair({ latencyMs: 20, begins: 'without server' });
    const calls = Array.from({ length: count }, (_, index) => outcomeOf(pair.client.addAgain(index, 1)));
    await pair.network.advance(1500);
    pair.startServer();
    expect(tally(await pair.network.until(Promise.all(calls)))).toEqual({ answered: count });
    expect(pair.log.mostRuns).toBe(1);
  });
});
