import { ASSOCIATION_IDLE_MS, ASSOCIATION_USABLE_MS, OPENING_PACKET_BYTES_MIN } from '../../../native-limits';
import { CLOSE } from '../../../wire/native/frames';
import { OPENING_PACKET, PLAIN_PACKET } from '../../../wire/native/packet';
import { acquainted, alice, bob, carries, expectIdle, pair } from '../../../../test/native/private-network';

describe('the end of an association', () => {
  test('comes with CLOSE, and ends the calls of the other side', () => {
    const { world, a, b } = acquainted();
    b.serve = () => {};
    a.call(bob);
    world.advance(100);
    b.engine.close(world.now);
    world.advance(100);
    expect(world.sent.some((flight) => carries(flight, CLOSE))).toBe(true);
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE', executed: 'unknown' }]);
    expect(b.of('cancelled')).toHaveLength(1);
    expectIdle({ a, b });
  });

  test('that nobody has answered comes in a packet that is padded like all that open one', () => {
    const { world, a } = pair();
    world.loses = () => true;
    a.call(bob);
    world.advance(100);
    a.engine.close(world.now);
    world.advance(100);
    const last = world.sent.at(-1)!;
    expect([carries(last, CLOSE), last.datagram[0], last.datagram.length]).toEqual([
      true,
      OPENING_PACKET,
      OPENING_PACKET_BYTES_MIN,
    ]);
  });

  test('comes after two minutes without a packet, and two minutes later no timer is left', () => {
    const { world, a, b } = acquainted();
    const quiet = world.sent.length;
    world.advance(2 * ASSOCIATION_IDLE_MS + 1000);
    expect(world.sent).toHaveLength(quiet);
    expect([a.engine.settle(), b.engine.settle()]).toEqual([Infinity, Infinity]);
    a.call(bob);
    world.advance(100);
    expect(world.sent[0]!.datagram[0]).toBe(OPENING_PACKET);
    expect(a.of('response')).toHaveLength(1);
  });

  test('of a peer that is gone leaves no timer behind', () => {
    const { world, a } = acquainted();
    world.loses = () => true;
    const call = a.call(bob);
    world.advance(10_000);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
    expect(world.sent.length).toBeLessThan(40);
    world.advance(2 * ASSOCIATION_IDLE_MS);
    expect(a.engine.settle()).toBe(Infinity);
  });
});

describe('an association that has been quiet', () => {
  test.each([
    [ASSOCIATION_USABLE_MS - 1000, PLAIN_PACKET],
    [ASSOCIATION_USABLE_MS, OPENING_PACKET],
    [ASSOCIATION_IDLE_MS - 1, OPENING_PACKET],
    [ASSOCIATION_IDLE_MS + 1, OPENING_PACKET],
  ])('for %d ms is called with packets of type %d', (quietMs, type) => {
    const { world, a } = pair();
    a.call(bob);
    world.advance(20);
    const { length } = world.sent;
    world.advance(quietMs);
    a.call(bob);
    world.advance(100);
    expect(world.sent[length]!.datagram[0]).toBe(type);
    expect([a.of('response').length, a.of('failure')]).toEqual([2, []]);
  });

  test.each([60_000, 89_990, 90_000, 100_000, 119_980, 120_000, 120_020, 150_000])(
    'for %d ms between calls loses none of them, whichever way they go',
    (everyMs) => {
      const { world, a, b } = pair();
      for (let call = 0; call < 12; call += 1) {
        const caller = call % 3 === 0 ? b : a;
        caller.call(caller === a ? bob : alice);
        world.advance(everyMs + (call % 5));
      }
      expect([a.of('response').length + b.of('response').length, a.of('failure'), b.of('failure')]).toEqual([
        12,
        [],
        [],
      ]);
    },
  );

  test('while one side slept, whose clock jumps, loses no call', () => {
    const { world, a } = acquainted();
    world.advance(80_000);
    // The caller's clock says that more has passed than the callee's: it was suspended.
    world.now += 50_000;
    a.call(bob);
    world.advance(1000);
    expect([a.of('response').length, a.of('failure')]).toEqual([1, []]);
  });
});
