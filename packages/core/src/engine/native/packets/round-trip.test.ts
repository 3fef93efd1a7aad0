import { ACK_DELAY_MS_MAX, INITIAL_PROBE_MS } from '../../../limits';
import { RoundTrip } from './round-trip';

test('a peer of unknown distance is probed after a second, and nothing of it is lost by time before that', () => {
  const roundTrip = new RoundTrip();
  expect(roundTrip.smoothedMs).toBeUndefined();
  expect(roundTrip.probeMs).toBe(INITIAL_PROBE_MS);
  expect(roundTrip.lossMs).toBe((9 / 8) * INITIAL_PROBE_MS);
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
