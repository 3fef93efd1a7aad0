import { FreshFlight } from './fresh-flight';
import { FRESH_GROWTH, FRESH_PACKETS, FRESH_ROUND_TRIP_EVERY_MS, FRESH_TOLERANCE_MS } from './parameters';

/** Round trips of so many milliseconds each, with so many bytes on their way; the last of them ends at the time it gives. */
function roundTrips(fresh: FreshFlight, bytes: number, ...each: number[]): number {
  let now = 1000;
  for (const ms of each) {
    now += ms;
    fresh.sent(bytes);
    fresh.acknowledged(ms, true, now);
  }
  return now;
}

test('a few packets may always be on their way, and nothing more until something has arrived', () => {
  const fresh = new FreshFlight();
  expect([fresh.allows(1e6, FRESH_PACKETS - 1), fresh.allows(0, FRESH_PACKETS)]).toEqual([true, false]);
});

test('as long as round trips do not grow, somewhat more may be on its way than was', () => {
  const fresh = new FreshFlight();
  roundTrips(fresh, 10_000, 50, 50, 50);
  expect([fresh.allows(FRESH_GROWTH * 10_000 - 1, 9), fresh.allows(FRESH_GROWTH * 10_000, 9)]).toEqual([true, false]);
});

test('as round trips grow, less and less may be', () => {
  const fresh = new FreshFlight();
  roundTrips(fresh, 10_000, 50, 50, 200);
  const allowed = FRESH_GROWTH * 10_000 * ((50 + FRESH_TOLERANCE_MS) / (200 + FRESH_TOLERANCE_MS));
  expect([fresh.allows(allowed - 1, 9), fresh.allows(allowed + 1, 9)]).toEqual([true, false]);
});

test('what waits in the queue is let run out now and then, and a way that has become longer is believed', () => {
  const fresh = new FreshFlight();
  let now = roundTrips(fresh, 10_000, 50, 50);
  let empties = 0;
  for (const end = now + 4.2 * FRESH_ROUND_TRIP_EVERY_MS; now < end; now += 200) {
    fresh.sent(10_000);
    fresh.acknowledged(200, true, now);
    if (!fresh.allows(1, 9)) empties += 1;
  }
  expect(empties).toBe(4);
  expect(fresh.allows(FRESH_GROWTH * 10_000 - 1, 9)).toBe(true);
});

test('an acknowledgement that tells no round trip changes nothing', () => {
  const fresh = new FreshFlight();
  fresh.sent(10_000);
  fresh.acknowledged(NaN, true, 1000);
  expect(fresh.allows(1, 9)).toBe(false);
});
