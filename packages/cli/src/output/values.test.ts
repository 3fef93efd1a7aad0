import { printable } from './printable.js';
import { jsonOf, showValue } from './values.js';

const pipe = { isTTY: false };

test('a value is shown whole, and bytes as they can be written', () => {
  const long = Array.from({ length: 200 }, (_, index) => index);
  expect(showValue(long, pipe)).toContain('199');
  expect(showValue([[[[[[1n]]]]]], { columns: 80 }).replace(/\s/g, '')).toBe('[[[[[[1n]]]]]]');
  expect(showValue([Uint8Array.of(0, 255), new Uint8Array()], pipe)).toBe('[ hex:00ff, hex: ]');
  expect(showValue(new Map([[1, Uint8Array.of(1)]]), pipe)).toBe('Map(1) { 1 => hex:01 }');
  expect(showValue(null, pipe)).toBe('null');
});

test('JSON has a form for everything that can arrive', () => {
  const value = [Uint8Array.of(0, 255), 2n ** 63n, new Date(0), new Map([[1, 'a']]), NaN, -Infinity, null, 'a'];
  expect(jsonOf(value)).toBe(
    '[{"base64":"AP8="},"9223372036854775808","1970-01-01T00:00:00.000Z",[[1,"a"]],"NaN","-Infinity",null,"a"]',
  );
  expect(jsonOf(undefined)).toBe('null');
});

test('values of the native wire are shown and have a form in JSON', () => {
  // eslint-disable-next-line no-sparse-arrays
  expect(showValue([new Set([Uint8Array.of(1)]), undefined, , /a/g], pipe)).toBe(
    '[ Set(1) { hex:01 }, undefined, <1 empty item>, /a/g ]',
  );
  const error = Object.assign(new AggregateError([new Error('a')], 'no', { cause: 1n }), { code: 7 });
  const value = [
    undefined,
    new Set([1]),
    Int16Array.of(1),
    new ArrayBuffer(1),
    error,
    /a/g,
    new URL('a:b'),
    new Date(NaN),
  ];
  expect(JSON.parse(jsonOf(value))).toEqual([
    null,
    [1],
    { base64: 'AQA=' },
    { base64: 'AA==' },
    { name: 'AggregateError', message: 'no', cause: '1', errors: [{ name: 'Error', message: 'a' }], code: 7 },
    '/a/g',
    'a:b',
    null,
  ]);
});

test('text of a peer cannot move the cursor or begin a line', () => {
  expect(printable('a\nb\tc\u001b[2J\u009b\u202e\u2028é🐍')).toBe('a\\nb c\\u{1b}[2J\\u{9b}\\u{202e}\\u{2028}é🐍');
});

test('JSON of what a peer sent holds no character that a terminal obeys', () => {
  const text = 'a\u009b31m\u007f\u202e\u2028b';
  const json = jsonOf({ text });
  expect(json).toBe('{"text":"a\\u009b31m\\u007f\\u202e\\u2028b"}');
  expect(JSON.parse(json)).toEqual({ text });
});
