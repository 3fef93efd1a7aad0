import { FIRST_PROBE_MS_MAX, PROBE_MS_MAX } from '../../../native-limits';
import { CALL, HELLO } from '../../../wire/native/frames';
import { OPENING_PACKET, PLAIN_PACKET } from '../../../wire/native/packet';
import {
  acquainted,
  alice,
  bob,
  callsIn,
  expectIdle,
  framesOf,
  from,
  pair,
  reasons,
  resets,
  type Kind,
} from '../../../../test/native/private-network';

describe('a call', () => {
  test('goes out with the first datagram, and one round trip brings the answer', () => {
    const { world, a } = pair();
    const call = a.call(bob, { metadata: Uint8Array.of(0x80) });
    world.advance(0);
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]!.datagram[0]).toBe(OPENING_PACKET);
    expect(framesOf(world.sent[0]!)).toMatchObject([
      { type: HELLO, ageMs: 0 },
      { type: CALL, number: 0, deadlineMs: 5000, metadata: Uint8Array.of(0x80), args: call.args },
    ]);
    world.advance(20);
    expect(a.outputs).toEqual([{ kind: 'response', call, handle: undefined, payload: call.args }]);
  });

  test('travels in plain packets as soon as both know the ids', () => {
    const { world, a } = acquainted();
    a.call(bob);
    world.advance(500);
    expect(a.of('response')).toHaveLength(1);
    expect(new Set(world.sent.map(({ datagram }) => datagram[0]))).toEqual(new Set([PLAIN_PACKET]));
  });

  test('arrives with its method, delivery, metadata and deadline', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob, { delivery: 'idempotent', metadata: Uint8Array.of(0x80), timeoutMs: 300 });
    world.advance(10);
    const [{ request }] = b.of('request') as [Kind<'request'>];
    expect(request).toMatchObject({
      from: alice,
      method: a.engine.wireMethod(Uint8Array.of(0x61), Uint8Array.of(0x62)).key,
      delivery: 'idempotent',
      oneWay: false,
      deadlineFromCaller: true,
      deadline: world.now + 300,
      metadata: Uint8Array.of(0x80),
    });
  });

  test('shares a datagram with the others of its turn', () => {
    const { world, a } = acquainted();
    for (let call = 0; call < 10; call += 1) a.call(bob);
    world.advance(10);
    expect(world.sent.filter(from(a))).toHaveLength(1);
    expect(callsIn(world.sent)).toHaveLength(10);
    world.advance(100);
    expect(a.of('response')).toHaveLength(10);
  });

  test('that is lost is sent again after a third of a second, and runs once', () => {
    const { world, a, b } = pair();
    world.loses = () => world.sent.length === 1;
    a.call(bob);
    world.advance(FIRST_PROBE_MS_MAX - 1);
    expect(world.sent).toHaveLength(1);
    world.advance(22);
    expect(a.of('response')).toHaveLength(1);
    expect(b.of('request')).toHaveLength(1);
  });

  test('whose reply is lost gets it again from memory, and runs once', () => {
    const { world, a, b } = acquainted();
    world.loses = (flight) => from(b)(flight) && world.sent.filter(from(b)).length === 1;
    a.call(bob);
    world.advance(2000);
    expect(a.of('response')).toHaveLength(1);
    expect(b.of('request')).toHaveLength(1);
    expectIdle({ a, b });
  });

  test('whose packets all come three times runs once and is answered once', () => {
    const { world, a, b } = pair();
    world.copies = 3;
    for (let call = 0; call < 5; call += 1) {
      a.call(bob);
      world.advance(200);
    }
    expect([a.of('response').length, b.of('request').length]).toEqual([5, 5]);
    expect(reasons(b)).toContain('duplicate-packet');
    expect(resets(world)).toEqual([]);
  });

  test('runs once on a network that loses a third of all datagrams, and is answered', () => {
    const { world, a, b } = pair();
    world.copies = 2;
    world.loses = () => world.random.bytes(1)[0]! < 85;
    for (let call = 0; call < 200; call += 1) {
      a.call(bob, { timeoutMs: 20_000, args: Uint8Array.of(call) });
      world.advance(7);
    }
    world.advance(20_000);
    expect(b.of('request')).toHaveLength(200);
    expect(a.of('response')).toHaveLength(200);
    for (const { call, payload } of a.of('response')) expect(payload).toEqual(call.args);
    expectIdle({ a, b });
  });

  test('that nobody answers ends in silence at its deadline, on both sides', () => {
    const { world, a, b } = acquainted();
    b.serve = () => {};
    const call = a.call(bob, { timeoutMs: 300 });
    world.advance(299);
    expect([a.outputs, b.engine.unansweredRequests]).toEqual([[], 1]);
    world.advance(12);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
    expect(b.of('cancelled').map(({ request }) => request)).toEqual(b.of('request').map(({ request }) => request));
    expectIdle({ a, b });
  });

  test('that is cancelled aborts the handler over there, and is heard of no more', () => {
    const { world, a, b } = acquainted();
    b.serve = () => {};
    const handle = a.engine.call(a.prepare(bob, {}), world.now);
    world.advance(20);
    a.engine.cancel(handle);
    a.engine.cancel(handle);
    world.advance(20);
    expect(b.of('cancelled')).toHaveLength(1);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    b.engine.refuse(b.of('request')[0]!.request, { code: 'INTERNAL', message: '', executed: 'yes' });
    world.advance(1000);
    expect(a.outputs).toEqual([]);
    expectIdle({ a, b });
  });

  test('that is cancelled before it went out is never sent', () => {
    const { world, a, b } = acquainted();
    a.engine.cancel(a.engine.call(a.prepare(bob, {}), world.now));
    world.advance(1000);
    expect([world.sent, b.outputs]).toEqual([[], []]);
  });

  test('that was cancelled while it was lost does not run when it comes after all', () => {
    const { world, a, b } = acquainted();
    world.loses = () => true;
    const handle = a.engine.call(a.prepare(bob, {}), world.now);
    world.advance(1);
    world.loses = () => false;
    a.engine.cancel(handle);
    world.advance(100);
    b.engine.receive(world.sent[0]!.datagram, alice, world.now);
    world.advance(3000);
    expect(b.of('request')).toEqual([]);
    expectIdle({ a, b });
  });

  test('with the longest timeout there is says at most what the wire can say', () => {
    const { world, a, b } = pair();
    a.call(bob, { timeoutMs: 2_147_483_647 });
    world.advance(100);
    expect(callsIn(world.sent)).toMatchObject([{ deadlineMs: 2 ** 30 - 1 }]);
    expect([a.of('response').length, reasons(b)]).toEqual([1, []]);
  });

  test('is held back by none that is made the other way', () => {
    const { world, a, b } = pair();
    a.call(bob);
    b.call(alice);
    world.advance(1000);
    a.call(bob);
    b.call(alice);
    world.advance(1000);
    expect([a.of('response').length, b.of('response').length]).toEqual([2, 2]);
    expectIdle({ a, b });
  });
});

describe('after an outage', () => {
  test.each([2_000, 16_000, 110_000])('of %d ms a call that waits is answered within three seconds', (outageMs) => {
    const { world, a } = acquainted();
    world.loses = () => true;
    a.call(bob, { timeoutMs: 600_000 });
    world.advance(outageMs);
    world.loses = () => false;
    world.advance(PROBE_MS_MAX + 20);
    expect(a.of('response')).toHaveLength(1);
  });

  test('that began before anything was heard it is no later', () => {
    const { world, a } = pair();
    world.loses = () => true;
    a.call(bob, { timeoutMs: 600_000 });
    world.advance(60_000);
    // At most one datagram in three seconds, once three probes went unanswered.
    expect(world.sent.length).toBeLessThan(30);
    world.loses = () => false;
    world.advance(PROBE_MS_MAX + 20);
    expect(a.of('response')).toHaveLength(1);
  });
});
