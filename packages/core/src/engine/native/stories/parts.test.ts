import { RpcError } from '../../../errors';
import { METADATA_BYTES_MAX } from '../../../limits';
import { PART } from '../../../wire/native/frames';
import {
  acquainted,
  bob,
  callsIn,
  expectIdle,
  framesOf,
  from,
  pair,
  pattern,
  sameBytes,
} from '../../../../test/native/private-network';

describe('a message of any size', () => {
  test('travels there and back in parts', () => {
    const { world, a, b } = pair();
    const args = pattern(300_000);
    const came: boolean[] = [];
    b.serve = (request) => {
      came.push(sameBytes(request.args, args));
      b.engine.respond(request, request.args.slice());
    };
    a.call(bob, { args, timeoutMs: 60_000 });
    world.advance(20_000);
    expect(a.of('response').map(({ payload }) => sameBytes(payload, args))).toEqual([true]);
    expect(came).toEqual([true]);
    for (const { datagram } of world.sent) expect(datagram.length).toBeLessThanOrEqual(1200);
  });

  test('is repaired where parts are lost, and runs once', () => {
    const { world, a, b } = pair();
    world.copies = 2;
    world.loses = () => world.random.bytes(1)[0]! < 40;
    const args = pattern(60_000);
    a.call(bob, { args, timeoutMs: 60_000 });
    world.advance(60_000);
    expect(b.of('request')).toHaveLength(1);
    expect(a.of('response').map(({ payload }) => sameBytes(payload, args))).toEqual([true]);
  });

  test('is not held against a small one that comes after it', () => {
    const { world, a } = acquainted();
    a.call(bob, { args: pattern(500_000), timeoutMs: 60_000 });
    world.advance(0);
    const small = a.call(bob);
    world.advance(200);
    expect(a.of('response').map(({ call }) => call)).toEqual([small]);
  });

  test('may be exactly as large as both sides allow, each way', () => {
    const { world, a } = acquainted({ a: { messageBytesMax: 50_000 }, b: { messageBytesMax: 50_000 } });
    const metadata = pattern(METADATA_BYTES_MAX);
    a.call(bob, { args: pattern(50_000), metadata });
    world.advance(3000);
    expect(a.of('response').map(({ payload }) => payload.length)).toEqual([50_000]);
  });

  test('that is sent once ends in silence if a part of it is lost, and leaves nothing behind', () => {
    const { world, a, b } = acquainted({ b: { reassemblyBytesMax: 20_000 } });
    for (let round = 0; round < 3; round += 1) {
      let seen = 0;
      world.loses = (flight) => from(a)(flight) && flight.datagram.length > 1000 && (seen += 1) === 2;
      a.call(bob, { delivery: 'best-effort', args: pattern(8000), timeoutMs: 500 });
      world.advance(2000);
      expect(a.of('silence')).toHaveLength(round + 1);
    }
    expect([b.of('request'), a.of('failure')]).toEqual([[], []]);
  });

  test('that is cut off by its deadline leaves nothing behind at the caller', () => {
    const { world, a, b } = acquainted({ a: { reassemblyBytesMax: 15_000 } });
    b.serve = (request) => b.engine.respond(request, pattern(8000));
    for (let round = 0; round < 3; round += 1) {
      let seen = 0;
      world.loses = (flight) => from(b)(flight) && flight.datagram.length > 1000 && (seen += 1) >= 2;
      a.call(bob, { timeoutMs: 500 });
      world.advance(2000);
      expect(a.of('silence')).toHaveLength(round + 1);
    }
    world.loses = () => false;
    a.call(bob, { timeoutMs: 5000 });
    world.advance(5000);
    expect([a.of('response').length, a.of('failure')]).toEqual([1, []]);
  });

  test('is not cut a second time when its call comes again while its parts are on their way', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.respond(request, pattern(50_000));
    // Far longer than both sides know of, so they send again what was not lost.
    world.latencyMs = 300;
    a.call(bob, { timeoutMs: 30_000 });
    world.advance(20_000);
    expect(callsIn(world.sent).length).toBeGreaterThan(1);
    expect(b.of('request')).toHaveLength(1);
    expect(a.of('response').map(({ payload }) => sameBytes(payload, pattern(50_000)))).toEqual([true]);
    const cuts = new Map<number, number>();
    for (const frame of world.sent.flatMap(framesOf)) {
      if (frame.type !== PART) continue;
      expect(cuts.get(frame.offset) ?? frame.bytes.length).toBe(frame.bytes.length);
      cuts.set(frame.offset, frame.bytes.length);
    }
    const total = [...cuts.values()].reduce((sum, length) => sum + length, 0);
    expect(total).toBe(50_000 + 1 + 1 + 4);
  });

  test.each([
    ['arguments', { args: pattern(1001) }],
    ['metadata', { metadata: pattern(METADATA_BYTES_MAX + 1) }],
  ])('is refused before it is sent if its %s are more than allowed', (_what, changes) => {
    const { world, a } = acquainted({ a: { messageBytesMax: 1000 } });
    expect(() => a.call(bob, changes)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', executed: 'no', origin: 'local' }),
    );
    world.advance(100);
    expect([world.sent, a.engine.pendingCalls]).toEqual([[], 0]);
  });

  test('is refused by a peer that accepts less, and has not run', () => {
    const { world, a, b } = acquainted({ b: { messageBytesMax: 2000 } });
    a.call(bob, { args: pattern(20_000) });
    world.advance(1000);
    expect(a.of('failure')).toMatchObject([{ code: 'PAYLOAD_TOO_LARGE', executed: 'no', origin: 'remote' }]);
    expect(b.of('request')).toEqual([]);
    expectIdle({ a, b });
  });

  test('is no reply if it is larger than the callee allows, and the request waits on', () => {
    const { world, a, b } = acquainted({ b: { messageBytesMax: 1000 } });
    b.serve = (request) => {
      expect(() => b.engine.respond(request, pattern(1001))).toThrow(RpcError);
      expect(b.engine.unansweredRequests).toBe(1);
      b.engine.respond(request, pattern(1000));
    };
    a.call(bob);
    world.advance(100);
    expect(a.of('response')).toHaveLength(1);
  });

  test('ends the call if the reply is larger than the caller allows, and the call has run', () => {
    const { world, a, b } = acquainted({ a: { messageBytesMax: 2000 } });
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    a.call(bob);
    world.advance(2000);
    expect(a.outputs).toMatchObject([
      { kind: 'failure', code: 'PAYLOAD_TOO_LARGE', executed: 'yes', origin: 'local', payload: undefined },
    ]);
    expectIdle({ a, b });
  });

  test('is refused by a peer that has no room for more unfinished ones', () => {
    const { world, a } = acquainted({ b: { reassemblyBytesMax: 3000 } });
    a.call(bob, { args: pattern(20_000) });
    world.advance(1000);
    expect(a.of('failure')).toMatchObject([{ code: 'RESOURCE_EXHAUSTED', executed: 'no', origin: 'remote' }]);
  });
});
