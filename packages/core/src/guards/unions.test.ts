import { GUARD_REMEMBER_AFTER_STEPS, GUARD_WASTED_STEPS_MAX, VALUE_DEPTH_MAX } from '../limits.js';
import {
  absent,
  array,
  bigint,
  bytes,
  enumeration,
  lazy,
  literal,
  map,
  nil,
  number,
  object,
  optional,
  record,
  string,
  template,
  tuple,
  union,
  type Guard,
} from './index.js';

function check(guard: Guard, value: unknown): unknown {
  const outcome = guard['~standard'].validate(value) as { value?: unknown; issues?: readonly { message: string }[] };
  return outcome.issues === undefined ? { value: outcome.value } : outcome.issues.map(({ message }) => message);
}

const accepts = (guard: Guard, value: unknown): boolean => !('issues' in guard['~standard'].validate(value));

/** Milliseconds that the fastest of some runs takes. */
function cost(guard: Guard, value: unknown): number {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    void guard['~standard'].validate(value);
    return performance.now() - start;
  });
  return Math.min(...times);
}

const literals = (count: number): Guard[] => Array.from({ length: count }, (_, index) => literal(`option-${index}`));

describe('a union of many literals costs no more than one of few', () => {
  const values: readonly [string, unknown][] = [
    ['a long list of its literals', Array<unknown>(100_000).fill('option-1')],
    ['a long list of something else', Array<unknown>(100_000).fill(7)],
    ['a long list that is wrong at its end', [...Array<unknown>(100_000).fill('option-1'), 7n]],
    ['long texts', Array.from({ length: 1_000 }, (_, index) => `${index}${'x'.repeat(1_000)}`)],
    ['objects', Array.from({ length: 20_000 }, () => ({ option: 'option-1', n: 1 }))],
  ];

  test.each(values)('%s', (_what, value) => {
    const others = [number(), string(), record(union([string(), number()]))];
    const [few, many] = [2, 180].map((count) => array(union([...literals(count), ...others])));
    // Tried one by one, they cost ninety times as much.
    expect(cost(many!, value)).toBeLessThan(20 * cost(few!, value) + 20);
  });
});

describe('the objects of a union are told apart', () => {
  test('by a literal, by several of them, and by those of unions inside', () => {
    const message = union([
      object({ kind: literal('text'), version: literal(1), text: string() }),
      object({ kind: literal('text'), version: literal(2), text: array(string()) }),
      union([object({ kind: enumeration('Kind', ['image', 'video']), data: bytes() }), object({ kind: nil() })]),
    ]);
    expect(check(message, { kind: 'text', version: 1, text: 1 })).toEqual([
      'value.text: expected a string, got a number',
    ]);
    expect(check(message, { kind: 'text', version: 2, text: '' })).toEqual([
      'value.text: expected an array, got a string',
    ]);
    expect(check(message, { kind: 'video', data: '' })).toEqual(['value.data: expected bytes, got a string']);
    expect(accepts(message, { kind: null })).toBe(true);
    expect(check(message, { kind: 'text', version: 3 })).toEqual([
      'value: expected an object with kind "text", version 1 or an object with kind "text", version 2, ' +
        'got an object with version 3',
    ]);
  });

  test('by a literal that may be missing', () => {
    const shape = union([
      object({ kind: optional(literal('a')), n: number() }),
      object({ kind: literal('b'), n: string() }),
    ]);
    expect(check(shape, { n: '' })).toEqual(['value.n: expected a number, got a string']);
    expect(check(shape, { kind: 'b', n: 1 })).toEqual(['value.n: expected a string, got a number']);
  });

  test('by what is there', () => {
    const either = union([object({ data: string(), error: nil() }), object({ data: nil(), error: string() })]);
    expect(check(either, { data: 'a', error: 1 })).toEqual(['value.error: expected null, got a number']);
    const oneOf = union(Array.from({ length: 20 }, (_, index) => object({ [`f${index}`]: number() })));
    expect(check(oneOf, { f7: '' })).toEqual(['value.f7: expected a number, got a string']);
    expect(check(oneOf, { g: 1 })).toEqual([
      expect.stringContaining('expected an object with f0, an object with f1, '),
    ]);
  });

  test('by a literal in a tuple, and by its length', () => {
    const command = union([
      tuple([literal('add'), number()]),
      tuple([literal('remove')]),
      tuple([literal('move'), number(), number()]),
    ]);
    expect(check(command, ['add', ''])).toEqual(['value[1]: expected a number, got a string']);
    expect(check(command, ['add', 1, 2])).toEqual(['value[0]: expected "move", got "add"']);
  });

  test('without a way to tell, by trying them, and the nearest says what it lacks', () => {
    const either = union([object({ p: object({ x: number() }) }), object({ p: object({ y: number() }), q: string() })]);
    expect(check(either, { p: { x: '' }, q: '' })).toEqual([
      'value: expected an object with p or an object with p, q, got an object; as an object with p: ' +
        '.p.x: expected a number, got a string',
    ]);
  });
});

describe('what is of a member already stays as it is, however deep', () => {
  test.each<[string, Guard, unknown]>([
    ['a number', union([array(bigint()), array(number())]), [1]],
    ['null', union([object({ a: absent(), b: number() }), object({ a: nil(), b: number() })]), { a: null, b: 1 }],
    ['an object', union([map(string(), number()), object({ a: number() })]), { a: 1 }],
    ['a number in an object', union([object({ n: bigint() }), object({ n: number() })]), { n: 1 }],
  ])('%s', (_what, guard, value) => {
    expect(check(guard, value)).toStrictEqual({ value });
  });

  test('and otherwise the first that can converts it', () => {
    expect(check(union([array(bigint()), map(string(), bigint())]), { a: 1 })).toEqual({ value: new Map([['a', 1n]]) });
    expect(
      check(union([string(), object({ n: bigint(), m: optional(string()) }), object({ n: bigint() })]), { n: 1 }),
    ).toEqual({
      value: { n: 1n },
    });
  });
});

test('an object stays itself where nothing in it is converted', () => {
  const value = { list: [{ a: 1 }], tuple: ['a'], map: new Map([[1, 'a']]) };
  const guard = object({
    list: array(object({ a: number() })),
    tuple: tuple([string()]),
    map: map(number(), string()),
  });
  const outcome = guard['~standard'].validate(value) as { value: unknown };
  expect(outcome.value).toBe(value);
});

describe('work is limited', () => {
  /** Nothing tells these members apart before the end of the list. */
  const ambiguous = union(
    Array.from({ length: 40 }, (_, index) =>
      object({ list: array(union([number(), string()])), last: array(literal(index)) }),
    ),
  );

  test('where trying members comes to nothing too often, and the message says what helps', () => {
    const wrong = { list: Array<unknown>(60_000).fill(1), last: [-1] };
    expect(check(ambiguous, wrong)).toEqual([
      `value: expected a value of which ${GUARD_WASTED_STEPS_MAX} steps tell which members of unions it is made of. ` +
        'Give the members a property whose literal tells them apart, or send less at once',
    ]);
  });

  test('and what comes to something is not counted', () => {
    const point = union([
      object({ x: number(), z: optional(number()) }),
      object({ y: number(), z: optional(number()) }),
    ]);
    expect(accepts(array(point), Array<unknown>(300_000).fill({ y: 1 }))).toBe(true);
    expect(accepts(ambiguous, { list: Array<unknown>(200_000).fill(1), last: [0] })).toBe(true);
  });

  test('by what is remembered, where one object is many times inside another', () => {
    const tree: Guard = object({ left: optional(lazy(() => tree)), right: optional(lazy(() => tree)) });
    const shared = Array.from({ length: VALUE_DEPTH_MAX - 1 }).reduce<object>(
      (inner) => ({ left: inner, right: inner }),
      {},
    );
    expect(2 ** (VALUE_DEPTH_MAX - 1)).toBeGreaterThan(GUARD_REMEMBER_AFTER_STEPS);
    expect(check(tree, shared)).toEqual({ value: shared });
    const wrong = Array.from({ length: VALUE_DEPTH_MAX - 1 }).reduce<object>(
      (inner) => ({ left: inner, right: inner }),
      {
        left: 1,
      },
    );
    expect(accepts(tree, wrong)).toBe(false);
  });

  test('of long texts against many patterns', () => {
    const patterns = union(
      Array.from({ length: 100 }, (_, index) => template(['', `<${index}>`, ''], ['string', 'string'])),
    );
    expect(check(patterns, 'x'.repeat(1_000_000))).toEqual([expect.stringContaining('steps tell which members')]);
    expect(accepts(patterns, `${'x'.repeat(1_000_000)}<3>`)).toBe(true);
  });
});

describe('values that contain themselves', () => {
  const node: Guard = object({ name: string(), next: optional(lazy(() => node)) });

  test('are taken where nothing has to be converted', () => {
    const value: Record<string, unknown> = { name: 'a' };
    value.next = { name: 'b', next: value };
    const outcome = node['~standard'].validate(value) as { value: unknown };
    expect(outcome.value).toBe(value);
  });

  test('are refused otherwise, and where they are wrong', () => {
    const counted: Guard = object({ count: bigint(), next: optional(lazy(() => counted)) });
    const value: Record<string, unknown> = { count: 1 };
    value.next = value;
    expect(check(counted, value)).toEqual([
      'value: expected no value inside itself where something has to be converted',
    ]);
    const wrong: Record<string, unknown> = { name: 1 };
    wrong.next = wrong;
    expect(check(node, wrong)).toContain('value.name: expected a string, got a number');
  });
});
