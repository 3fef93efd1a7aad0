import { acquainted, bob, callsIn, from, pair, pattern } from '../../../../test/native/private-network';

const BYTES = 200_000;

/** A large call that somebody watches, and what it told until it was answered. */
function watchedCall(): { steps: number[] } & ReturnType<typeof acquainted> & { handle: unknown } {
  const both = acquainted();
  const { a, world } = both;
  const call = a.prepare(bob, { args: pattern(BYTES), timeoutMs: 60_000, watched: true });
  const handle = a.engine.call(call, world.now);
  const steps: number[] = [];
  for (let turn = 0; turn < 1000 && a.of('response').length === 0; turn += 1) {
    const before = a.of('progress').length;
    world.advance(5);
    if (a.of('progress').length > before) steps.push(a.engine.acknowledged(handle).acknowledgedBytes);
  }
  return { ...both, steps, handle };
}

describe('a call in parts that is watched', () => {
  test('says of every step how much has arrived, from nothing to all of it', () => {
    const { steps } = watchedCall();
    expect(steps.length).toBeGreaterThan(5);
    expect([...steps].sort((one, other) => one - other)).toEqual(steps);
    expect(new Set(steps).size).toBe(steps.length);
    expect(steps.at(-1)).toBe(BYTES);
  });

  test('is known to have arrived when it has ended', () => {
    const { a, handle } = watchedCall();
    expect(a.engine.acknowledged(handle)).toMatchObject({ acknowledgedBytes: BYTES, inParts: true });
  });

  test('counts no part twice, whatever is lost, repeated or acknowledged again', () => {
    const { world, a } = pair();
    world.copies = 2;
    world.loses = () => world.random.bytes(1)[0]! < 40;
    const handle = a.engine.call(
      a.prepare(bob, { args: pattern(60_000), timeoutMs: 60_000, watched: true }),
      world.now,
    );
    world.advance(60_000);
    expect(a.of('response')).toHaveLength(1);
    expect(a.engine.acknowledged(handle).acknowledgedBytes).toBe(60_000);
  });

  test('is told of no more once it was cancelled', () => {
    const { world, a } = acquainted();
    const handle = a.engine.call(a.prepare(bob, { args: pattern(BYTES), timeoutMs: 60_000, watched: true }), world.now);
    world.advance(100);
    const { acknowledgedBytes } = a.engine.acknowledged(handle);
    const told = a.of('progress').length;
    expect([acknowledgedBytes > 0, acknowledgedBytes < BYTES, told > 0]).toEqual([true, true, true]);
    a.engine.cancel(handle);
    world.advance(10_000);
    expect(a.of('progress')).toHaveLength(told);
    expect(a.engine.acknowledged(handle).acknowledgedBytes).toBe(acknowledgedBytes);
  });

  test('starts from nothing where it starts over, for its peer was restarted', () => {
    const { world, a, b } = acquainted();
    const call = a.prepare(bob, { args: pattern(BYTES), delivery: 'idempotent', timeoutMs: 60_000, watched: true });
    const handle = a.engine.call(call, world.now);
    world.advance(100);
    const before = a.engine.acknowledged(handle).acknowledgedBytes;
    b.restart();
    let least = before;
    for (let turn = 0; turn < 1000 && a.of('response').length === 0; turn += 1) {
      world.advance(5);
      least = Math.min(least, a.engine.acknowledged(handle).acknowledgedBytes);
    }
    expect([before > 0, least, a.of('response').length]).toEqual([true, 0, 1]);
    expect(a.engine.acknowledged(handle).acknowledgedBytes).toBe(BYTES);
  });
});

test('a large call that nobody watches is told of nothing, and known all the same', () => {
  const { world, a } = acquainted();
  const handle = a.engine.call(a.prepare(bob, { args: pattern(BYTES), timeoutMs: 60_000 }), world.now);
  world.advance(20_000);
  expect([a.of('response').length, a.of('progress')]).toEqual([1, []]);
  expect(a.engine.acknowledged(handle).acknowledgedBytes).toBe(BYTES);
});

test('a small call travels whole: nothing of it has arrived, or all', () => {
  const { world, a, b } = acquainted();
  b.serve = () => undefined;
  const call = a.prepare(bob, { args: pattern(100), timeoutMs: 1000, watched: true });
  const handle = a.engine.call(call, world.now);
  world.advance(5);
  expect(callsIn(world.sent.filter(from(a)))).toHaveLength(1);
  expect(a.engine.acknowledged(handle)).toMatchObject({ acknowledgedBytes: 0, inParts: false });
  world.advance(500);
  expect(a.of('progress')).toEqual([{ kind: 'progress', call }]);
  expect(a.engine.acknowledged(handle)).toMatchObject({ acknowledgedBytes: 100, inParts: false });
});
