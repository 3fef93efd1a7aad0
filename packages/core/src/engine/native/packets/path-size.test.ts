import fc from 'fast-check';
import {
  FULL_PACKETS_LOST_IN_ROW_MAX,
  NATIVE_DATAGRAM_BYTES_DEFAULT as BASE,
  PATH_SIZE_RAISE_MS,
  PATH_SIZE_STEP_BYTES,
  PROBED_DATAGRAM_BYTES_MAX,
  SIZE_PROBES_MAX,
} from '../../../limits';
import { must } from '../../../../test/native/transmission-end';
import { PathSize } from './path-size';

const HOST = '10.0.0.1';
const MOST = PROBED_DATAGRAM_BYTES_MAX.ipv4;

/** A path that carries no more than so many bytes, and the packets that go over it one after the other. */
class Way {
  readonly size = new PathSize(HOST);
  now = 0;
  sent = 0;
  readonly probes: number[] = [];

  constructor(public carries: number) {}

  /** Sends a packet; gives whether it arrived. */
  packet(bytes = this.size.bytes, arrives = bytes <= this.carries): boolean {
    const packet = { number: this.sent++, bytes };
    if (arrives) this.size.arrived(packet, this.now);
    else must(!this.size.lost(packet, this.now));
    return arrives;
  }

  /** Sends a probe if one is wanted; gives its size. */
  probe(arrives = (bytes: number) => bytes <= this.carries): number | undefined {
    const bytes = this.size.probeBytesAt(this.now);
    if (bytes === undefined) return undefined;
    const packet = { number: this.sent++, bytes };
    this.size.probed(packet, this.now);
    this.probes.push(bytes);
    must(this.size.probeBytesAt(this.now) === undefined);
    if (arrives(bytes)) this.size.arrived(packet, this.now);
    else must(this.size.lost(packet, this.now));
    return bytes;
  }

  /** Sends probes until none is wanted. */
  search(): number {
    while (this.probe() !== undefined) this.now += 10;
    return this.size.bytes;
  }

  loseInRow(count = FULL_PACKETS_LOST_IN_ROW_MAX, bytes = this.size.bytes): void {
    for (let lost = 0; lost < count; lost += 1) this.packet(bytes, false);
  }
}

function searched(carries: number): Way {
  const way = new Way(carries);
  way.search();
  return way;
}

describe('the search', () => {
  test('begins with what every path carries, and takes one probe where the path carries the most', () => {
    const way = new Way(9000);
    expect(way.size.bytes).toBe(BASE);
    expect(way.search()).toBe(MOST);
    expect(way.probes).toEqual([MOST]);
  });

  test('goes less far over IPv6, whose header is larger', () => {
    expect(new PathSize('fd00::1').probeBytesAt(0)).toBe(PROBED_DATAGRAM_BYTES_MAX.ipv6);
  });

  test('gives a size up after three lost probes, and not before', () => {
    const way = new Way(1400);
    way.search();
    expect(way.probes.slice(0, SIZE_PROBES_MAX + 1)).toEqual([MOST, MOST, MOST, expect.any(Number)]);
    expect(way.probes[SIZE_PROBES_MAX]).toBeLessThan(MOST);
    const lossy = new Way(9000);
    for (let lost = 1; lost < SIZE_PROBES_MAX; lost += 1) lossy.probe(() => false);
    expect([lossy.probe(), lossy.size.bytes]).toEqual([MOST, MOST]);
  });

  test('finds what a path carries but for a step, with few probes and none that is larger than the most', () => {
    fc.assert(
      fc.property(fc.integer({ min: BASE, max: 2000 }), (carries) => {
        const way = searched(carries);
        const most = Math.min(carries, MOST);
        expect(way.size.bytes).toBeLessThanOrEqual(most);
        expect(way.size.bytes).toBeGreaterThan(most - PATH_SIZE_STEP_BYTES);
        expect(Math.max(...way.probes)).toBeLessThanOrEqual(MOST);
        expect(way.probes.length).toBeLessThanOrEqual(SIZE_PROBES_MAX * 7);
      }),
    );
  });

  test('begins again after ten minutes, in case the path carries more by then', () => {
    const way = searched(1400);
    const ended = way.now;
    way.carries = 9000;
    way.now = ended + PATH_SIZE_RAISE_MS - 20;
    expect(way.probe()).toBeUndefined();
    way.now += 20;
    expect(way.search()).toBe(MOST);
    way.now += 2 * PATH_SIZE_RAISE_MS;
    expect(way.probe()).toBeUndefined();
  });

  test('that begins again in vain keeps what was found, and waits as long again', () => {
    const way = searched(1400);
    const before = way.size.bytes;
    way.now += PATH_SIZE_RAISE_MS;
    expect(way.search()).toBe(before);
    way.now += PATH_SIZE_RAISE_MS - 20;
    expect(way.probe()).toBeUndefined();
  });

  test('goes on where nobody heard what became of a probe', () => {
    const way = new Way(9000);
    way.size.probed({ number: 0, bytes: MOST }, 0);
    way.size.forgotten({ number: 5 });
    expect(way.size.probeBytesAt(0)).toBeUndefined();
    way.size.forgotten({ number: 0 });
    expect(way.search()).toBe(MOST);
  });
});

describe('a black hole', () => {
  test('is left as soon as full packets are lost in a row, and the size before is tried first', () => {
    const way = searched(9000);
    way.carries = 1300;
    way.loseInRow(FULL_PACKETS_LOST_IN_ROW_MAX - 1);
    expect(way.size.bytes).toBe(MOST);
    way.loseInRow(1);
    expect([way.size.bytes, way.size.probeBytesAt(way.now)]).toEqual([BASE, MOST]);
    way.search();
    expect(way.size.bytes).toBeLessThanOrEqual(1300);
    expect(way.size.bytes).toBeGreaterThan(1300 - PATH_SIZE_STEP_BYTES);
  });

  test('that was none costs one probe', () => {
    const way = searched(1400);
    const [before, probes] = [way.size.bytes, way.probes.length];
    way.loseInRow();
    expect(way.size.bytes).toBe(BASE);
    expect(way.search()).toBe(before);
    expect(way.probes).toHaveLength(probes + 1);
  });

  test('is not seen where packets of the size arrive in between, however many are lost', () => {
    const way = searched(9000);
    for (let round = 0; round < 20; round += 1) {
      way.loseInRow(FULL_PACKETS_LOST_IN_ROW_MAX - 1);
      way.packet();
    }
    expect(way.size.bytes).toBe(MOST);
  });

  test('is seen where only smaller packets arrive in between', () => {
    const way = searched(9000);
    for (let round = 0; round < FULL_PACKETS_LOST_IN_ROW_MAX; round += 1) {
      way.loseInRow(1);
      way.packet(BASE, true);
      way.packet(1350, true);
    }
    expect(way.size.bytes).toBe(BASE);
  });

  test('is not seen in packets that every path carries', () => {
    const way = searched(9000);
    way.loseInRow(50, BASE);
    expect(way.size.bytes).toBe(MOST);
  });

  test('is not seen in what was sent before a full packet that arrived, though its loss is known later', () => {
    const { size } = searched(9000);
    for (let number = 100; number < 110; number += 1) size.arrived({ number, bytes: MOST }, 0);
    for (let number = 50; number < 100; number += 1) size.lost({ number, bytes: MOST }, 0);
    expect(size.bytes).toBe(MOST);
  });

  test('is not seen twice in packets of one flight', () => {
    const way = searched(9000);
    const flight = Array.from({ length: 30 }, () => ({ number: way.sent++, bytes: MOST }));
    for (const packet of flight.slice(0, 10)) way.size.lost(packet, 0);
    expect(way.search()).toBe(MOST);
    for (const packet of flight.slice(10)) way.size.lost(packet, 0);
    expect(way.size.bytes).toBe(MOST);
  });
});

describe('another path', () => {
  test('is searched from the base on', () => {
    const way = searched(9000);
    way.size.startAnew('fd00::1');
    expect([way.size.bytes, way.size.probeBytesAt(0)]).toEqual([BASE, PROBED_DATAGRAM_BYTES_MAX.ipv6]);
  });

  test.each([true, false])('learns nothing of a probe that went the way before: it arrived, %s', (arrives) => {
    const size = new PathSize(HOST);
    const probe = { number: 0, bytes: MOST };
    size.probed(probe, 0);
    size.startAnew('10.0.0.2');
    // Its loss is no sign of a full queue either.
    if (arrives) size.arrived(probe, 0);
    else must(size.lost(probe, 0));
    expect([size.bytes, size.probeBytesAt(0)]).toEqual([BASE, MOST]);
  });
});

test('whatever is lost, the size that is used was acknowledged, or is that of every path', () => {
  const event = fc.record({ kind: fc.constantFrom('probe', 'packet', 'small', 'wait', 'move'), arrives: fc.boolean() });
  const steps: Record<string, (way: Way, arrives: boolean) => unknown> = {
    packet: (way, arrives) => way.packet(way.size.bytes, arrives),
    small: (way, arrives) => way.packet(400, arrives),
    wait: (way) => (way.now += PATH_SIZE_RAISE_MS),
    move: (way) => way.size.startAnew(HOST),
  };
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const way = new Way(9000);
      const acknowledged = new Set([BASE]);
      for (const { kind, arrives } of events) {
        const probed = kind === 'probe' ? way.probe(() => arrives) : undefined;
        if (probed !== undefined && arrives) acknowledged.add(probed);
        steps[kind]?.(way, arrives);
        expect(acknowledged).toContain(way.size.bytes);
        expect(way.size.probeBytesAt(way.now) ?? MOST).toBeGreaterThanOrEqual(way.size.bytes);
      }
    }),
  );
});
