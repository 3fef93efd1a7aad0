import * as fc from 'fast-check';
import { SeededRandom } from '@rpcudp/core/testing';
import { CHEAPER_SHARE } from '../limits';
import { powerOfTwo } from './power-of-two';
import type { CallToPlace, Candidate, Policy } from './policy';
import { rendezvous } from './rendezvous';
import { roundRobin } from './round-robin';

interface Fake extends Candidate {
  pending: number;
  ms: number | undefined;
  quietMs: () => number;
}

const CALL = { method: {} as never, args: [] } satisfies CallToPlace;

function fake(address: string, weight = 1, ms?: number): Fake {
  return { address, weight, pending: 0, ms, expectedMs: () => ms, quietMs: () => 0 };
}

function picks(policy: Policy, candidates: readonly Candidate[], count: number, seed = 1): Record<string, number> {
  const random = new SeededRandom(seed);
  const picked: Record<string, number> = {};
  for (let n = 0; n < count; n += 1) {
    const { address } = policy.pick(candidates, { ...CALL, args: [n] }, () => random.next());
    picked[address] = (picked[address] ?? 0) + 1;
  }
  return picked;
}

test.each([
  ['powerOfTwo', () => powerOfTwo()],
  ['roundRobin', () => roundRobin()],
  ['rendezvous', () => rendezvous(({ args }) => args[0] as number)],
])('%s gives each target as many calls as it weighs', (_, make) => {
  const candidates = [fake('a', 1), fake('b', 3), fake('c', 6)];
  const picked = picks(make(), candidates, 10_000);
  for (const { address, weight } of candidates) {
    expect(picked[address]).toBeGreaterThan(weight * 1_000 * 0.9);
    expect(picked[address]).toBeLessThan(weight * 1_000 * 1.1);
  }
});

test('whatever the candidates are, every policy gives one of them', () => {
  const candidate = fc.record({
    weight: fc.double({ min: 0.001, max: 65_535, noNaN: true }),
    pending: fc.nat(1_000),
    ms: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
  });
  const policies = [powerOfTwo(), roundRobin(), rendezvous(({ args }) => String(args[0]))];
  fc.assert(
    fc.property(fc.array(candidate, { minLength: 1, maxLength: 40 }), fc.nat(), (given, seed) => {
      const random = new SeededRandom(seed);
      const candidates = given.map((each, n) => ({
        ...each,
        address: `${n}`,
        expectedMs: () => each.ms,
        quietMs: () => each.pending,
      }));
      for (const policy of policies)
        expect(candidates).toContain(policy.pick(candidates, { ...CALL, args: [seed] }, () => random.next()));
    }),
  );
});

describe('powerOfTwo', () => {
  test('does not call a target that is slower by more than CHEAPER_SHARE, as long as another one has few calls', () => {
    expect(picks(powerOfTwo(), [fake('slow', 1, 100), fake('a', 1, 10), fake('b', 1, 10)], 1_000)).not.toHaveProperty(
      'slow',
    );
    const alike = picks(powerOfTwo(), [fake('a', 1, 10), fake('b', 1, 10 * CHEAPER_SHARE + 0.01)], 1_000);
    expect(alike.a).toBeGreaterThan(400);
  });

  test('does not call one that was never measured, and of which nothing has come for longer than others take', () => {
    const [silent, known] = [fake('silent'), fake('known', 1, 10)];
    silent.pending = 1;
    silent.quietMs = () => 200;
    known.pending = 4;
    expect(picks(powerOfTwo(), [silent, known], 100)).toEqual({ known: 100 });
  });

  test('prefers the one with fewer calls, for its weight', () => {
    const [busy, idle] = [fake('busy'), fake('idle')];
    busy.pending = 4;
    expect(picks(powerOfTwo(), [busy, idle], 100)).toEqual({ idle: 100 });
    const large = fake('large', 5);
    [large.pending, idle.pending] = [9, 2];
    expect(picks(powerOfTwo(), [large, idle], 600).large).toBeGreaterThan(450);
    large.pending = 20;
    expect(picks(powerOfTwo(), [large, idle], 600)).toEqual({ idle: 600 });
  });

  test('keeps calls in step with what targets can do: three times as fast, about three times the calls at once', () => {
    const random = new SeededRandom(7);
    const [fast, slow] = [fake('fast', 1, 10), fake('slow', 1, 30)];
    const policy = powerOfTwo();
    for (let n = 0; n < 100; n += 1) (policy.pick([fast, slow], CALL, () => random.next()) as Fake).pending += 1;
    expect(fast.pending / slow.pending).toBeGreaterThan(2);
    expect(fast.pending / slow.pending).toBeLessThan(4.5);
  });
});

describe('roundRobin', () => {
  test('goes through all of equal weight before any comes again', () => {
    const candidates = ['a', 'b', 'c', 'd'].map((address) => fake(address));
    const policy = roundRobin();
    const random = new SeededRandom(3);
    const order = Array.from({ length: 12 }, () => policy.pick(candidates, CALL, () => random.next()).address);
    for (let at = 0; at < 12; at += 4) expect(new Set(order.slice(at, at + 4)).size).toBe(4);
  });

  test('one that was away has not saved up turns', () => {
    const candidates = ['a', 'b', 'c'].map((address) => fake(address));
    const policy = roundRobin();
    picks(policy, candidates, 3);
    picks(policy, candidates.slice(1), 100);
    expect(picks(policy, candidates, 30).a).toBeLessThanOrEqual(11);
  });

  test('clients that start together do not begin at the same target', () => {
    const candidates = ['a', 'b', 'c', 'd'].map((address) => fake(address));
    const first = (seed: number) => Object.keys(picks(roundRobin(), candidates, 1, seed))[0];
    expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].map(first)).size).toBeGreaterThan(1);
  });
});

describe('rendezvous', () => {
  const byKey = (): Policy => rendezvous(({ args }) => args[0] as number);
  const placesOf = (candidates: readonly Candidate[]) =>
    Array.from({ length: 1_000 }, (_, n) => byKey().pick(candidates, { ...CALL, args: [n] }, () => 0).address);

  test('a target that goes gives up its own keys and no others', () => {
    const candidates = ['a', 'b', 'c', 'd', 'e'].map((address) => fake(address));
    const [before, after] = [placesOf(candidates), placesOf(candidates.slice(1))];
    expect(before.map((place, n) => (place === 'a' ? after[n] : place))).toEqual(after);
    expect(new Set(after.filter((_, n) => before[n] === 'a')).size).toBe(4);
  });

  test('the order of the candidates does not matter, nor the kind of the key', () => {
    const candidates = ['a', 'b', 'c'].map((address) => fake(address));
    expect(placesOf([...candidates].reverse())).toEqual(placesOf(candidates));
    const placeOf = (key: unknown) => rendezvous(() => key as string).pick(candidates, CALL, () => 0).address;
    expect(placeOf(7n)).toBe(placeOf('7'));
    expect(placeOf(7)).toBe(placeOf(new TextEncoder().encode('7')));
  });

  test('what is no key is refused', () => {
    expect(() => rendezvous('x' as never)).toThrow('function');
    expect(() => rendezvous(() => undefined as never).pick([fake('a')], CALL, () => 0)).toThrow('key');
  });
});
