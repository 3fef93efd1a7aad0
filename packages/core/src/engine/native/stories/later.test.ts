import { LATER } from '../../../wire/native/frames';
import { acquainted, bob, callsIn, carries } from '../../../../test/native/private-network';

describe('a call', () => {
  test('takes two datagrams when it is answered at once, also when nothing follows', () => {
    const { world, a } = acquainted();
    a.call(bob);
    world.advance(60_000);
    expect(world.sent).toHaveLength(2);
    expect(world.sent[1]!.datagram.at(-1)).toBe(LATER);
    expect(a.of('response')).toHaveLength(1);
  });

  test('takes four datagrams when its answer takes longer than an acknowledgement may wait', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob);
    world.advance(100);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    world.advance(60_000);
    expect(world.sent.map((flight) => carries(flight, LATER))).toEqual([false, false, false, false]);
    expect(a.of('response')).toHaveLength(1);
  });

  test('whose answer was lost is sent again by its caller, and answered again', () => {
    const { world, a, b } = acquainted();
    let lost = 0;
    world.loses = (flight) => carries(flight, LATER) && (lost += 1) === 1;
    a.call(bob);
    world.advance(4000);
    expect([lost, a.of('response').length, b.of('request').length]).toEqual([1, 1, 1]);
    expect(callsIn(world.sent)).toHaveLength(3); // A probe is two packets.
    expect(a.engine.peers()[0]!.retransmitted).toBe(1);
  });

  test('whose answer was lost gets it even if its arrival was acknowledged in another way', () => {
    const { world, a, b } = acquainted();
    const slow = a.prepare(bob, { args: Uint8Array.of(0x91, 7) });
    b.serve = (request) => {
      if (request.args[1] !== 7) b.engine.respond(request, Uint8Array.of(1));
    };
    let lost = 0;
    world.loses = (flight) => carries(flight, LATER) && (lost += 1) === 1;
    a.call(bob);
    world.advance(5);
    // Its acknowledgement, alone after 25 ms, tells of the first call too.
    a.engine.call(slow, world.now);
    world.advance(1000);
    expect(lost).toBe(1);
    expect([a.of('response').length, b.of('request').length]).toEqual([1, 2]);
  });

  test('leaves nothing behind at its callee once its deadline has passed', () => {
    const { world, a, b } = acquainted();
    a.call(bob, { args: new Uint8Array(500) });
    world.advance(1000);
    expect(b.engine.peers()[0]).toMatchObject({ requests: 1 });
    expect(b.engine.peers()[0]!.inFlightBytes).toBeGreaterThan(500);
    world.advance(5000);
    expect(b.engine.peers()[0]).toMatchObject({ requests: 0, inFlightBytes: 0 });
    expect(world.sent).toHaveLength(2);
  });

  test('tells its callee the distance, less the time that its answer went unacknowledged', () => {
    const { world, a, b } = acquainted();
    for (let round = 0; round < 5; round += 1) {
      a.call(bob);
      world.advance(500);
    }
    expect(b.engine.peers()[0]!.roundTripMs).toBeCloseTo(20, 0);
    world.advance(5000);
    a.call(bob);
    world.advance(500);
    expect(b.engine.peers()[0]!.roundTripMs).toBeCloseTo(20, 0);
  });
});
