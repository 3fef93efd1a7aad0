import { parseType, type FormType } from './type-text.js';

const text: FormType = { kind: 'text' };
const number: FormType = { kind: 'number' };
const any: FormType = { kind: 'any' };

test.each<[string, FormType]>([
  ['string', text],
  ['Uint8Array', { kind: 'bytes' }],
  ['Uint8Array<ArrayBuffer>', { kind: 'bytes' }],
  ['Date', { kind: 'date' }],
  ['bigint', { kind: 'bigint' }],
  ['string[][]', { kind: 'list', item: { kind: 'list', item: text } }],
  ['readonly string[]', { kind: 'list', item: text }],
  ['ReadonlyArray<number>', { kind: 'list', item: number }],
  ['Set<string>', { kind: 'set', item: text }],
  ['Map<string, number>', { kind: 'map', key: text, value: number }],
  ['Record<string, number>', { kind: 'record', key: text, value: number }],
  ['{ [key: string]: number }', { kind: 'record', key: text, value: number }],
  ["'small'", { kind: 'constant', value: 'small' }],
  ['-1.5', { kind: 'constant', value: -1.5 }],
  ['10n', { kind: 'constant', value: 10n }],
  ['{}', { kind: 'object', properties: [] }],
])('%s is asked for as what it is', (type, form) => {
  expect(parseType(type)).toEqual(form);
});

test('nested objects are asked for property by property', () => {
  const type = parseType("{ customer: string; readonly items: { sku: string, 'a-b'?: number }[]; }");
  expect(type).toEqual({
    kind: 'object',
    properties: [
      { name: 'customer', optional: false, type: text },
      {
        name: 'items',
        optional: false,
        type: {
          kind: 'list',
          item: {
            kind: 'object',
            properties: [
              { name: 'sku', optional: false, type: text },
              { name: 'a-b', optional: true, type: number },
            ],
          },
        },
      },
    ],
  });
});

test('of a union, each member is one to choose', () => {
  const type = parseType(" | 'a' | (number | null)[] | { kind: 'c' }");
  expect(type).toMatchObject({
    kind: 'union',
    members: [{ text: "'a'" }, { text: '(number | null)[]', type: { kind: 'list' } }, { text: "{ kind: 'c' }" }],
  });
});

test('a tuple is asked for by its labels, or by numbers', () => {
  const named = { name: 'key', optional: false, type: text };
  expect(parseType('[key: string, value?: number]')).toEqual({
    kind: 'tuple',
    items: [named, { name: 'value', optional: true, type: number }],
  });
  expect(parseType('[string, number?]')).toEqual({
    kind: 'tuple',
    items: [
      { ...named, name: '0' },
      { name: '1', optional: true, type: number },
    ],
  });
});

test.each([
  'Order',
  'Order<string>',
  'constructor',
  'A & B',
  'keyof T',
  'T extends string ? 1 : 2',
  '(a: string) => void',
  '[...string[]]',
  '`a${string}`',
  '{ a: string; [key: string]: string }',
  '{ a',
  '',
  "'open",
  'x'.repeat(20_000),
  '['.repeat(5_000),
])('what cannot be asked for part by part is any value: %#', (type) => {
  expect(parseType(type)).toEqual(any);
});
