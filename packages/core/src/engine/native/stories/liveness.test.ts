import { LIVENESS_PROBE_MS_MAX, LIVENESS_PROBE_MS_MIN } from '../../../native-limits';
import { PING } from '../../../wire/native/frames';
import { acquainted, bob, carries, from, pattern, sameBytes } from '../../../../test/native/private-network';

/** Of how many milliseconds after the call began the server went, and came back, and its caller was told. */
function toldAfter(timeoutMs: number, restartMs: number): number | undefined {
  const { world, a, b } = acquainted();
  b.serve = () => undefined;
  const began = world.now;
  a.call(bob, { timeoutMs });
  world.advance(restartMs);
  b.restart();
  while (a.outputs.length === 0) world.advance(50);
  const [output] = a.outputs;
  return output?.kind === 'failure' && output.executed === 'unknown' ? world.now - began : undefined;
}

describe('while a handler runs', () => {
  test.each([
    [2_000, 100],
    [2_000, 900],
    [5_000, 200],
    [5_000, 2_500],
    [40_000, 200],
    [40_000, 10_000],
    [40_000, 30_000],
    [40_000, 33_000],
    [40_000, 36_000],
    [20_000, 17_000],
  ])('a restart is told within a deadline of %d ms, %d ms after the call', (timeoutMs, restartMs) => {
    expect(toldAfter(timeoutMs, restartMs)).toBeLessThan(timeoutMs);
  });

  test('the sooner after the call the server went, the sooner it is told', () => {
    expect(toldAfter(600_000, 200)).toBeLessThan(1500);
    expect(toldAfter(600_000, 8_000)).toBeLessThan(16_000);
    expect(toldAfter(600_000, 300_000)).toBeLessThan(300_000 + LIVENESS_PROBE_MS_MAX + 1000);
  });

  test('an idempotent call gets its answer from the server that came back', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob, { delivery: 'idempotent' });
    world.advance(200);
    b.restart();
    b.serve = (request) => b.engine.respond(request, request.args.slice());
    world.advance(2000);
    expect(a.of('response')).toHaveLength(1);
  });

  test('the peer is asked for a sign of life: after a second, and then less and less often', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    const began = world.now;
    a.call(bob, { timeoutMs: 600_000 });
    world.advance(300_000);
    const asked = world.sent.filter((flight) => from(a)(flight) && carries(flight, PING)).map(({ at }) => at - began);
    expect(asked[0]).toBeGreaterThanOrEqual(LIVENESS_PROBE_MS_MIN);
    expect(asked[0]).toBeLessThan(LIVENESS_PROBE_MS_MIN + 100);
    const gaps = asked.slice(1).map((at, index) => at - asked[index]!);
    expect(Math.max(...gaps)).toBeLessThan(LIVENESS_PROBE_MS_MAX + 100);
    expect(asked.length).toBeLessThan(30);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    world.advance(100);
    expect(a.of('response')).toHaveLength(1);
  });

  test('nobody is asked who has nothing to answer', () => {
    const { world } = acquainted();
    world.advance(60_000);
    expect(world.sent).toEqual([]);
  });

  test('the answer to a call of hours is still awaited', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob, { timeoutMs: 8 * 3_600_000 });
    world.advance(4 * 3_600_000);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    world.advance(100);
    expect(a.of('response')).toHaveLength(1);
  });
});

describe('a reply of which parts have come', () => {
  test('and that stops because the server was restarted fails soon', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.respond(request, pattern(200_000));
    a.call(bob, { timeoutMs: 60_000 });
    world.advance(35);
    expect(a.engine.peers()[0]!.reassemblyBytes).toBeGreaterThan(0);
    b.restart();
    world.advance(500);
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE', executed: 'unknown' }]);
    expect(a.engine.pendingCalls).toBe(0);
  });

  test('and that stops for a while goes on', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.respond(request, pattern(200_000));
    a.call(bob, { timeoutMs: 60_000 });
    world.advance(35);
    world.loses = () => true;
    world.advance(10_000);
    world.loses = () => false;
    world.advance(10_000);
    expect(a.of('response').map(({ payload }) => sameBytes(payload, pattern(200_000)))).toEqual([true]);
  });
});
