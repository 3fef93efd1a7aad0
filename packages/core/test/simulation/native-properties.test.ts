import { runScenario } from './native-scenario';
import { TrafficWatch } from './native-traffic';

const SEEDS = 2000;

/** The fingerprint of all that was sent in a run. */
async function fingerprintOf(seed: number): Promise<number> {
  const { traffic } = await runScenario(seed);
  return traffic.fingerprint;
}

test(`on ${SEEDS} networks no call runs twice, each ends in time with what was sent, and nothing is left`, async () => {
  const fair = { wanted: 0, answered: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violations, fairWanted, fairAnswered } = await runScenario(seed);
    expect({ repeat: `npm run simulate -- --seed ${seed}`, violations }).toMatchObject({ violations: [] });
    fair.wanted += fairWanted;
    fair.answered += fairAnswered;
  }
  // Up to 30 % of all datagrams were lost, singly and in bursts, each way.
  expect(fair.wanted).toBeGreaterThan(50_000);
  expect(fair.answered / fair.wanted).toBeGreaterThanOrEqual(0.999);
}, 240_000);

test('the same seed is the same run, byte for byte', async () => {
  for (const seed of [3, 8, 21]) expect(await fingerprintOf(seed)).toBe(await fingerprintOf(seed));
  expect(await fingerprintOf(4)).not.toBe(await fingerprintOf(3));
});

test('watching a run more closely does not change it', async () => {
  const watched = await runScenario(5, { traffic: new TrafficWatch(true) });
  expect(watched.traffic.fingerprint).toBe(await fingerprintOf(5));
  expect(watched.traffic.repeatedFrames).toBeGreaterThan(0);
});
