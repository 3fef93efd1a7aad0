import { CALLER, StationPair, outcomeOf, tally, type Outcome } from './station-pair';
import { StationContract, patternOf, station } from './station';

/** `count` calls, `inFlight` at once, the next as soon as one has ended. */
async function manyCalls(pair: StationPair, count: number, inFlight: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) outcomes.push(await outcomeOf(pair.client.addAgain((next += 1), 1)));
  };
  await pair.network.until(Promise.all(Array.from({ length: inFlight }, caller)));
  return outcomes;
}

describe('a call that was acknowledged before its server was restarted', () => {
  const cases = [200, 1500, 4000].flatMap((afterMs) =>
    [5000, 40_000].map((timeoutMs) => [afterMs, timeoutMs] as const),
  );

  test.each(cases)('%d ms before, fails within its deadline of %d ms', async (afterMs, timeoutMs) => {
    const pair = new StationPair({ latencyMs: 20, timeoutMs });
    const call = outcomeOf(pair.client.outlive(1));
    await pair.network.advance(afterMs);
    await pair.restartServer(200);
    expect(await pair.network.until(call)).toBe('UNAVAILABLE/unknown');
    expect(pair.now).toBeLessThan(Math.min(timeoutMs, afterMs * 1.5 + 3000));
    expect(pair.log.mostRuns).toBe(1);
  });

  test.each(cases)(
    '%d ms before, is answered within its deadline of %d ms if it is idempotent',
    async (afterMs, timeoutMs) => {
      const pair = new StationPair({ latencyMs: 20, timeoutMs });
      const call = outcomeOf(pair.client.outliveAgain(1));
      await pair.network.advance(afterMs);
      await pair.restartServer(200);
      expect(await pair.network.until(call)).toBe(1);
      expect(pair.now).toBeLessThan(Math.min(timeoutMs, afterMs * 1.5 + 3000));
      expect(pair.log.mostRuns).toBe(2);
    },
  );

  test.each(cases)(
    '%d ms before, the same on a network that loses a tenth, within %d ms',
    async (afterMs, timeoutMs) => {
      const expected = [1, 'UNAVAILABLE/unknown'];
      for (let seed = 1; seed <= 20; seed += 1) {
        const pair = new StationPair({ seed, latencyMs: 20, loss: 0.1, timeoutMs });
        const calls = [outcomeOf(pair.client.outliveAgain(1)), outcomeOf(pair.client.outlive(2))];
        await pair.network.advance(afterMs);
        await pair.restartServer(100);
        const outcomes = await pair.network.until(Promise.all(calls));
        // Of the second that is left of the shortest, a network as bad as this may take all.
        const isHopeful = afterMs < 4000 || timeoutMs > 5000;
        expect(isHopeful ? outcomes : expected).toEqual(expected);
        expect(pair.log.runs.get(2) ?? 0).toBeLessThanOrEqual(1);
      }
    },
  );

  test.each([30, 60, 600])(
    '%d s before is known to be lost a quarter of a minute later, however long it may take',
    async (seconds) => {
      const pair = new StationPair({ latencyMs: 20, timeoutMs: 36_000_000 });
      const calls = [outcomeOf(pair.client.outliveAgain(1)), outcomeOf(pair.client.outlive(2))];
      await pair.network.advance(seconds * 1000);
      await pair.restartServer(200);
      expect(await pair.network.until(Promise.all(calls))).toEqual([1, 'UNAVAILABLE/unknown']);
      expect(pair.now).toBeLessThan(seconds * 1000 + 16_000);
    },
  );

  test('is known to be lost also while other calls are answered by the new one', async () => {
    const pair = new StationPair({ latencyMs: 20 });
    const call = outcomeOf(pair.client.outlive(1));
    await pair.network.advance(500);
    await pair.restartServer();
    expect(await pair.outcome(pair.client.addAgain(2, 2))).toBe(4);
    expect(await pair.network.until(call)).toBe('UNAVAILABLE/unknown');
    expect(pair.now).toBeLessThan(1500);
  });

  test('is known to be lost also if it goes to the client, and that was restarted', async () => {
    const pair = new StationPair({ latencyMs: 20 });
    await pair.outcome(pair.client.greet());
    const back = pair.log.callingBack();
    const calls = [outcomeOf(back.outlive(1)), outcomeOf(back.outliveAgain(2))];
    await pair.network.advance(500);
    pair.caller.crash();
    await pair.network.advance(200);
    pair.network.bind(CALLER).serve(StationContract, station(pair.callerLog, pair.network.clock));
    expect(await pair.network.until(Promise.all(calls))).toEqual(['UNAVAILABLE/unknown', 2]);
    expect(pair.now).toBeLessThan(4000);
  });

  test.each([1, 4, 20])('is asked after rarely while its server is there: in %d s', async (seconds) => {
    const pair = new StationPair({ latencyMs: 20, timeoutMs: 60_000 });
    const call = pair.client.work(1, seconds * 1000);
    let datagrams = 0;
    pair.network.tap = () => (datagrams += 1);
    expect(await pair.outcome(call)).toBe(1);
    expect(datagrams).toBeLessThan(8 + 4 * Math.log2(1 + seconds));
  });
});

describe('a restart', () => {
  test.each([1, 50, 200, 1000])(
    'with %d idempotent calls in flight, after 5,001 answered ones: all are answered',
    async (inFlight) => {
      const pair = new StationPair({ latencyMs: 20 });
      expect(tally(await manyCalls(pair, 5001, 200))).toEqual({ answered: 5001 });
      const calls = Array.from({ length: inFlight }, (_, index) => outcomeOf(pair.client.addAgain(index, 1)));
      await pair.network.advance(10);
      await pair.restartServer();
      expect(tally(await pair.network.until(Promise.all(calls)))).toEqual({ answered: inFlight });
    },
  );

  test('with 200 idempotent calls in parts in flight: all are answered', async () => {
    const pair = new StationPair({ latencyMs: 20, timeoutMs: 60_000 });
    await pair.outcome(pair.client.add(0, 0));
    const calls = Array.from({ length: 200 }, (_, index) => outcomeOf(pair.client.storeAgain(patternOf(3000 + index))));
    await pair.network.advance(50);
    await pair.restartServer();
    expect(tally(await pair.network.until(Promise.all(calls)))).toEqual({ answered: 200 });
  });

  test('every second for a minute: all idempotent calls are answered', async () => {
    const pair = new StationPair({ latencyMs: 5 });
    const calls: Promise<Outcome>[] = [];
    for (let second = 0; second < 60; second += 1) {
      for (let tenth = 0; tenth < 9; tenth += 1) {
        for (let each = 0; each < 5; each += 1) calls.push(outcomeOf(pair.client.addAgain(calls.length, 1)));
        await pair.network.advance(100);
      }
      for (let each = 0; each < 50; each += 1) calls.push(outcomeOf(pair.client.addAgain(calls.length, 1)));
      await pair.restartServer();
    }
    expect(tally(await pair.network.until(Promise.all(calls)))).toEqual({ answered: calls.length });
  });

  test('every second for a minute: calls that must not run twice do not, and fail only if they were on their way', async () => {
    const pair = new StationPair({ latencyMs: 5 });
    const calls: Promise<Outcome>[] = [];
    for (let second = 0; second < 60; second += 1) {
      await pair.network.advance(20);
      for (let each = 0; each < 5; each += 1) calls.push(outcomeOf(pair.client.add(calls.length, 1)));
      await pair.network.advance(900);
      await pair.restartServer(80);
    }
    const {
      answered = 0,
      'UNAVAILABLE/unknown': unknown = 0,
      ...others
    } = tally(await pair.network.until(Promise.all(calls)));
    expect([others, answered + unknown]).toEqual([{}, calls.length]);
    expect(pair.log.mostRuns).toBe(1);
  });
});
