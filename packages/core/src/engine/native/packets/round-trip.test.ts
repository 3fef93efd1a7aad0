import { ACK_DELAY_MS_MAX, FIRST_PROBE_MS_MAX, FIRST_SAMPLE_MS_MAX } from '../../../native-limits';
import { RoundTrip } from './round-trip';

test('a peer of unknown distance is probed after a third of a second, and nothing is lost by time before that', () => {
  const roundTrip = new RoundTrip();
  expect(roundTrip.smoothedMs).toBeUndefined();
  expect(roundTrip.probeMs).toBe(FIRST_PROBE_MS_MAX);
  expect(roundTrip.lossMs).toBe((9 / 8) * FIRST_PROBE_MS_MAX);
});

test('until there is a sample, the first probe is due when somebody who knows more has said', () => {
  const roundTrip = new RoundTrip(70);
  expect(roundTrip.probeMs).toBe(70);
  roundTrip.sample(10, 0);
  expect(roundTrip.probeMs).toBe(10 + 4 * 5 + ACK_DELAY_MS_MAX);
});

test('the first sample is taken as it is, with half of it as its variation', () => {
  const roundTrip = new RoundTrip();
  roundTrip.sample(80, 20);
  expect(roundTrip.smoothedMs).toBe(80);
  expect(roundTrip.probeMs).toBe(80 + 4 * 40 + ACK_DELAY_MS_MAX);
  expect(roundTrip.lossMs).toBe(90);
});

test('later samples count for an eighth, and their distance for a quarter', () => {
  const roundTrip = new RoundTrip();
  roundTrip.sample(80, 0);
  roundTrip.sample(160, 0);
  expect(roundTrip.smoothedMs).toBe((7 * 80 + 160) / 8);
  expect(roundTrip.probeMs).toBe(90 + 4 * ((3 * 40 + 80) / 4) + ACK_DELAY_MS_MAX);
  expect(roundTrip.lossMs).toBe((9 / 8) * 160);
});

test('what the peer says it waited is taken off, up to the delay that is allowed', () => {
  const roundTrip = new RoundTrip();
  roundTrip.sample(80, 0);
  roundTrip.sample(180, 1000);
  expect(roundTrip.smoothedMs).toBe((7 * 80 + (180 - ACK_DELAY_MS_MAX)) / 8);
});

test('a delay that would make the sample shorter than the shortest is not believed', () => {
  const roundTrip = new RoundTrip();
  roundTrip.sample(80, 0);
  roundTrip.sample(90, 20);
  expect(roundTrip.smoothedMs).toBe((7 * 80 + 90) / 8);
});

test('timers never wait for less than they can be trusted with', () => {
  const roundTrip = new RoundTrip();
  for (let sample = 0; sample < 50; sample += 1) roundTrip.sample(0, 0);
  expect(roundTrip.probeMs).toBe(1 + ACK_DELAY_MS_MAX);
  expect(roundTrip.lossMs).toBe(1);
});

test('after all samples were forgotten, it is as if there had been none', () => {
  const roundTrip = new RoundTrip(70);
  roundTrip.sample(10, 0);
  roundTrip.sample(12, 0);
  roundTrip.startAnew();
  expect([roundTrip.smoothedMs, roundTrip.probeMs, roundTrip.lossMs]).toEqual([
    undefined,
    70,
    (9 / 8) * FIRST_PROBE_MS_MAX,
  ]);
  roundTrip.sample(60, 20);
  expect([roundTrip.smoothedMs, roundTrip.probeMs]).toEqual([60, 60 + 4 * 30 + ACK_DELAY_MS_MAX]);
});

describe('a sample that is far too long', () => {
  const settled = (ms: number): RoundTrip => {
    const roundTrip = new RoundTrip();
    for (let sample = 0; sample < 30; sample += 1) roundTrip.sample(ms, 0);
    return roundTrip;
  };

  test('counts as the probe time-out that there was: a peer that stood still is not far away', () => {
    const roundTrip = settled(5);
    const { probeMs } = roundTrip;
    expect(probeMs).toBeLessThan(32);
    roundTrip.sample(4000, 0);
    expect(roundTrip.smoothedMs).toBe((7 * 5 + probeMs) / 8);
    expect(roundTrip.probeMs).toBeLessThan(75);
    expect(roundTrip.lossMs).toBeLessThan(50);
  });

  test('is left out if it is the first, for it would count whole', () => {
    const roundTrip = new RoundTrip(50);
    roundTrip.sample(51, 0);
    expect([roundTrip.smoothedMs, roundTrip.probeMs]).toEqual([undefined, 50]);
    roundTrip.sample(10, 0);
    expect(roundTrip.smoothedMs).toBe(10);
  });

  test('is left out once: if the next one is as long, it counts, as a second at most', () => {
    const roundTrip = new RoundTrip(50);
    roundTrip.sample(4000, 0);
    roundTrip.sample(4000, 0);
    expect(roundTrip.smoothedMs).toBe(FIRST_SAMPLE_MS_MAX);
    roundTrip.startAnew();
    roundTrip.sample(4000, 0);
    expect(roundTrip.smoothedMs).toBeUndefined();
  });

  test('is believed within a few more if the way has really grown', () => {
    const roundTrip = settled(5);
    let samples = 0;
    for (; roundTrip.probeMs < 500 && samples < 100; samples += 1) roundTrip.sample(500, 0);
    expect(samples).toBeLessThan(12);
    for (let sample = 0; sample < 60; sample += 1) roundTrip.sample(500, 0);
    expect(roundTrip.smoothedMs).toBeCloseTo(500, 0);
  });
});
