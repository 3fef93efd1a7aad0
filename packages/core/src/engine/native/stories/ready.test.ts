import { ASSOCIATION_IDLE_MS, PROBE_MS_MAX } from '../../../native-limits';
import { HELLO, PING } from '../../../wire/native/frames';
import {
  acquainted,
  bob,
  callsIn,
  carries,
  expectIdle,
  framesOf,
  from,
  pair,
} from '../../../../test/native/private-network';

describe('a call that waits until its peer is ready', () => {
  const WAITING = { waitForReady: true, timeoutMs: 60_000 };

  test('is sent when the peer has answered a PING, and runs once', () => {
    const { world, a, b } = pair();
    a.call(bob, WAITING);
    world.advance(0);
    expect(framesOf(world.sent[0]!).map(({ type }) => type)).toEqual([HELLO, PING]);
    world.advance(100);
    expect([a.of('response').length, b.of('request').length, callsIn(world.sent).length]).toEqual([1, 1, 1]);
  });

  test('is sent at once to a peer that has been heard', () => {
    const { world, a } = acquainted();
    a.call(bob, WAITING);
    world.advance(20);
    expect([a.of('response').length, world.sent.some((flight) => carries(flight, PING))]).toEqual([1, false]);
  });

  test('is answered within three seconds of the start of a server that is late', () => {
    for (const lateMs of [100, 5_000, 30_000]) {
      const { world, a, b } = pair();
      const listening = (): boolean => world.now >= 1000 + lateMs;
      world.loses = ({ to }) => to === bob && !listening();
      a.call(bob, WAITING);
      world.advance(lateMs);
      expect([a.outputs, callsIn(world.sent)]).toEqual([[], []]);
      b.restart();
      world.advance(PROBE_MS_MAX + 50);
      expect([a.of('response').length, b.of('request').length]).toEqual([1, 1]);
    }
  });

  test('that nobody answers ends in silence, and was never sent', () => {
    const { world, a } = pair();
    world.loses = () => true;
    const call = a.prepare(bob, { waitForReady: true, timeoutMs: 2000 });
    const handle = a.engine.call(call, world.now);
    world.advance(1999);
    expect([a.outputs, a.engine.wasSent(handle)]).toEqual([[], false]);
    world.advance(1);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
    expect(callsIn(world.sent)).toEqual([]);
    world.advance(10_000);
    const { length } = world.sent;
    world.advance(3 * ASSOCIATION_IDLE_MS);
    expect([world.sent.length, a.engine.settle()]).toEqual([length, Infinity]);
  });

  test('goes on although the system refuses its PING, unlike one that does not wait', () => {
    const { world, a } = pair();
    world.loses = () => world.sent.length === 1;
    a.call(bob, WAITING);
    const eager = a.call(bob);
    a.drain();
    expect(a.engine.sendRefused(bob, world.now)).toEqual([eager]);
    world.advance(1000);
    expect(a.outputs).toMatchObject([{ kind: 'response', call: { waitForReady: true } }]);
  });

  test('goes on although its PING is reset, by a server that came up meanwhile', () => {
    const { world, a, b } = pair();
    world.loses = from(b);
    a.call(bob, WAITING);
    world.advance(100);
    b.restart();
    world.loses = () => false;
    world.advance(2000);
    expect([a.of('response').length, a.of('failure'), b.of('request').length]).toEqual([1, [], 1]);
  });

  test('may be cancelled, and is heard of no more', () => {
    const { world, a, b } = pair();
    a.engine.cancel(a.engine.call(a.prepare(bob, WAITING), world.now));
    world.advance(1000);
    expect([a.outputs, b.of('request'), callsIn(world.sent)]).toEqual([[], [], []]);
  });
});

describe('a probe', () => {
  test('is over when the peer has shown that it is there, and runs nothing', () => {
    const { world, a, b } = pair();
    const call = a.call(bob, { probe: true });
    world.advance(100);
    expect(a.outputs).toEqual([{ kind: 'sent', call, delivered: true }]);
    expect([b.of('request'), callsIn(world.sent)]).toEqual([[], []]);
    expectIdle({ a, b });
  });

  test('asks a peer that has been heard before, too', () => {
    const { world, a } = acquainted();
    a.call(bob, { probe: true });
    world.advance(0);
    expect([a.outputs.length, carries(world.sent[0]!, PING)]).toEqual([0, true]);
    world.advance(100);
    expect(a.of('sent')).toHaveLength(1);
  });

  test('of a peer that was restarted is answered by the one that is there now', () => {
    const { world, a, b } = acquainted();
    b.restart();
    a.call(bob, { probe: true });
    world.advance(200);
    expect([a.of('sent').length, a.of('failure')]).toEqual([1, []]);
  });

  test('that nobody answers ends in silence', () => {
    const { world, a } = pair();
    world.loses = () => true;
    const call = a.call(bob, { probe: true, timeoutMs: 1000 });
    world.advance(1000);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
  });
});
