import type { Address } from '../../../address';
import { PATH_CHALLENGE, PATH_RESPONSE, PING, type PathFrame } from '../../../wire/native/frames';
import { decodePacket } from '../../../wire/native/packet';
import {
  type World,
  acquainted,
  alice,
  bob,
  callsIn,
  carol,
  carries,
  framesOf,
  from,
  idOf,
  pair,
  pattern,
  plain,
  reasons,
  resets,
  sameBytes,
  type Flight,
} from '../../../../test/native/private-network';

const framesIn = (flights: readonly Flight[], type: PathFrame['type']): PathFrame[] =>
  flights.flatMap(framesOf).filter((frame): frame is PathFrame => frame.type === type);

const numberIn = (datagram: Uint8Array): number[] => {
  const packet = decodePacket(datagram);
  return typeof packet === 'string' || !('number' in packet) ? [] : [packet.number];
};

const sentTo = (world: World, address: Address): number =>
  world.sent.filter(({ to }) => to === address).reduce((sum, { datagram }) => sum + datagram.length, 0);

/** The same host, another port: what a NAT's rebinding looks like. */
const rebound: Address = { host: alice.host, port: 77 };

describe('a peer that moves', () => {
  test('is followed, and gets little until it has repeated what it was challenged with', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    a.call(bob);
    world.advance(0);
    const datagram = world.sent[0]!.datagram;
    // The caller hears nothing there.
    b.engine.receive(datagram, carol, world.now);
    world.advance(3000);
    const challenged = world.sent.filter(({ to }) => to === carol);
    expect(carries(challenged[0]!, PATH_CHALLENGE)).toBe(true);
    expect(sentTo(world, carol)).toBeLessThanOrEqual(3 * datagram.length);
  });

  test('proves its new address with its next packet, and calls go on both ways', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    a.address = carol;
    a.call(bob, { timeoutMs: 10_000 });
    world.advance(10_000);
    expect(a.of('response').map(({ payload }) => sameBytes(payload, pattern(20_000)))).toEqual([true]);
    const [challenge] = framesIn(world.sent, PATH_CHALLENGE);
    expect(framesIn(world.sent, PATH_RESPONSE)[0]!.bytes).toEqual(challenge!.bytes);
    expect(resets(world)).toEqual([]);
    b.call(carol);
    world.advance(1000);
    expect([b.of('response').length, b.engine.peers().length]).toEqual([1, 1]);
  });

  test('in the middle of a reply gets the rest of it at its new address, soon', () => {
    for (const lost of [0, 1, 2, 3]) {
      const { world, a, b } = acquainted();
      b.serve = (request) => b.engine.respond(request, pattern(60_000));
      a.call(bob, { timeoutMs: 60_000 });
      world.advance(25);
      expect(world.sent.filter(from(b)).length).toBeGreaterThan(5);
      // What was on its way to the old address never arrives, nor do the next packets from the new one.
      a.address = carol;
      let seen = 0;
      world.loses = (flight) => flight.from === carol && (seen += 1) <= lost;
      world.advance(5000);
      expect(a.of('response').map(({ payload }) => sameBytes(payload, pattern(60_000)))).toEqual([true]);
    }
  });

  test('is reached there through the handle of its request, and no more where it was', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(100);
    const { via } = b.of('request').at(-1)!.request;
    a.address = carol;
    a.call(bob);
    world.advance(1000);
    b.call(alice, { via });
    world.advance(1000);
    expect(b.of('response')).toHaveLength(1);
    b.call(alice, { timeoutMs: 500 });
    world.advance(1000);
    expect(b.of('silence')).toHaveLength(1);
  });

  test('keeps its round trip and window if the port alone is another, and not if the host is', () => {
    for (const [to, known] of [
      [rebound, true],
      [carol, false],
    ] as const) {
      const { world, a, b } = acquainted();
      for (let call = 0; call < 5; call += 1) {
        a.call(bob);
        world.advance(100);
      }
      expect(b.engine.peers()).toMatchObject([{ roundTripMs: expect.closeTo(20, 0) as number }]);
      a.address = to;
      a.call(bob);
      world.advance(11);
      expect(b.engine.peers()[0]!.roundTripMs !== undefined).toBe(known);
      world.advance(1000);
      expect(b.engine.peers()).toMatchObject([{ address: to, roundTripMs: expect.closeTo(20, 0) as number }]);
    }
  });

  test('to and fro is one association, whose numbers count up by one', () => {
    const { world, a, b } = acquainted();
    for (let call = 0; call < 600; call += 1) {
      a.address = call % 2 === 0 ? carol : alice;
      a.call(bob);
      if (call % 3 === 0) world.advance(11);
    }
    world.advance(5000);
    expect([a.of('response').length, b.engine.peers().length]).toEqual([600, 1]);
    const numbers = world.sent.filter(from(b)).flatMap(({ datagram }) => numberIn(datagram));
    expect(numbers).toEqual(numbers.map((_number, index) => numbers[0]! + index));
  });

  test('to and fro proves both addresses with one challenge for each', () => {
    const { world, a } = acquainted();
    for (let call = 0; call < 20; call += 1) {
      a.address = call % 2 === 0 ? carol : alice;
      a.call(bob);
      world.advance(100);
    }
    expect(a.of('response')).toHaveLength(20);
    expect(framesIn(world.sent, PATH_CHALLENGE)).toHaveLength(2);
  });
});

describe('a packet from another address', () => {
  test('that is older than others moves nothing, and its bytes allow nothing', () => {
    const { world, a, b } = acquainted();
    // The older packet is lost first, and comes late, from elsewhere.
    world.loses = (flight) => callsIn([flight]).some(({ number }) => number === 2);
    a.call(bob, { oneWay: true });
    world.advance(0);
    const late = world.sent[0]!.datagram;
    a.call(bob);
    world.advance(15);
    world.sent.length = 0;
    b.engine.receive(late, carol, world.now);
    b.drain();
    expect(b.of('request')).toHaveLength(2);
    expect([sentTo(world, carol), b.engine.peers()[0]!.address]).toEqual([0, alice]);
  });

  test('that came before moves nothing', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(0);
    const late = world.sent[0]!.datagram;
    world.advance(100);
    world.sent.length = 0;
    b.engine.receive(late, carol, world.now);
    world.advance(1000);
    expect([sentTo(world, carol), reasons(b)]).toEqual([0, ['duplicate-packet']]);
  });

  test('that cannot be decoded whole moves nothing', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    b.engine.receive(plain(idOf(world, b), 5000, PING, 0x7f), carol, world.now);
    b.drain();
    expect([reasons(b), b.engine.peers()[0]!.address]).toEqual([['malformed-packet'], alice]);
  });
});

describe('an address that was dialled', () => {
  const wildcard: Address = { host: '10.0.0.22', port: 2 };

  test('and another that answers are one association, for all calls to either', () => {
    const { world, a, b } = pair();
    b.aliases.push(wildcard);
    for (let call = 0; call < 50; call += 1) {
      a.call(wildcard);
      world.advance(30);
    }
    a.call(bob);
    world.advance(100);
    expect(a.of('response')).toHaveLength(51);
    expect([a.engine.peers().length, b.engine.peers().length]).toEqual([1, 1]);
    expect(a.engine.peers()[0]!.address).toEqual(bob);
  });

  test('is challenged where it answers before it is sent more than it may', () => {
    const { world, a, b } = pair();
    b.aliases.push(wildcard);
    a.call(wildcard, { args: pattern(50_000), timeoutMs: 20_000 });
    world.advance(20_000);
    expect(a.of('response')).toHaveLength(1);
    expect(world.sent.filter(from(a)).some((flight) => carries(flight, PATH_CHALLENGE))).toBe(true);
  });
});
