import { type Outcome, StationPair, expectNothingLeft, tally } from './station-pair';
import { patternOf } from './station';

/** Fewer than `npm run simulate` tries. */
const SEEDS = 150;
const TIMEOUT_MS = 20_000;

/** What becomes of the first call of each of many callers. */
async function firstCalls(
  seeds: number,
  loss: number,
  make: (pair: StationPair) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= seeds; seed += 1)
    outcomes.push(await make(new StationPair({ seed, latencyMs: 20, loss, timeoutMs: TIMEOUT_MS })));
  return outcomes;
}

describe('no first call ends in silence within 20 s', () => {
  const cases = [50, 200, 830, 3000, 20_000].flatMap((bytes) => [0.01, 0.1, 0.3].map((loss) => [bytes, loss] as const));

  test.each(cases)('if its answer has %d bytes, and %d of all datagrams is lost', async (bytes, loss) => {
    const outcomes = await firstCalls(SEEDS, loss, async (pair) => ((await pair.fetches(bytes)) ? 1 : 'silence'));
    expect(tally(outcomes)).toEqual({ answered: SEEDS });
  });

  test.each([300, 3000, 20_000])('if its arguments have %d bytes', async (bytes) => {
    const outcomes = await firstCalls(SEEDS, 0.1, (pair) => pair.outcome(pair.client.store(patternOf(bytes))));
    expect(tally(outcomes)).toEqual({ answered: SEEDS });
  });

  test('if 20 others are made at the same time', async () => {
    const answered = { answered: 20 };
    for (let seed = 1; seed <= 20; seed += 1) {
      const pair = new StationPair({ seed, latencyMs: 20, loss: 0.1, timeoutMs: TIMEOUT_MS });
      const calls = Array.from({ length: 20 }, (_, index) =>
        pair.fetches(index * 300).then((same) => (same ? 1 : 'wrong')),
      );
      expect(tally(await pair.network.until(Promise.all(calls)))).toEqual(answered);
    }
  });

  test('if the server calls back before the first call has been answered', async () => {
    const outcomes = await firstCalls(SEEDS, 0.1, async (pair) => {
      await pair.outcome(pair.client.greet());
      return pair.outcome(pair.log.callingBack().fetch(3000));
    });
    expect(tally(outcomes)).toEqual({ answered: SEEDS });
  });
});

describe('a first call is answered soon', () => {
  test.each([50, 200, 830, 1000, 3000])(
    'after its answer of %d bytes if the first acknowledgement is lost',
    async (bytes) => {
      const pair = new StationPair({ latencyMs: 20, timeoutMs: TIMEOUT_MS });
      const call = pair.fetches(bytes);
      await pair.network.advance(50);
      pair.network.dropNext();
      expect(await call).toBe(true);
      expect(pair.now).toBeLessThan(300);
    },
  );

  test.each([1, 2, 3, 4, 5, 6])('whichever of its datagrams is lost: number %d', async (lost) => {
    const pair = new StationPair({ latencyMs: 20, timeoutMs: TIMEOUT_MS });
    let sent = 0;
    pair.network.tap = () => {
      sent += 1;
      if (sent === lost) pair.network.dropNext();
    };
    expect(await pair.fetches(3000)).toBe(true);
    expect(pair.now).toBeLessThan(700);
  });

  test.each([0, 50, 400, 830])('in one round trip if its answer of %d bytes fits a datagram', async (bytes) => {
    const pair = new StationPair({ latencyMs: 20 });
    let datagrams = 0;
    pair.network.tap = () => (datagrams += 1);
    expect(await pair.fetches(bytes)).toBe(true);
    expect([Math.round(pair.now), datagrams]).toEqual([40, 2]);
    await expectNothingLeft(pair);
  });
});
