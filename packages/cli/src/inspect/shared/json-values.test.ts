import fc from 'fast-check';
import { parseValue } from '../../arguments/json5-values.js';
import { lineOf, textOf } from './json-text.js';
import { fromJson, tagged, toJson, type Json } from './json-values.js';

/** By way of JSON text, as between the page and the command. */
function there(value: unknown): unknown {
  return fromJson(JSON.parse(JSON.stringify(toJson(value))) as Json);
}

const leaf = fc.oneof(
  fc.constant(null),
  fc.constant(undefined),
  fc.boolean(),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
  fc.date({ noInvalidDate: false }),
  fc.float64Array(),
);

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(leaf, tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(leaf, { maxLength: 3 }).map((items) => new Set(items)),
  ),
}));

test('any value arrives as it was', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(there(value)).toEqual(value);
    }),
  );
});

test.each([
  ['a regular expression', /a\/b/gi],
  ['a URL', new URL('https://example.org/?a=1')],
  ['an error', Object.assign(new RangeError('far'), { cause: 'why', code: 5 })],
  ['bytes of every kind', [Int16Array.of(-1, 2), BigInt64Array.of(-5n), Uint8Array.of(1, 2).buffer]],
  ['an array with holes', Object.assign(new Array<number>(3), { 1: 5 })],
  ['minus zero', -0],
])('%s arrives as it was', (_title, value) => {
  expect(there(value)).toStrictEqual(value);
});

test('a Buffer arrives as the bytes that it is', () => {
  expect(there(Buffer.from('ab'))).toEqual(Uint8Array.of(97, 98));
});

test('no name means anything', () => {
  const value = JSON.parse('{ "__proto__": { "polluted": true }, "kind": "Map", "of": 1 }') as object;
  const read = there(value) as Record<string, unknown>;
  expect(Object.keys(read)).toEqual(['__proto__', 'kind', 'of']);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test.each([
  [tagged('constructor', null), 'There is no kind of value "constructor".'],
  [tagged('Map', 5), 'A list was expected'],
  [tagged('Map', [[1]]), 'A pair was expected.'],
  [tagged('bigint', 5), 'Text was expected'],
  [tagged('source', '1'), 'There is no kind of value "source".'],
] as const)('%j is no value', (json, message) => {
  expect(() => fromJson(json)).toThrow(message);
});

test('what holds itself, or cannot travel, is refused', () => {
  const loop: unknown[] = [];
  loop.push(loop);
  expect(() => toJson(loop)).toThrow('A value that holds itself cannot be shown.');
  expect(() => toJson(Symbol('x'))).toThrow('A symbol cannot be sent.');
});

test('text stands for a value where somebody reads it', () => {
  expect(fromJson([tagged('source', '{ a: hex:00 }')], parseValue)).toEqual([{ a: Uint8Array.of(0) }]);
});

test.each([2 ** 53, -(2 ** 70), -0])('%p is shown so that it is read as a number again', (value) => {
  expect(parseValue(textOf(toJson([value, Float64Array.of(value)])))).toEqual([value, Float64Array.of(value)]);
});

test('what is shown of a value can be given to rpcudp call', () => {
  fc.assert(
    fc.property(
      // A key of that name is one that JSON5 gives a meaning; dates before the year 0 are written in another way.
      anyValue.filter(
        (value) => !/__proto__|"[+-]\d{6}-|Date",null|"kind":"Date","of":null/.test(JSON.stringify(toJson(value))),
      ),
      (value) => {
        expect(parseValue(textOf(toJson(value)))).toEqual(value);
      },
    ),
  );
});

test('a long value has a line for each part, and one line is cut', () => {
  const json = toJson({ customer: 'x'.repeat(60), items: ['y'.repeat(30)] });
  expect(textOf(json)).toBe(`{\n  customer: "${'x'.repeat(60)}",\n  items: ["${'y'.repeat(30)}"]\n}`);
  expect(lineOf(json, 20)).toBe(`{ customer: "xxxxxxx…`);
});

test('what cannot be written in another way is named', () => {
  const error = textOf(toJson(new RangeError('far', { cause: 1 })));
  expect(error).toBe('RangeError("far", { cause: 1 })');
  expect(textOf(tagged('Strange', 'x'))).toBe('Strange(…)');
});
