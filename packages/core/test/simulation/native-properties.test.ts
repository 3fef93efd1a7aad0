import { runScenario } from './native-scenario';
import { TrafficWatch } from './native-traffic';

/** Seeds of one test; a busy machine takes several seconds for them. `npm run simulate` takes as many as it is told. */
const SEEDS_PER_TEST = 50;
const FIRST_SEEDS = Array.from({ length: 40 }, (_, index) => 1 + SEEDS_PER_TEST * index);

/** The same of runs that are sealed, each of which may take twice as long. */
const SEALED_SEEDS_PER_TEST = 15;
const FIRST_SEALED_SEEDS = Array.from({ length: 4 }, (_, index) => 1 + SEALED_SEEDS_PER_TEST * index);

/** The same of runs with many streams, where three datagrams in ten are lost. */
const STREAM_SEEDS_PER_TEST = 10;
const FIRST_STREAM_SEEDS = Array.from({ length: 4 }, (_, index) => 1 + STREAM_SEEDS_PER_TEST * index);

/** The same of runs whose server drains, several times. */
const DRAIN_SEEDS_PER_TEST = 20;
const FIRST_DRAIN_SEEDS = Array.from({ length: 4 }, (_, index) => 1 + DRAIN_SEEDS_PER_TEST * index);

/** The fingerprint of all that was sent in a run. */
async function fingerprintOf(seed: number, sealed = false): Promise<number> {
  const { traffic } = await runScenario(seed, { sealed });
  return traffic.fingerprint;
}

describe('no call runs twice, each ends in time with what was sent, and nothing is left', () => {
  const fair = { wanted: 0, answered: 0 };

  test.each(FIRST_SEEDS)(`on the networks of ${SEEDS_PER_TEST} seeds from %i on`, async (first) => {
    for (let seed = first; seed < first + SEEDS_PER_TEST; seed += 1) {
      const { violations, fairWanted, fairAnswered } = await runScenario(seed);
      expect({ repeat: `npm run simulate -- --seed ${seed}`, violations }).toMatchObject({ violations: [] });
      fair.wanted += fairWanted;
      fair.answered += fairAnswered;
    }
  });

  // Up to 30 % of all datagrams were lost, singly and in bursts, each way.
  test('and nearly all are answered where nothing but the network is bad', () => {
    expect(fair.wanted).toBeGreaterThan(50_000);
    expect(fair.answered / fair.wanted).toBeGreaterThanOrEqual(0.999);
  });
});

describe('each stream delivers what was sent, once and in order, and ends as its sender ended it', () => {
  test.each(FIRST_STREAM_SEEDS)(
    `on the networks of ${STREAM_SEEDS_PER_TEST} seeds from %i on, which lose 30 %%, double and mix up`,
    async (first) => {
      for (let seed = first; seed < first + STREAM_SEEDS_PER_TEST; seed += 1) {
        const { violations } = await runScenario(seed, { scenario: 'streams', sealed: seed % 4 === 0 });
        const repeat = `npm run simulate -- --scenario streams --seed ${seed}${seed % 4 === 0 ? ' --sealed' : ''}`;
        expect({ repeat, violations }).toMatchObject({ violations: [] });
      }
    },
  );
});

describe('a server that drains at any moment says no to nobody whose call ran, and leaves nobody waiting whose call did', () => {
  test.each(FIRST_DRAIN_SEEDS)(`on the networks of ${DRAIN_SEEDS_PER_TEST} seeds from %i on`, async (first) => {
    for (let seed = first; seed < first + DRAIN_SEEDS_PER_TEST; seed += 1) {
      const { violations } = await runScenario(seed, { scenario: 'server-drains', sealed: seed % 4 === 0 });
      const repeat = `npm run simulate -- --scenario server-drains --seed ${seed}${seed % 4 === 0 ? ' --sealed' : ''}`;
      expect({ repeat, violations }).toMatchObject({ violations: [] });
    }
  });
});

describe('and nothing is sent in the clear, nor two packets with one number under one key', () => {
  test.each(FIRST_SEALED_SEEDS)(
    `on the networks of ${SEALED_SEEDS_PER_TEST} seeds from %i on, all sealed`,
    async (first) => {
      for (let seed = first; seed < first + SEALED_SEEDS_PER_TEST; seed += 1) {
        const { violations } = await runScenario(seed, { sealed: true });
        expect({ repeat: `npm run simulate -- --sealed --seed ${seed}`, violations }).toMatchObject({ violations: [] });
      }
    },
  );
});

test.each([false, true])('the same seed is the same run, byte for byte; sealed: %s', async (sealed) => {
  for (const seed of [3, 8, 21]) expect(await fingerprintOf(seed, sealed)).toBe(await fingerprintOf(seed, sealed));
  expect(await fingerprintOf(4, sealed)).not.toBe(await fingerprintOf(3, sealed));
});

test('watching a run more closely does not change it', async () => {
  const watched = await runScenario(5, { traffic: new TrafficWatch(true) });
  expect(watched.traffic.fingerprint).toBe(await fingerprintOf(5));
  expect(watched.traffic.repeatedFrames).toBeGreaterThan(0);
});
