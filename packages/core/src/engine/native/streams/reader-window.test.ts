import {
  STREAM_BYTES,
  STREAM_BYTES_MAX,
  STREAM_ITEMS,
  STREAM_ITEMS_MAX,
  UNREAD_STREAM_BYTES,
  UNREAD_STREAM_ITEMS,
} from '../../../native-limits';
import { ReaderWindow } from './reader-window';

const ROUND_TRIP_MS = 20;

/** The window of a callee or caller, and what is counted of it. */
function opened(isCaller: boolean, mayAllow = true) {
  const home = { counted: 0, allowed: (bytes: number) => void (home.counted += bytes), mayAllow: () => mayAllow };
  const window = new ReaderWindow(isCaller);
  window.open(home);
  return { window, home };
}

test('a callee allows little before its handler reads, and what it allows is counted until it is over', () => {
  const { window, home } = opened(false);
  expect(window.credit).toEqual({ items: UNREAD_STREAM_ITEMS, bytes: UNREAD_STREAM_BYTES });
  expect([window.read(home), window.read(home)]).toEqual([true, false]);
  expect(window.credit).toEqual({ items: STREAM_ITEMS, bytes: STREAM_BYTES });
  expect(home.counted).toBe(STREAM_BYTES);
  window.close(home);
  expect(home.counted).toBe(0);
});

test('a caller has asked for what comes: nobody counts it', () => {
  const { window, home } = opened(true);
  expect(window.credit).toEqual({ items: STREAM_ITEMS, bytes: STREAM_BYTES });
  expect([window.read(home), home.counted]).toEqual([false, 0]);
});

test('whoever takes half of it within two round trips is allowed twice as much, up to a bound', () => {
  const { window, home } = opened(false);
  window.read(home);
  const allowed: number[] = [];
  for (let now = 1000; now < 1000 + 10 * ROUND_TRIP_MS; now += ROUND_TRIP_MS) {
    window.tell(home, ROUND_TRIP_MS, now);
    allowed.push(window.credit.bytes / STREAM_BYTES);
  }
  expect(allowed).toEqual([1, 2, 4, 8, 8, 8, 8, 8, 8, 8]);
  expect(window.credit).toEqual({ items: STREAM_ITEMS_MAX, bytes: STREAM_BYTES_MAX });
  expect(home.counted).toBe(STREAM_BYTES_MAX);
});

test.each([
  ['takes longer', 2 * ROUND_TRIP_MS, ROUND_TRIP_MS, true],
  ['is at a distance that nobody knows', 0, 0, true],
  ['is one of too many', ROUND_TRIP_MS, ROUND_TRIP_MS, false],
])('a reader that %s is allowed what it was', (_who, everyMs, roundTripMs, mayAllow) => {
  const { window, home } = opened(true, mayAllow);
  for (let now = 1000; now <= 1000 + 10 * everyMs; now += Math.max(1, everyMs)) window.tell(home, roundTripMs, now);
  expect(window.credit).toEqual({ items: STREAM_ITEMS, bytes: STREAM_BYTES });
});
