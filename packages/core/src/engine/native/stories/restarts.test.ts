import { CALLS_IN_FLIGHT_MAX, CALLS_QUEUED_MAX, RESETS_PER_SECOND_MAX, RETRY_TOKENS } from '../../../native-limits';
import { PING } from '../../../wire/native/frames';
import { RESET_BYTES, decodePacket, encodeReset, type OpeningPacket } from '../../../wire/native/packet';
import {
  acquainted,
  alice,
  bob,
  carol,
  expectIdle,
  from,
  idOf,
  ids,
  pair,
  pattern,
  plain,
  reasons,
  resets,
} from '../../../../test/native/private-network';

describe('a peer that has been restarted', () => {
  test('resets what it does not know, with fewer bytes than it got, and ends calls that may have run', () => {
    const { world, a, b } = acquainted();
    b.restart();
    const call = a.call(bob);
    world.advance(20);
    expect(resets(world)).toHaveLength(1);
    expect(resets(world)[0]!.datagram).toHaveLength(RESET_BYTES);
    expect(world.sent[0]!.datagram.length).toBeGreaterThan(RESET_BYTES);
    const unknown = { kind: 'failure', code: 'UNAVAILABLE', executed: 'unknown', origin: 'local', payload: undefined };
    expect(a.outputs).toEqual([{ ...unknown, call }]);
    expect([b.of('request'), reasons(b)]).toEqual([[], ['unknown-association']]);
  });

  test('gets idempotent calls again and answers them', () => {
    const { world, a, b } = acquainted();
    b.restart();
    const call = a.call(bob, { delivery: 'idempotent' });
    world.advance(100);
    expect(a.outputs).toMatchObject([{ kind: 'response', call }]);
  });

  test('gets calls that had not been sent', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 10_000 } });
    b.restart();
    const calls = Array.from({ length: CALLS_IN_FLIGHT_MAX + 10 }, () => a.call(bob));
    world.advance(1000);
    expect(new Set(a.of('failure').map(({ executed }) => executed))).toEqual(new Set(['unknown']));
    expect(a.of('response').length).toBeGreaterThanOrEqual(10);
    expect(a.of('response').length + a.of('failure').length).toBe(calls.length);
  });

  test('gets no more of those that wait until they hear of it than may wait', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 10_000 } });
    b.restart();
    const count = CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX;
    for (let call = 0; call < count; call += 1) a.call(bob, { waitForReady: true });
    world.advance(2000);
    expect(a.of('failure').some(({ executed }) => executed === 'no')).toBe(true);
    expect([a.of('response').length, a.of('failure').length]).toEqual([CALLS_QUEUED_MAX, count - CALLS_QUEUED_MAX]);
  });

  test('does not hear best-effort calls again, which end in silence', () => {
    const { world, a, b } = acquainted();
    b.restart();
    const call = a.call(bob, { delivery: 'best-effort' });
    world.advance(100);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
  });

  test('refuses one that has run before, and its caller is not told that it did not', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob, { delivery: 'idempotent', timeoutMs: 60_000 });
    world.advance(500);
    expect(b.of('request')).toHaveLength(1);
    b.restart();
    b.serve = (request) => b.engine.refuse(request, { code: 'RESOURCE_EXHAUSTED', message: '', executed: 'no' });
    a.call(bob, { oneWay: true });
    world.advance(5000);
    a.call(bob, { delivery: 'idempotent' });
    world.advance(500);
    const refused = a.of('failure').filter(({ code }) => code === 'RESOURCE_EXHAUSTED');
    expect(refused.map(({ executed }) => executed)).toEqual(['unknown', 'no']);
  });

  test('gets all idempotent calls again that were in flight, however many', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 1000 } });
    b.serve = () => undefined;
    for (let call = 0; call < 200; call += 1) a.call(bob, { delivery: 'idempotent', timeoutMs: 60_000 });
    world.advance(500);
    b.restart();
    b.serve = (request) => b.engine.respond(request, request.args.slice());
    world.advance(5000);
    expect([a.of('response').length, a.of('failure')]).toEqual([200, []]);
    expectIdle({ a, b });
  });

  test('that answers something each time between gets them again each time', () => {
    const { world, a, b } = acquainted();
    const slow = Array.from({ length: 20 }, () => a.prepare(bob, { delivery: 'idempotent', timeoutMs: 600_000 }));
    for (const call of slow) a.engine.call(call, world.now);
    b.serve = (request) => {
      if (request.args.length > 3) b.engine.respond(request, Uint8Array.of(1));
    };
    for (let restart = 0; restart < 5; restart += 1) {
      a.call(bob, { args: Uint8Array.of(0x93, 1, 2, 3) });
      world.advance(1000);
      b.restart();
      a.call(bob, { oneWay: true });
      world.advance(1000);
    }
    b.serve = (request) => b.engine.respond(request, request.args.slice());
    a.call(bob);
    world.advance(1000);
    b.restart();
    world.advance(60_000);
    const answered = new Set(a.of('response').map(({ call }) => call));
    expect(slow.filter((call) => !answered.has(call))).toHaveLength(0);
  });

  test('again and again without an answer gets calls again only as the retry budget allows', () => {
    const { world, a } = pair();
    world.loses = () => true;
    const reset = (): void => {
      a.drain();
      const { datagram } = world.sent.findLast(from(a))!;
      a.engine.receive(encodeReset((decodePacket(datagram) as OpeningPacket).sourceId), bob, world.now);
      a.drain();
    };
    for (let call = 0; call < 20; call += 1) a.call(bob, { delivery: 'idempotent', timeoutMs: 60_000 });
    reset();
    expect([a.of('failure').length, a.engine.pendingCalls]).toEqual([0, 20]);
    reset();
    expect(a.of('failure')).toHaveLength(20 - RETRY_TOKENS / 2);
    expect(a.of('failure')[0]).toMatchObject({ code: 'UNAVAILABLE', executed: 'unknown', origin: 'local' });
    reset();
    expect([a.of('failure').length, a.engine.pendingCalls]).toEqual([20, 0]);
  });

  test('again and again may be given another budget', () => {
    const { world, a } = pair({ a: { retryBudget: { tokens: 40, tokensPerAnswer: 1 } } });
    world.loses = () => true;
    for (let call = 0; call < 20; call += 1) a.call(bob, { delivery: 'idempotent', timeoutMs: 60_000 });
    for (let restart = 0; restart < 2; restart += 1) {
      a.drain();
      const { datagram } = world.sent.findLast(from(a))!;
      a.engine.receive(encodeReset((decodePacket(datagram) as OpeningPacket).sourceId), bob, world.now);
      a.drain();
    }
    expect([a.of('failure').length, a.engine.pendingCalls]).toEqual([0, 20]);
  });

  test('just after it has called is called where it is, and what it may be sent there holds nothing up', () => {
    const { world, a, b } = pair();
    a.serve = () => undefined;
    b.call(alice);
    world.advance(5);
    b.restart();
    world.advance(7);
    expect(a.of('request')).toHaveLength(1);
    const call = a.call(bob, { args: pattern(5000) });
    world.advance(200);
    expect(a.of('response')).toMatchObject([{ call }]);
  });

  test('resets an opening packet that is older than it is', () => {
    const { world, a, b } = pair();
    world.loses = from(b);
    a.call(bob);
    world.advance(200);
    expect(b.of('request')).toHaveLength(1);
    b.restart();
    world.loses = () => false;
    world.advance(500);
    expect(b.of('request')).toHaveLength(1);
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE', executed: 'unknown' }]);
  });

  test('ends both of two associations that were opened at once', () => {
    const { world, a, b } = pair();
    b.serve = () => {};
    a.call(bob, { timeoutMs: 60_000 });
    b.call(alice, { timeoutMs: 100 });
    world.advance(500);
    b.restart();
    a.outputs.length = 0;
    a.call(bob);
    world.advance(40_000);
    expect(a.of('failure')).toMatchObject([{ executed: 'unknown' }, { executed: 'unknown' }]);
    expect(a.engine.pendingCalls).toBe(0);
  });
});

describe('a reset', () => {
  test('with an id that nobody has ends nothing, and is not answered', () => {
    const { world, a } = acquainted();
    const call = a.call(bob);
    world.advance(0);
    const id = world.sent[0]!.datagram.slice(1, 9);
    a.engine.receive(encodeReset(id.map((byte) => byte ^ 1)), bob, world.now);
    world.advance(500);
    expect([reasons(a), resets(world)]).toEqual([['unknown-association'], []]);
    expect(a.of('response')).toMatchObject([{ call }]);
  });

  test('from another address ends the association: only the two sides know its ids', () => {
    const { world, a } = acquainted();
    const call = a.call(bob);
    world.advance(0);
    a.engine.receive(encodeReset(world.sent[0]!.datagram.slice(1, 9)), carol, world.now);
    a.drain();
    expect(a.outputs).toMatchObject([{ kind: 'failure', call, code: 'UNAVAILABLE', executed: 'unknown' }]);
  });

  test('to an association of which nothing is unanswered is no loss, and the next call opens another', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    a.outputs.length = 0;
    b.restart();
    a.engine.receive(encodeReset(id), bob, world.now);
    world.advance(100);
    expect([a.outputs, a.engine.peers()]).toEqual([[], []]);
    a.call(bob);
    world.advance(100);
    expect([a.of('response').length, a.of('failure')]).toEqual([1, []]);
  });

  test('is sent only so often in a second', () => {
    const { world, b } = pair();
    const stray = (): void => b.engine.receive(plain(ids.bytes(8), 0, PING), carol, world.now);
    for (let packet = 0; packet < RESETS_PER_SECOND_MAX + 50; packet += 1) stray();
    world.advance(999);
    expect(resets(world)).toHaveLength(RESETS_PER_SECOND_MAX);
    world.advance(1);
    stray();
    world.advance(0);
    expect(resets(world)).toHaveLength(RESETS_PER_SECOND_MAX + 1);
  });
});
