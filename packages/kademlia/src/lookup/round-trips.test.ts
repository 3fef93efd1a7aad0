import {
  PATIENCE_MS_INITIAL,
  PATIENCE_MS_MAX,
  PATIENCE_MS_MIN,
  PATIENCE_MS_SLACK,
  ROUND_TRIP_PEERS_MAX,
} from '../limits';
import { RoundTrips } from './round-trips';

test('before anybody has answered, patience is PATIENCE_MS_INITIAL', () => {
  expect(new RoundTrips().patienceMs('a')).toBe(PATIENCE_MS_INITIAL);
});

test('patience follows RFC 6298 for each peer, and for strangers the whole network', () => {
  const roundTrips = new RoundTrips();
  roundTrips.measured('a', 100);
  expect(roundTrips.patienceMs('a')).toBe(300);
  roundTrips.measured('a', 100);
  expect(roundTrips.patienceMs('a')).toBe(250);
  expect(roundTrips.patienceMs('stranger')).toBe(250);
  roundTrips.measured('far', 200);
  expect(roundTrips.patienceMs('stranger')).toBeGreaterThan(250);
  expect(roundTrips.smoothedMs).toBe(112.5);
});

test('the first answer of a peer tells how far it is; how much that varies the network knows', () => {
  const roundTrips = new RoundTrips();
  for (let time = 0; time < 50; time += 1) roundTrips.measured('a', 100);
  roundTrips.measured('b', 60);
  expect(roundTrips.patienceMs('b')).toBeCloseTo(60 + PATIENCE_MS_SLACK, 0);
  expect(roundTrips.patienceMs('a')).toBeCloseTo(100 + PATIENCE_MS_SLACK, 0);
});

test('it stays between PATIENCE_MS_MIN and PATIENCE_MS_MAX', () => {
  const roundTrips = new RoundTrips();
  roundTrips.measured('near', 0.1);
  roundTrips.measured('far', 4000);
  expect(roundTrips.patienceMs('near')).toBe(PATIENCE_MS_MIN);
  expect(roundTrips.patienceMs('far')).toBe(PATIENCE_MS_MAX);
});

test('ROUND_TRIP_PEERS_MAX peers are remembered: those that answered last', () => {
  const roundTrips = new RoundTrips();
  roundTrips.measured('first', 20);
  for (let peer = 1; peer < ROUND_TRIP_PEERS_MAX; peer += 1) roundTrips.measured(`peer ${peer}`, 300);
  expect(roundTrips.patienceMs('first')).toBe(60);
  roundTrips.measured('one more', 300);
  expect(roundTrips.patienceMs('first')).toBe(roundTrips.patienceMs('stranger'));
});
