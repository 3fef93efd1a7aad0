import { packetOf } from '../../../../test/native/congested-way';
import { RoundTrip } from '../packets/round-trip';
import { Flight } from './flight';
import { NewReno } from './new-reno';

const DATAGRAM_BYTES = 1200;

/** A window, and packets that take no time. */
class Bench {
  readonly flight = new Flight();
  readonly window: NewReno;
  #number = 0;

  constructor(datagramBytes = DATAGRAM_BYTES, windowBytesMax = 1_000_000) {
    const random = (length: number): Uint8Array => new Uint8Array(length);
    const { flight } = this;
    this.window = new NewReno({ flight, roundTrip: new RoundTrip(), datagramBytes, windowBytesMax, random });
  }

  /** Packets go out at a moment, use the window up, and arrive. */
  arrive(sentAt: number, count = 1, used = true): void {
    const packets = Array.from({ length: count }, () => packetOf(this.#number++, sentAt));
    for (const packet of packets) this.flight.sent(packet);
    if (used) this.flight.windowIsUsed();
    for (const packet of packets) this.flight.arrived(packet, sentAt + 1);
    this.flight.ackTaken(0);
    this.window.acknowledged();
    this.flight.sample.clear();
  }

  lose(sentAt: number, now: number): void {
    this.window.lost(packetOf(this.#number++, sentAt), now);
  }
}

test.each([
  [1200, 12_000],
  [4000, 14_720],
  [9000, 18_000],
])('with datagrams of %i bytes it begins with %i', (bytes, windowBytes) => {
  expect(new Bench(bytes).window.windowBytes).toBe(windowBytes);
});

test('in slow start it grows by what arrives, up to its largest', () => {
  const bench = new Bench(DATAGRAM_BYTES, 20_000);
  bench.arrive(1, 3);
  expect(bench.window.windowBytes).toBe(12_000 + 3 * DATAGRAM_BYTES);
  bench.arrive(2, 10);
  expect(bench.window.windowBytes).toBe(20_000);
});

test('it does not grow while it is not used up', () => {
  const bench = new Bench();
  bench.arrive(1, 1, false);
  expect(bench.window.windowBytes).toBe(12_000);
});

test('it halves once for all packets that were lost together, and again for a later one', () => {
  const bench = new Bench();
  bench.lose(1, 10);
  bench.lose(2, 11);
  bench.lose(10, 12);
  expect(bench.window.windowBytes).toBe(6000);
  bench.lose(11, 20);
  expect(bench.window.windowBytes).toBe(3000);
});

test('after a loss it grows by one datagram a window, for packets that were sent since', () => {
  const bench = new Bench();
  bench.lose(1, 10);
  bench.arrive(9);
  expect(bench.window.windowBytes).toBe(6000);
  for (let packet = 0; packet < 5; packet += 1) bench.arrive(11);
  expect(bench.window.windowBytes).toBeGreaterThan(6900);
  expect(bench.window.windowBytes).toBeLessThan(7200);
});

test('it never halves below two datagrams', () => {
  const bench = new Bench();
  for (let loss = 1; loss < 20; loss += 1) bench.lose(2 * loss, 2 * loss + 1);
  expect(bench.window.windowBytes).toBe(2 * DATAGRAM_BYTES);
});

test('it collapses to the least, and a loss after that halves it no more', () => {
  const bench = new Bench();
  bench.window.collapse();
  expect(bench.window.windowBytes).toBe(2 * DATAGRAM_BYTES);
  bench.lose(1, 2);
  expect(bench.window.windowBytes).toBe(2 * DATAGRAM_BYTES);
});
