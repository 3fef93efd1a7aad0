import { CALLS_IN_FLIGHT_MAX, CALLS_QUEUED_MAX } from '../../../native-limits';
import { acquainted, bob, expectIdle } from '../../../../test/native/private-network';

describe('bounds', () => {
  test('a call beyond the running handlers is refused, also within one datagram', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 3 } });
    b.serve = () => {};
    for (let call = 0; call < 5; call += 1) a.call(bob);
    world.advance(100);
    expect([b.of('request').length, b.engine.unansweredRequests]).toEqual([3, 3]);
    expect(a.of('failure')).toMatchObject([
      { code: 'RESOURCE_EXHAUSTED', executed: 'no' },
      { code: 'RESOURCE_EXHAUSTED', executed: 'no' },
    ]);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    a.call(bob);
    world.advance(100);
    expect([b.of('request').length, a.of('response').length]).toEqual([4, 1]);
  });

  test('calls beyond what goes at once wait, and beyond that fail without having been sent', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 10_000 } });
    b.serve = () => {};
    for (let call = 0; call < CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX; call += 1) a.call(bob, { timeoutMs: 60_000 });
    expect(() => a.call(bob)).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED', executed: 'no' }));
    world.advance(1000);
    expect(b.of('request')).toHaveLength(CALLS_IN_FLIGHT_MAX);
    b.serve = (request) => b.engine.respond(request, request.args);
    for (const { request } of b.of('request')) b.engine.respond(request, request.args);
    world.advance(5000);
    expect(a.of('response')).toHaveLength(CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX);
    expectIdle({ a, b });
  });

  test('calls in waiting end in silence at their deadlines, and are never sent', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 10_000 } });
    b.serve = () => {};
    for (let call = 0; call < CALLS_IN_FLIGHT_MAX + 50; call += 1) a.call(bob, { timeoutMs: 300 });
    world.advance(3000);
    expect([a.of('silence').length, a.engine.pendingCalls]).toEqual([CALLS_IN_FLIGHT_MAX + 50, 0]);
    expect(b.of('request')).toHaveLength(CALLS_IN_FLIGHT_MAX);
  });
});
