import {
  ACK_DELAY_MS_MAX,
  FIRST_PROBE_MS_MAX,
  FIRST_PROBE_MS_MIN,
  ROUND_TRIPS_REMEMBERED_MAX,
} from '../../../native-limits';
import { RoundTripMemory } from './round-trip-memory';

function memoryOf(roundTrips: readonly (readonly [string, number])[]): RoundTripMemory {
  const memory = new RoundTripMemory();
  for (const [host, ms] of roundTrips) memory.learn(host, ms);
  return memory;
}

test('a host is waited for as long as its last round trip, and as an acknowledgement may be delayed', () => {
  const memory = memoryOf([
    ['a', 40],
    ['b', 200],
    ['a', 60],
  ]);
  expect([memory.firstProbeMs('a'), memory.firstProbeMs('b')]).toEqual([60 + ACK_DELAY_MS_MAX, 200 + ACK_DELAY_MS_MAX]);
});

test('a host of which nothing is known is waited for as long as twice the median of the others', () => {
  const memory = memoryOf([
    ['a', 1],
    ['b', 70],
    ['c', 900],
  ]);
  expect(memory.firstProbeMs('d')).toBe(140);
  memory.learn('a', 80);
  expect(memory.firstProbeMs('d')).toBe(160);
});

test('where nothing is known of any host, the wait is a third of a second', () => {
  expect(new RoundTripMemory().firstProbeMs('a')).toBe(FIRST_PROBE_MS_MAX);
});

test('no wait is shorter than 50 ms, or longer than 333 ms', () => {
  const memory = memoryOf([
    ['near', 0.1],
    ['far', 900],
    ['farther', 950],
  ]);
  expect(['near', 'far', 'unknown'].map((host) => memory.firstProbeMs(host))).toEqual([
    FIRST_PROBE_MS_MIN,
    FIRST_PROBE_MS_MAX,
    FIRST_PROBE_MS_MAX,
  ]);
  expect(memoryOf([['near', 0.1]]).firstProbeMs('unknown')).toBe(FIRST_PROBE_MS_MIN);
});

test('of more hosts than are remembered those go that were learned longest ago', () => {
  const memory = new RoundTripMemory();
  memory.learn('first', 200);
  memory.learn('second', 210);
  for (let host = 2; host < ROUND_TRIPS_REMEMBERED_MAX; host += 1) memory.learn(`host ${host}`, 30);
  memory.learn('first', 200);
  memory.learn('one more', 30);
  expect(memory.firstProbeMs('first')).toBe(200 + ACK_DELAY_MS_MAX);
  expect(memory.firstProbeMs('second')).toBe(60);
});

test('the median is that of the hosts learned last', () => {
  const memory = new RoundTripMemory();
  for (let host = 0; host < 40; host += 1) memory.learn(`old ${host}`, 150);
  for (let host = 0; host < 16; host += 1) memory.learn(`new ${host}`, 40);
  expect(memory.firstProbeMs('unknown')).toBe(80);
});
