import { decodePacket } from '../../../wire/native/packet';
import {
  alice,
  bob,
  carol,
  expectIdle,
  from,
  pair,
  pattern,
  reasons,
  sameBytes,
  type Flight,
} from '../../../../test/native/private-network';

const NEAR = { firstPacketNumber: 2 ** 32 - 20 };

const lowNumbers = (flights: readonly Flight[]): number[] =>
  flights.flatMap(({ datagram }) => {
    const packet = decodePacket(datagram);
    return typeof packet === 'string' || !('number' in packet) ? [] : [packet.number];
  });

describe('packet numbers beyond 2^32', () => {
  test.each([
    ['both sides', { a: NEAR, b: NEAR }],
    ['the caller', { a: NEAR }],
    ['the callee', { b: NEAR }],
  ])('of %s are numbers like all others', (_whose, options) => {
    const { world, a, b } = pair(options);
    a.call(bob);
    world.advance(100); // Then alice has proved where she is, and calls to her go over the association that she opened.
    for (let call = 1; call < 200; call += 1) {
      a.call(bob);
      world.advance(15);
      b.call(alice);
      world.advance(30);
    }
    expect([a.of('response').length, b.of('response').length]).toEqual([200, 199]);
    expect([a.engine.peers()[0]!.retransmitted, a.engine.peers()[0]!.duplicates, reasons(a), reasons(b)]).toEqual([
      0,
      0,
      [],
      [],
    ]);
    expect(a.engine.peers()[0]!.roundTripMs).toBeCloseTo(20, 0);
    for (const side of [a, b]) {
      const low = lowNumbers(world.sent.filter(from(side)));
      const first = side.options.firstPacketNumber ?? 0;
      expect(low).toEqual(low.map((_number, index) => (first + index) % 2 ** 32));
    }
  });

  test('come through loss and reordering, and what is large', () => {
    const { world, a, b } = pair({ a: NEAR, b: NEAR });
    world.copies = 2;
    world.loses = () => world.random.bytes(1)[0]! < 60;
    for (let call = 0; call < 40; call += 1) {
      world.latencyMs = 5 + ((call * 7) % 20);
      a.call(bob, { args: pattern(10 + call * 200), timeoutMs: 60_000 });
      world.advance(13);
    }
    world.advance(60_000);
    expect([a.of('response').length, b.of('request').length]).toEqual([40, 40]);
    for (const { call, payload } of a.of('response')) expect(sameBytes(payload, call.args)).toBe(true);
    expectIdle({ a, b });
    expect([a.engine.peers()[0]!.inFlightBytes, b.engine.peers()[0]!.inFlightBytes]).toEqual([0, 0]);
  });

  test('move with their peer', () => {
    const { world, a, b } = pair({ a: NEAR, b: NEAR });
    for (let call = 0; call < 60; call += 1) {
      a.address = call % 2 === 0 ? carol : alice;
      a.call(bob);
      world.advance(30);
    }
    expect([a.of('response').length, b.engine.peers().length]).toEqual([60, 1]);
  });
});
