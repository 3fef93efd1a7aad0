import { messagePack } from '../codec/messagepack.js';
import { GUARD_ISSUES_MAX, VALUE_DEPTH_MAX } from '../limits.js';
import {
  absent,
  args,
  array,
  bigint,
  boolean,
  bytes,
  date,
  enumeration,
  lazy,
  literal,
  map,
  never,
  nil,
  nothing,
  number,
  numericRecord,
  object,
  optional,
  overloads,
  record,
  rest,
  result,
  string,
  tuple,
  union,
  unknown,
  type Guard,
} from './index.js';

function check(guard: Guard, value: unknown): { value: unknown } | { issues: readonly string[] } {
  const outcome = guard['~standard'].validate(value);
  if (outcome instanceof Promise) throw new Error('Guards are synchronous.');
  return outcome.issues === undefined
    ? { value: outcome.value }
    : { issues: outcome.issues.map(({ message }) => message) };
}

const accepts = (guard: Guard, value: unknown): boolean => 'value' in check(guard, value);

test('a guard is a Standard Schema of this vendor', () => {
  expect(string()['~standard']).toMatchObject({ version: 1, vendor: 'rpcudp' });
});

test.each<[string, Guard, readonly unknown[], readonly unknown[]]>([
  ['string', string(), ['', 'a'], [1, null, undefined, ['a'], {}]],
  ['number', number(), [0, -1.5, NaN, Infinity], ['1', 1n, null, undefined]],
  ['boolean', boolean(), [true, false], [0, 'true', null]],
  ['null', nil(), [null], [undefined, 0, '', false]],
  ['unknown', unknown(), [undefined, null, 1, {}, [1]], []],
  ['never', never(), [], [undefined, null, 1]],
  ['Date', date(), [new Date(0), new Date(NaN)], [0, '1970', {}]],
  ['bytes', bytes(), [new Uint8Array(2), Buffer.from('a')], [[1], 'a', new Uint16Array(1)]],
  ['a literal', literal('a'), ['a'], ['b', null]],
  ['an enum', enumeration('Level', [0, 'high']), [0, 'high'], [1, 'Level', null]],
  ['an array', array(string()), [[], ['a']], [['a', 1], 'a', {}, [undefined]]],
  ['an object', object({ a: string() }), [{ a: '' }, Object.assign(Object.create(null), { a: '' })], [{}, [], null]],
  ['a record', record(number()), [{}, { a: 1 }], [{ a: 'b' }, [], new Map()]],
  ['a record by numbers', numericRecord(number()), [{ 1: 1 }, { 1: 1, a: 'b' }], [{ 1: 'b' }]],
  ['a tuple', tuple([string(), number()]), [['a', 1]], [['a'], ['a', 1, 1], [1, 'a']]],
  ['a tuple that ends in undefined', tuple([string(), union([number(), absent()])]), [['a', undefined]], [['a']]],
  ['a map', map(number(), string()), [new Map([[1, 'a']])], [new Map([['1', 'a']]), { 1: 'a' }, [[1, 'a']]]],
])('%s takes what it says and nothing else', (_name, guard, accepted, refused) => {
  for (const value of accepted) expect(check(guard, value)).toEqual({ value });
  for (const value of refused) expect(check(guard, value)).toHaveProperty('issues');
});

describe('what arrives as something else is given as what was declared', () => {
  test.each<[string, Guard, unknown, unknown]>([
    ['a small bigint', bigint(), 5, 5n],
    ['a large bigint', bigint(), 2n ** 60n, 2n ** 60n],
    ['a literal bigint', literal(5n), 5, 5n],
    ['undefined', absent(), null, undefined],
    ['a map with strings as keys', map(string(), bigint()), { a: 1 }, new Map([['a', 1n]])],
    ['an optional element', tuple([optional(string()), number()]), [null, 1], [undefined, 1]],
    ['an optional element that may be null', tuple([optional(union([nil(), string()]))]), [null], [null]],
    ['a property that may be undefined', object({ a: union([string(), absent()]) }), {}, {}],
    ['what lies deep inside', object({ ids: array(bigint()) }), { ids: [1, 2n] }, { ids: [1n, 2n] }],
  ])('%s', (_name, guard, value, expected) => {
    expect(check(guard, value)).toEqual({ value: expected });
  });

  test.each([1.5, NaN, 2 ** 53, '5'])('%p is no bigint', (value) => {
    expect(accepts(bigint(), value)).toBe(false);
  });

  test('a union leaves alone what is of one of its types already', () => {
    expect(check(union([bigint(), number()]), 5)).toEqual({ value: 5 });
    expect(check(union([absent(), nil()]), null)).toEqual({ value: null });
    expect(check(union([map(string(), number()), object({ a: number() })]), { a: 1 })).toEqual({ value: { a: 1 } });
  });

  test('a value is of its type after the codec, too', () => {
    const codec = messagePack();
    const guard = args([bigint(), optional(string()), map(string(), date())]);
    const sent = [7n, undefined, new Map([['a', new Date(1)]])];
    expect(check(guard, codec.decode(codec.encode(sent)))).toEqual({ value: sent });
  });
});

describe('arguments', () => {
  const guard = args([string(), optional(number()), rest(boolean())]);

  test('may be left out at the end, and keep their number', () => {
    expect(check(guard, ['a'])).toEqual({ value: ['a'] });
    expect(check(guard, ['a', null, true])).toEqual({ value: ['a', undefined, true] });
    expect(check(args([union([string(), absent()])]), [])).toEqual({ value: [] });
  });

  test('are called args', () => {
    expect(check(guard, [1])).toEqual({ issues: ['args[0]: expected a string, got a number'] });
    expect(check(guard, [])).toEqual({ issues: ['args[0]: expected a string, got nothing'] });
    expect(check(args([string()]), ['a', 'b'])).toEqual({ issues: ['args: expected 1 element, got 2'] });
    expect(check(args([]), [1])).toEqual({ issues: ['args: expected 0 elements, got 1'] });
    expect(check(args([optional(string()), optional(string())]), [1, 2, 3])).toEqual({
      issues: ['args: expected 0 to 2 elements, got 3'],
    });
    expect(check(guard, 'a')).toEqual({ issues: ['args: expected an array, got a string'] });
  });

  test('of overloads fit one of the signatures', () => {
    const either = overloads([args([string()]), args([number(), number()])]);
    expect(check(either, ['a'])).toEqual({ value: ['a'] });
    expect(check(either, [1, 2])).toEqual({ value: [1, 2] });
    expect(check(either, ['a', 2])).toEqual({ issues: ['args[0]: expected a number, got a string'] });
    expect(check(either, [1, 2, 3])).toEqual({
      issues: ['args: expected an array of 1 element or an array of 2 elements, got an array of 3 elements'],
    });
  });

  test('may follow the rest in a tuple', () => {
    const sandwich = tuple([string(), rest(number()), boolean()]);
    expect(accepts(sandwich, ['a', 1, 2, true])).toBe(true);
    expect(accepts(sandwich, ['a', true])).toBe(true);
    expect(accepts(sandwich, ['a'])).toBe(false);
    expect(accepts(sandwich, ['a', true, true])).toBe(false);
  });
});

describe('messages', () => {
  test('name the place, what was expected and what came', () => {
    const guard = args([object({ when: date(), tags: array(string()) })]);
    expect(check(guard, [{ when: 'now', tags: ['a', 1] }])).toEqual({
      issues: ['args[0].when: expected a Date, got a string', 'args[0].tags[1]: expected a string, got a number'],
    });
    expect(check(result(number()), 'a')).toEqual({ issues: ['result: expected a number, got a string'] });
    expect(check(number(), 'a')).toEqual({ issues: ['value: expected a number, got a string'] });
  });

  test('have a path of keys', () => {
    const guard = args([object({ 'a b': map(number(), string()) })]);
    expect(guard['~standard'].validate([{ 'a b': new Map([[3, 4]]) }])).toEqual({
      issues: [{ message: 'args[0]["a b"][3]: expected a string, got a number', path: [0, 'a b', 3] }],
    });
  });

  test.each<[unknown, string]>([
    [undefined, 'nothing'],
    [null, 'null'],
    [[], 'an array'],
    [new Date(), 'a Date'],
    [new Uint8Array(1), 'bytes'],
    [new Map(), 'a Map'],
    [{}, 'an object'],
    [new Set(), 'a Set'],
    [/a/, 'a RegExp'],
    [new TypeError(), 'an Error'],
    [new ArrayBuffer(1), 'an ArrayBuffer'],
    [new DataView(new ArrayBuffer(1)), 'a DataView'],
    [new Int16Array(1), 'an Int16Array'],
    [new Uint16Array(1), 'a Uint16Array'],
    [new URL('a:b'), 'a URL'],
    [new WeakMap(), 'an instance of a class'],
    [true, 'a boolean'],
    [1n, 'a bigint'],
  ])('call %p %s', (value, words) => {
    expect(check(string(), value)).toEqual({ issues: [`value: expected a string, got ${words}`] });
  });

  test('repeat little of a key, and no line break', () => {
    const { issues } = check(record(number()), { [`\n\u2028${'x'.repeat(500)}`]: 'a' }) as { issues: string[] };
    expect(issues[0]).toMatch(/^value\["\\n\?x+…"\]: expected a number, got a string$/);
    expect(issues[0]!.length).toBeLessThan(150);
  });

  test(`end after ${GUARD_ISSUES_MAX} issues`, () => {
    const { issues } = check(array(string()), Array(1000).fill(1)) as { issues: string[] };
    expect(issues).toHaveLength(GUARD_ISSUES_MAX);
  });

  test('of a union go inside where only one member can be meant', () => {
    const guard = union([nil(), object({ kind: literal('a'), n: number() }), object({ kind: literal('b') })]);
    expect(check(guard, { kind: 'a', n: '' })).toEqual({ issues: ['value.n: expected a number, got a string'] });
    expect(check(guard, { kind: 'c' })).toEqual({
      issues: ['value: expected an object with kind "a" or an object with kind "b", got an object with kind "c"'],
    });
    expect(check(union([literal(1), literal(2n), literal(true)]), 'a')).toEqual({
      issues: ['value: expected 1, 2n or true, got a string'],
    });
  });

  test('of a long union end in a number', () => {
    const letters = Array.from('abcdefghij', (letter) => literal(letter));
    expect(check(union(letters), 1)).toEqual({
      issues: ['value: expected "a", "b", "c", "d", "e", "f", "g", "h" or 2 more, got a number'],
    });
    expect(check(enumeration('Color', ['red', 1]), 2)).toEqual({
      issues: ['value: expected Color ("red" or 1), got 2'],
    });
  });

  test('of a map name a key that is of the wrong type', () => {
    expect(check(map(number(), string()), { a: 'b' })).toEqual({
      issues: ['value.a: expected a key that is a number, got a string'],
    });
    expect(check(map(date(), string()), new Map([[true, 'b']]))).toEqual({
      issues: ['value[0]: expected a key that is a Date, got a boolean'],
    });
  });
});

describe('objects', () => {
  test('keep properties that the type does not name, as TypeScript does', () => {
    expect(check(object({ a: string() }), { a: '', b: 1 })).toEqual({ value: { a: '', b: 1 } });
  });

  test('may leave out optional properties, but not give null for them', () => {
    const guard = object({ a: optional(string()) });
    expect(check(guard, {})).toStrictEqual({ value: {} });
    expect(check(guard, { a: undefined })).toStrictEqual({ value: {} });
    expect(check(guard, { a: null })).toEqual({ issues: ['value.a: expected a string, got null'] });
  });

  test('have the rest of their properties under an index signature', () => {
    const guard = object({ name: string() }, record(union([string(), number()])));
    expect(accepts(guard, { name: 'a', other: 1 })).toBe(true);
    expect(accepts(guard, { name: 1 })).toBe(false);
    expect(accepts(guard, { name: 'a', other: true })).toBe(false);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('are refused with a property %s that no type names', (name) => {
    const value: unknown = JSON.parse(`{"a": "", "${name}": {"polluted": true}}`);
    expect(check(object({ a: string() }), value)).toEqual({
      issues: [`value.${name}: expected no property of this name`],
    });
    expect(accepts(numericRecord(string()), value)).toBe(false);
  });

  test('may have a property called constructor where its type is known', () => {
    expect(accepts(object({ constructor: string() }), { constructor: 'a' })).toBe(true);
    expect(accepts(record(number()), { constructor: 1, a: 2 })).toBe(true);
    expect(accepts(object({ constructor: string() }), {})).toBe(false);
    expect(accepts(record(unknown()), JSON.parse('{"__proto__": 1}'))).toBe(false);
    expect(accepts(map(string(), unknown()), new Map([['__proto__', 1]]))).toBe(true);
  });

  test('are looked at without running code of theirs', () => {
    const asked = jest.fn(() => 'a');
    const trap = Object.defineProperty({}, 'a', { get: asked, enumerable: true });
    const message = 'expected a value, got a getter or setter';
    expect(check(object({ a: string() }), trap)).toEqual({ issues: [`value.a: ${message}`] });
    expect(check(map(string(), string()), trap)).toEqual({ issues: [`value.a: ${message}`] });
    class Point {
      get a(): string {
        return asked();
      }
    }
    expect(accepts(object({ a: string() }), new Point())).toBe(false);
    expect(asked).not.toHaveBeenCalled();
  });

  test('are new, and what came is unchanged', () => {
    const value = { ids: [1], map: new Map([[1, 1]]) };
    const accepted = check(object({ ids: array(bigint()), map: map(number(), bigint()) }), value);
    expect(accepted).toEqual({ value: { ids: [1n], map: new Map([[1, 1n]]) } });
    expect(value).toEqual({ ids: [1], map: new Map([[1, 1]]) });
  });
});

test('keys that become the same are refused', () => {
  const keys = new Map([
    [1, 'a'],
    [1n, 'b'],
  ] as [number | bigint, string][]);
  expect(check(map(bigint(), string()), keys)).toEqual({ issues: ['value: expected keys that differ'] });
});

test('what a method gives that says it gives nothing stays here', () => {
  expect(check(nothing(), { secret: 1 })).toEqual({ value: undefined });
});

describe('recursive types', () => {
  const tree: Guard = object({ children: array(lazy(() => tree)), value: optional(number()) });

  test('are checked all the way down', () => {
    expect(accepts(tree, { children: [{ children: [] }, { children: [{ children: [] }] }] })).toBe(true);
    expect(check(tree, { children: [{ children: [{ children: [], value: '' }] }] })).toEqual({
      issues: ['value.children[0].children[0].value: expected a number, got a string'],
    });
  });

  test(`end at ${VALUE_DEPTH_MAX} levels`, () => {
    const list: Guard = array(lazy(() => list));
    const nested = (levels: number): unknown => Array.from({ length: levels - 1 }).reduce((inner) => [inner], []);
    expect(accepts(list, nested(VALUE_DEPTH_MAX))).toBe(true);
    expect(check(list, nested(VALUE_DEPTH_MAX + 1))).toEqual({
      issues: [expect.stringContaining(`expected at most ${VALUE_DEPTH_MAX} levels of nesting`)],
    });
  });

  test('with unions cost no more than the value has places', () => {
    let looks = 0;
    const counting: Guard = union([lazy(() => a), lazy(() => b), nil()]);
    const leaf = (): Guard => {
      looks += 1;
      return number();
    };
    const a: Guard = object({ next: counting, a: lazy(leaf) });
    const b: Guard = object({ next: counting, b: lazy(leaf) });
    const nested = Array.from({ length: VALUE_DEPTH_MAX }).reduce((next) => ({ next, a: 1, b: '' }), null);
    expect(accepts(counting, nested)).toBe(true);
    const wrong = Array.from({ length: VALUE_DEPTH_MAX }).reduce((next) => ({ next, a: '', b: '' }), null);
    expect(accepts(counting, wrong)).toBe(false);
    expect(looks).toBeLessThan(20 * VALUE_DEPTH_MAX);
  });
});
