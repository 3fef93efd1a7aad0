import { VALUE_DEPTH_MAX } from '../limits';
import { inspect as inspectIn, type Inspection } from './encodable';
import { ExtensionRules } from './extension-rules';

const noRule = (): boolean => false;
/** In the table of the rpcudp wire. */
function inspect(value: unknown, covers: (value: object) => boolean): Inspection {
  const is = (each: unknown): each is unknown => covers(each as object);
  const rule = { type: 1, is, encode: () => new Uint8Array(0), decode: () => undefined };
  return inspectIn(value, {
    exact: false,
    references: false,
    plainInstances: false,
    extensions: new ExtensionRules([rule]),
  });
}
const refused = (value: unknown): string => {
  try {
    inspect(value, noRule);
  } catch (error) {
    expect(error).toMatchObject({ name: 'RpcError', code: 'INVALID_ARGUMENT', origin: 'local', executed: 'no' });
    return (error as Error).message;
  }
  throw new Error('accepted');
};

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

describe('a value that can travel', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a boolean', true],
    ['a number', 1.5],
    ['not a number', NaN],
    ['a string of any Unicode', 'Zoë 蛇 🐍 \u0000 \uffff'],
    ['bytes', new Uint8Array(3)],
    ['a Buffer', Buffer.from('abc')],
    ['a date', new Date(0)],
    ['an array with holes', new Array(3)],
    ['a plain object', { a: { b: [] } }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
  ])('%s needs nothing but the library', (_title, value) => {
    expect(inspect(value, noRule)).toEqual({ needsWriter: false });
  });

  test.each<[string, unknown]>([
    ['a bigint', 5n],
    ['negative zero', -0],
    ['a Map', new Map()],
    ['a bigint deep inside', { a: [[{ b: 1n }]] }],
    ['negative zero deep inside', [[{ a: -0 }]]],
  ])('%s needs the writer', (_title, value) => {
    expect(inspect(value, noRule)).toEqual({ needsWriter: true });
  });

  test('the same object may be in two places, as long as it is not inside itself', () => {
    const shared = { list: [1, 2] };
    expect(inspect({ a: shared, b: [shared, shared] }, noRule)).toEqual({ needsWriter: false });
  });

  test('a value that a rule covers is not looked into, whatever it is', () => {
    const callback = Object.assign([(): void => {}], { marker: true });
    expect(inspect([callback, new Map([[callback, 1]])], (value) => value === callback)).toEqual({
      needsWriter: true,
    });
    expect(() => inspect([callback], noRule)).toThrow('value[0][0] cannot be sent: it is a function.');
  });

  test('properties named by symbols and properties that are not enumerable stay here', () => {
    const value = Object.defineProperty({ [Symbol('s')]: () => {} }, 'hidden', { value: () => {}, enumerable: false });
    expect(inspect(value, noRule)).toEqual({ needsWriter: false });
  });
});

describe('a value that cannot travel is refused', () => {
  class Private {
    readonly #secret = 1;
    reveal(): number {
      return this.#secret;
    }
  }
  const halfOfSnake = '🐍'.slice(0, 1);
  const cycle: unknown[] = [];
  cycle.push({ back: cycle });
  const mapCycle = new Map<string, unknown>();
  mapCycle.set('self', mapCycle);
  const anonymous: unknown = new (class {
    readonly a = 1;
  })();

  test.each<[string, unknown, string]>([
    ['a function', (): void => {}, 'a function'],
    ['a class', Point, 'a function'],
    ['a symbol', Symbol('s'), 'a symbol'],
    ['a string with half of a surrogate pair', `a${halfOfSnake}b`, 'a string with half of a surrogate pair'],
    ['a bigint above the range', 2n ** 64n, 'a bigint outside the 64-bit range'],
    ['a bigint below the range', -(2n ** 63n) - 1n, 'a bigint outside the 64-bit range'],
    ['an invalid date', new Date(NaN), 'an invalid Date'],
    ['a cycle', cycle, 'a reference back to something it is part of'],
    ['a map that is its own entry', mapCycle, 'a reference back to something it is part of'],
    ['an instance of a class', new Point(1, 2), 'an instance of Point'],
    ['an instance without properties', new Private(), 'an instance of Private'],
    ['an instance of a class without a name', anonymous, 'an object with a prototype'],
    ['an object that inherits', Object.create({ a: 1 }), 'an instance of Object'],
    [
      'an instance without a constructor',
      Object.create(Object.create(Object.create(null) as object) as object),
      'an ob',
    ],
    ['an error', new RangeError('no'), 'an instance of RangeError. Only the native wire has such values. Send a plain'],
    ['a set', new Set([1]), 'an instance of Set. Only the native wire has such values. Send an array.'],
    ['a URL', new URL('a:b'), 'an instance of URL. Only the native wire has such values. Send its href.'],
    ['a promise', Promise.resolve(1), 'an instance of Promise'],
    ['a regular expression', /a/, 'an instance of RegExp. Only the native wire has such values. Send its source.'],
    ['an object of a string', Object('a'), 'an instance of String'],
    ['a property named __proto__', JSON.parse('{"__proto__": 1}'), 'an object with a property named __proto__'],
    ['a key __proto__', new Map([['__proto__', 1]]), 'a Map with the key __proto__'],
    ['a property name that is not Unicode', { [halfOfSnake]: 1 }, 'an object with a property name that UTF-8 cannot'],
    [
      'the keys null and undefined in one map',
      new Map<unknown, number>([
        [null, 1],
        [undefined, 2],
      ]),
      'a Map with two keys that are sent as the same, undefined and another',
    ],
    [
      'the keys 5 and 5n in one map',
      new Map<unknown, number>([
        [5, 1],
        [5n, 2],
      ]),
      'a Map with two keys that are sent as the same, 5 and another',
    ],
  ])('%s', (_title, value, why) => {
    expect(refused(value)).toContain(`it is ${why}`);
  });

  test('a class without a rule, with the way out', () => {
    expect(refused({ at: [new Point(1, 2)] })).toBe(
      'value.at[0] cannot be sent: it is an instance of Point. ' +
        'Send a plain object, or register an extension type with the codec.',
    );
  });

  test.each([
    new Float64Array(1),
    new Uint16Array(1),
    new Uint8ClampedArray(1),
    new DataView(new ArrayBuffer(1)),
    new ArrayBuffer(1),
  ])('other binary data than Uint8Array, with the way out (%p)', (value) => {
    expect(refused(value)).toMatch(
      /^value cannot be sent: it is an instance of \w+\. Send a Uint8Array, or an array of numbers\.$/,
    );
  });

  test('the error names the place', () => {
    const no = Symbol('no');
    expect(refused([1, { a: { 'b c': [no] } }])).toMatch(/^value\[1\]\.a\["b c"\]\[0\] cannot be sent/);
    expect(refused({ '': no })).toMatch(/^value\[""\] cannot/);
    expect(refused({ $ok_1: no })).toMatch(/^value\.\$ok_1 cannot/);
    expect(refused(new Map([['a"', no]]))).toMatch(/^value\.get\("a\\""\) cannot/);
    expect(refused(new Map([[7, [no]]]))).toMatch(/^value\.get\(7\)\[0\] cannot/);
    expect(refused(new Map([[7n, no]]))).toMatch(/^value\.get\(7\) cannot/);
    expect(refused(new Map([[null, no]]))).toMatch(/^value\.get\(a key of type object\) cannot/);
    expect(refused([new Map([[no, 1]])])).toMatch(/^value\[0\] \(a key\) cannot/);
    expect(refused([new Map([[[no], 1]])])).toMatch(/^value\[0\] \(a key\)\[0\] cannot/);
  });
});

describe('depth', () => {
  test.each<[string, (inner: unknown) => unknown]>([
    ['arrays', (inner) => [inner]],
    ['objects', (inner) => ({ inner })],
    ['maps', (inner) => new Map([[1, inner]])],
    ['maps in keys', (inner) => new Map([[inner, 1]])],
  ])('%s may be nested as deep as the limit and no deeper', (_title, wrap) => {
    expect(() => inspect(nested(VALUE_DEPTH_MAX, wrap), noRule)).not.toThrow();
    expect(refused(nested(VALUE_DEPTH_MAX + 1, wrap))).toContain(
      `it is nested deeper than ${VALUE_DEPTH_MAX} arrays and objects`,
    );
  });
});

test('the range of 64-bit integers is accepted to its ends', () => {
  expect(inspect([2n ** 64n - 1n, -(2n ** 63n)], noRule)).toEqual({ needsWriter: true });
});

test('a map may hold a number and the bigint next to it, and bigints that no number equals exactly', () => {
  const map = new Map<unknown, number>([
    [5, 1],
    [6n, 2],
    [2 ** 53, 3],
    [2n ** 53n, 4],
    [undefined, 5],
  ]);
  expect(inspect(map, noRule)).toEqual({ needsWriter: true });
});
