import { messagePack } from '@rpcudp/core';
import { SHORT, valueText, WHOLE } from './value-text.js';
import { decodeValue } from './values.js';

function shown(value: unknown, limits = WHOLE): string {
  const decoded = decodeValue(messagePack({ references: true }).encode(value));
  return decoded.readable ? valueText(decoded.value, limits) : decoded.reason;
}

const cycle: unknown[] = [1];
cycle.push(cycle);

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['5n', 5n],
  ['Set { 1, Map { 1 => 2 } }', new Set([1, new Map([[1, 2]])])],
  ['Float32Array(hex:0000c03f)', Float32Array.of(1.5)],
  ['ArrayBuffer(hex:01)', Uint8Array.of(1).buffer],
  ['DataView(hex:01)', new DataView(Uint8Array.of(1).buffer)],
  ['RangeError("no")', new RangeError('no')],
  [
    'Gone("no") { cause: Error(""), code: 1 }',
    Object.assign(new Error('no', { cause: new Error() }), { name: 'Gone', code: 1 }),
  ],
  ['AggregateError("") { errors: [1] }', new AggregateError([1])],
  ['/a\\nb/g', /a\nb/g],
  ['URL("https://example.org/")', new URL('https://example.org/')],
  ['Date(invalid)', new Date(NaN)],
  ['[<2 holes>, 1, <1 hole>, undefined]', [, , 1, , undefined]], // eslint-disable-line no-sparse-arrays
  ['[1, …again]', cycle],
])('%s', (text, value) => {
  expect(shown(value)).toBe(text);
});

test('what is shown shortly ends', () => {
  expect(shown(new Set(Array.from({ length: 500 }, (_, index) => index)), SHORT)).toMatch(/, …( })?$/);
  expect(shown(new Float64Array(500), SHORT)).toBe(`Float64Array(hex:${'00'.repeat(20)}… (4000 bytes))`);
});
