import fc from 'fast-check';
import { CongestedWay, type WayOptions } from '../../../../test/native/congested-way';
import { LEAST_WINDOW_DATAGRAMS } from '../../../native-limits';
import type { CongestionControl } from './controller';
import { BBR_LEAST_DATAGRAMS } from './parameters';

const CONTROLS = ['new-reno', 'cubic', 'bbr'] as const;

/** 20 Mbit/s, in bytes a millisecond. */
const SLOW = 2500;

const wayOf = (control: CongestionControl, options: Partial<WayOptions> = {}): CongestedWay =>
  new CongestedWay({ control, ...options });

describe.each(CONTROLS)('%s', (control) => {
  test('doubles its window with each round trip at first', () => {
    const way = wayOf(control, { rate: 1e6 });
    const windows = Array.from({ length: 4 }, () => {
      way.run(51);
      return way.congestion.windowBytes;
    });
    for (const [round, bytes] of windows.entries()) expect(bytes / (12_000 * 2 ** round)).toBeGreaterThan(0.9);
  });

  test('uses up a link that loses nothing but what does not fit its queue', () => {
    const way = wayOf(control);
    way.run(3000);
    expect(way.rateOver(5000)).toBeGreaterThan(0.85 * 12_500);
  });

  test('uses up a link on which packets overtake each other, for those that were no losses are taken back', () => {
    const way = wayOf(control, { overtaken: 0.001, roundTripMs: 20 });
    way.run(3000);
    expect(way.rateOver(5000)).toBeGreaterThan(0.85 * 12_500);
  });

  test('does not grow a window that is not used', () => {
    const way = wayOf(control, { rate: 1e6 });
    // A packet every half of a millisecond is a hundred in a round trip.
    way.run(10_000, 1);
    expect(way.congestion.windowBytes).toBeLessThan(5 * 100 * 1200);
    expect(way.lostPackets).toBe(0);
  });

  test('keeps what it has while little is sent, and uses it at once when there is more', () => {
    const way = wayOf(control);
    way.run(3000);
    const before = way.congestion.windowBytes;
    way.run(4000, 1);
    expect(way.congestion.windowBytes).toBeGreaterThan(0.4 * before);
    way.run(300);
    expect(way.rateOver(1000)).toBeGreaterThan(0.7 * 12_500);
  });

  test('is not there for a peer to which single packets go, and holds back what is more', () => {
    const way = wayOf(control);
    for (let packet = 0; packet < 20; packet += 1) {
      way.send(1);
      way.run(60, 0);
    }
    expect(way.congestion.isControlled).toBe(false);
    expect(way.send()).toBe(10);
    expect([way.congestion.isControlled, way.congestion.isOpen, way.congestion.inFlightBytes]).toEqual([
      true,
      false,
      12_000,
    ]);
  });

  test('falls to its least when nothing comes back through several probes, and comes back', () => {
    const way = wayOf(control);
    way.run(2000);
    way.congestion.collapse(way.now);
    const least = (control === 'bbr' ? BBR_LEAST_DATAGRAMS : LEAST_WINDOW_DATAGRAMS) * 1200;
    expect(way.congestion.windowBytes).toBe(least);
    way.run(20_000);
    expect(way.rateOver(1000)).toBeGreaterThan(0.7 * 12_500);
  });

  test('starts anew where the path leads elsewhere, and hears nothing of what was sent before', () => {
    const way = wayOf(control, { loss: 0.3 });
    way.run(500);
    way.congestion.startAnew(way.now);
    expect(way.congestion.windowBytes).toBe(12_000);
    way.run(45, 0);
    expect(way.congestion.windowBytes).toBe(12_000);
  });

  test('stays within its bounds, and counts what is on its way, whatever happens', () => {
    const ways = fc.record({
      rate: fc.integer({ min: 10, max: 100_000 }),
      roundTripMs: fc.integer({ min: 1, max: 300 }),
      queueBytesMax: fc.integer({ min: 0, max: 1_000_000 }),
      loss: fc.constantFrom(0, 0.01, 0.1, 0.5, 1),
      seed: fc.nat(),
      pauses: fc.array(fc.constantFrom(0, 1, 3, Infinity), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(ways, ({ pauses, ...options }) => {
        const way = wayOf(control, { ...options, windowBytesMax: 500_000 });
        for (const packetsPerMs of [Infinity, ...pauses]) {
          way.run(200, packetsPerMs);
          expect(way.congestion.windowBytes).toBeGreaterThanOrEqual(2 * 1200);
          expect(way.congestion.windowBytes).toBeLessThanOrEqual(500_000);
          expect(way.congestion.inFlightBytes).toBeLessThanOrEqual(500_000);
        }
        way.run(way.queuedMsMax + 600, 0);
        expect(way.congestion.inFlightBytes).toBe(0);
      }),
      { numRuns: 1500 },
    );
  });
});

test.each([
  [0.01, 0.7],
  [0.03, 0.7],
])('BBR uses a link that loses a share of %d whatever is sent, where Reno cannot', (loss, least) => {
  const share = (control: CongestionControl): number => {
    const way = wayOf(control, { loss });
    way.run(3000);
    return way.rateOver(10_000) / 12_500;
  };
  expect(share('bbr')).toBeGreaterThan(least);
  expect(share('new-reno')).toBeLessThan(0.1);
});

test('BBR leaves a deep queue nearly empty, where Reno fills it', () => {
  const queued = (control: CongestionControl): number => {
    const way = wayOf(control, { rate: SLOW, queueBytesMax: 2_000_000 });
    way.run(4000);
    way.queuedMsMax = 0;
    way.run(10_000);
    return way.queuedMsMax;
  };
  expect(queued('bbr')).toBeLessThan(60);
  expect(queued('new-reno')).toBeGreaterThan(300);
});

/** How long packets waited before the bottleneck in each hundredth of a second, the shortest first. */
function queuesOf(way: CongestedWay): number[] {
  way.run(3000);
  const queues = Array.from({ length: 1000 }, () => {
    way.queuedMsMax = 0;
    way.run(10);
    return way.queuedMsMax;
  });
  return queues.sort((one, other) => one - other);
}

test('a probe of BBR for bandwidth ends when the queue shows that it builds', () => {
  expect(queuesOf(wayOf('bbr')).at(-1)).toBeLessThan(30);
});

test.each([1, 2, 3])(
  'BBR lets no queue stand where acknowledgements come in bunches, though bandwidth looks like more than it is (seed %i)',
  (seed) => {
    const way = wayOf('bbr', { bunchMs: 10, seed });
    const queues = queuesOf(way);
    expect(queues[500]).toBeLessThan(3);
    expect(queues[900]).toBeLessThan(35);
    expect(way.rateOver(5000)).toBeGreaterThan(0.9 * 12_500);
  },
);

test('BBR looks for the round trip without a queue every few seconds', () => {
  const way = wayOf('bbr', { rate: SLOW });
  way.run(4000);
  const windows: number[] = [];
  for (let step = 0; step < 1200; step += 1) {
    way.run(10);
    windows.push(way.congestion.windowBytes);
  }
  const full = Math.max(...windows);
  const probes = windows.filter((bytes, step) => bytes < 0.4 * full && windows[step - 1]! >= 0.4 * full);
  expect(probes.length).toBeGreaterThanOrEqual(1);
  expect(probes.length).toBeLessThanOrEqual(3);
});

test('CUBIC leaves its start before the queue is full, as round trips grow longer', () => {
  const cubic = wayOf('cubic', { rate: SLOW, queueBytesMax: 1_000_000 });
  const reno = wayOf('new-reno', { rate: SLOW, queueBytesMax: 1_000_000 });
  for (const way of [cubic, reno]) way.run(2000);
  expect(reno.lostPackets).toBeGreaterThan(300);
  expect(cubic.lostPackets).toBeLessThan(reno.lostPackets / 10);
});

test('CUBIC comes back to where it lost, slows down there, and goes on faster after it', () => {
  const way = wayOf('cubic', { rate: 1e5, roundTripMs: 20 });
  while (way.congestion.windowBytes < 500_000) way.run(20);
  way.congestion.lost({ ...lostPacketOf(way), bytes: 0 }, way.now);
  const plateau = way.congestion.windowBytes / 0.7;
  const windows: number[] = [];
  for (let second = 0; second < 24; second += 1) {
    way.run(500);
    windows.push(way.congestion.windowBytes);
  }
  const growth = windows.map((bytes, index) => bytes - (windows[index - 1] ?? 0.7 * plateau));
  const slowest = growth.indexOf(Math.min(...growth));
  expect(Math.abs(windows[slowest]! - plateau) / plateau).toBeLessThan(0.1);
  expect(growth[0]!).toBeGreaterThan(2 * growth[slowest]!);
  expect(growth.at(-1)!).toBeGreaterThan(2 * growth[slowest]!);
});

function lostPacketOf(way: CongestedWay): Parameters<CongestedWay['congestion']['lost']>[0] {
  const record = { deliveredBytes: 0, deliveredAt: 0, firstSentAt: 0, lostBytes: 0, inFlightBytes: 0 };
  return { number: 1e6, sentAt: way.now, bytes: 1200, ...record, applicationLimited: false };
}
