import { NATIVE_DATAGRAM_BYTES_DEFAULT as BASE, PROBED_DATAGRAM_BYTES_MAX } from '../../../limits';
import { PART, PING } from '../../../wire/native/frame-types';
import { OPENING_PACKET } from '../../../wire/native/packet';
import {
  acquainted,
  carol,
  bob,
  from,
  framesOf,
  pair,
  pattern,
  sameBytes,
  type Flight,
  type Side,
  type World,
} from '../../../../test/native/private-network';

const MOST = PROBED_DATAGRAM_BYTES_MAX.ipv4;
const PROBES = { datagramBytes: 'probe' } as const;
const bytesOf = ({ datagram }: { datagram: Uint8Array }): number => datagram.length;

/** Two that know each other, of which the one that calls finds out what its way carries. */
function searching(carries: number): ReturnType<typeof acquainted> & { dropped: Flight[] } {
  const both = acquainted({ a: PROBES });
  const dropped: Flight[] = [];
  both.world.loses = (flight) => {
    const lost = flight.datagram.length > carries;
    if (lost) dropped.push(flight);
    return lost;
  };
  return { ...both, dropped };
}

/** Sends so much to Bob, who sends it back; gives how long that took. */
function send(world: World, a: Side, bytes: number): number {
  const args = pattern(bytes);
  const began = world.now;
  const before = a.of('response').length;
  a.call(bob, { args, timeoutMs: 60_000 });
  while (a.of('response').length === before && world.now < began + 60_000) world.advance(5);
  expect(sameBytes(a.of('response').at(-1)!.payload, args)).toBe(true);
  return world.now - began;
}

/** Sends until nothing is left to be found out. */
function search(world: World, a: Side): void {
  for (let sent = 0; sent < 12; sent += 1) send(world, a, 200_000);
}

const sizeOf = (side: Side): number | undefined => side.engine.peers()[0]?.datagramBytes;
const isProbe = (flight: Flight): boolean => {
  const types = framesOf(flight).map(({ type }) => type);
  return flight.datagram.length > BASE && types.every((type) => type === PING);
};

describe('an endpoint that finds out what a way carries', () => {
  test('uses the largest size after one probe, where that arrives', () => {
    const { world, a } = searching(MOST);
    send(world, a, 200_000);
    const sent = world.sent.filter(from(a));
    expect(sent.filter(isProbe)).toHaveLength(1);
    expect(sizeOf(a)).toBe(MOST);
    expect(Math.max(...sent.map(bytesOf))).toBe(MOST);
    const full = sent.filter((flight) => bytesOf(flight) > MOST - 8 && !isProbe(flight));
    expect(full.length).toBeGreaterThan(50);
  });

  test('carries nothing in a probe that anybody waits for, so that its loss costs nothing', () => {
    const { world, a, dropped } = searching(1300);
    search(world, a);
    expect(dropped.length).toBeGreaterThanOrEqual(3);
    expect(dropped.every(isProbe)).toBe(true);
    expect(a.engine.peers()[0]!.retransmitted).toBe(0);
    expect(sizeOf(a)).toBeGreaterThan(1290);
    expect(sizeOf(a)).toBeLessThanOrEqual(1300);
  });

  test('takes the loss of a probe for no full queue: the window is the same without probes', () => {
    const windowOf = (options: typeof PROBES | Record<string, never>): number => {
      const { world, a } = acquainted({ a: { ...options, congestionControl: 'new-reno' } });
      world.loses = ({ datagram }) => datagram.length > BASE;
      send(world, a, 300_000);
      return a.engine.peers()[0]!.windowBytes;
    };
    expect(windowOf(PROBES)).toBeGreaterThanOrEqual(windowOf({}));
  });

  test('sends nothing above the base before its peer is known to hear it', () => {
    const { world, a } = pair({ a: PROBES, b: PROBES });
    a.call(bob, { args: pattern(300_000), timeoutMs: 60_000 });
    world.advance(5000);
    expect(a.of('response')).toHaveLength(1);
    const opening = world.sent.filter(({ datagram }) => datagram[0] === OPENING_PACKET);
    expect(opening.length).toBeGreaterThan(0);
    expect(Math.max(...opening.map(bytesOf))).toBeLessThanOrEqual(BASE);
    const firstLarge = world.sent.filter(from(a)).find((flight) => bytesOf(flight) > BASE)!;
    expect(isProbe(firstLarge)).toBe(true);
  });

  test('does not probe for small calls, which fit any packet', () => {
    const { world, a } = searching(MOST);
    for (let call = 0; call < 50; call += 1) send(world, a, 900);
    expect(Math.max(...world.sent.map(bytesOf))).toBeLessThanOrEqual(BASE);
  });

  test('cuts no part that a packet of the base size would not hold', () => {
    const { world, a } = searching(MOST);
    send(world, a, 200_000);
    const parts = world.sent.filter(from(a)).flatMap(framesOf);
    const sizes = parts.flatMap((frame) => (frame.type === PART ? [frame.bytes.length] : []));
    expect(Math.max(...sizes)).toBeLessThan(BASE);
  });

  test('leaves the other direction to the other side, which has a size of its own', () => {
    const { world, a, b } = searching(MOST);
    send(world, a, 200_000);
    expect(sizeOf(b)).toBe(BASE);
    expect(Math.max(...world.sent.filter(from(b)).map(bytesOf))).toBeLessThanOrEqual(BASE);
  });
});

describe('a way that carries less all of a sudden', () => {
  test('costs a transfer three time-outs at most, and is used at the size that is left', () => {
    const both = searching(MOST);
    const { world, a } = both;
    const usual = send(world, a, 300_000);
    world.loses = ({ datagram }) => datagram.length > 1350;
    const took = send(world, a, 300_000);
    expect(took).toBeLessThan(usual + 1000);
    expect(sizeOf(a)).toBeLessThanOrEqual(1350);
    search(world, a);
    world.sent.length = 0;
    send(world, a, 300_000);
    expect(sizeOf(a)).toBeGreaterThan(1340);
    expect(world.sent.filter(from(a)).filter((flight) => bytesOf(flight) > 1350)).toEqual([]);
  });

  test('loses no call and runs none twice, in the middle of a transfer', () => {
    const both = searching(MOST);
    const { world, a, b } = both;
    send(world, a, 100_000);
    const args = pattern(400_000);
    const call = a.call(bob, { args, timeoutMs: 60_000 });
    world.advance(40);
    world.loses = ({ datagram }) => datagram.length > BASE;
    const runs = b.of('request').length;
    world.advance(30_000);
    expect(a.of('response').filter((output) => output.call === call)).toHaveLength(1);
    expect(b.of('request')).toHaveLength(runs + 1);
    expect(sizeOf(a)).toBe(BASE);
  });

  test('answers a lone call of a few packets, too', () => {
    const { world, a } = searching(MOST);
    send(world, a, 100_000);
    world.loses = ({ datagram }) => datagram.length > BASE;
    expect(send(world, a, 1400)).toBeLessThan(1000);
  });

  test('is told from a way that loses packets of any size: the size is found again', () => {
    const { world, a } = searching(MOST);
    send(world, a, 100_000);
    world.loses = () => world.random.bytes(1)[0]! < 26;
    send(world, a, 500_000);
    world.loses = () => false;
    send(world, a, 100_000);
    expect(sizeOf(a)).toBe(MOST);
  });
});

test('another address is another way, which is searched from the base on', () => {
  const { world, a, b } = searching(MOST);
  send(world, a, 200_000);
  expect(sizeOf(a)).toBe(MOST);
  b.address = carol;
  b.aliases.push(bob);
  world.sent.length = 0;
  b.serve = (request) => b.engine.respond(request, Uint8Array.of(0xc0));
  b.call({ host: '10.0.0.1', port: 1 });
  world.advance(5);
  world.advance(5);
  world.advance(5);
  expect(sizeOf(a)).toBe(BASE);
});

test('nothing is probed where a size was given', () => {
  const { world, a } = acquainted({ a: { datagramBytes: 1300 } });
  send(world, a, 200_000);
  expect(world.sent.filter(isProbe)).toEqual([]);
  expect([sizeOf(a), Math.max(...world.sent.filter(from(a)).map(bytesOf))]).toEqual([1300, expect.any(Number)]);
});
