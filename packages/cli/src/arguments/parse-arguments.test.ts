import type { CommandFailure } from '../failure.js';
import { parseValue } from './json5-values.js';
import { parseArguments, type Sources } from './parse-arguments.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('a value', () => {
  test.each<[string, unknown]>([
    ['5', 5],
    ['-0.5e3', -500],
    ['0x10', 16],
    ['Infinity', Infinity],
    ['null', null],
    [`{ a: 'x', "b": [1, 2,], /* c: */ }`, { a: 'x', b: [1, 2] }],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['0xffffffffffffffff', 0xffffffffffffffffn],
    ['[5n, -5n]', [5n, -5n]],
    ['12345678901234567890.5', Number('12345678901234567890.5')],
    ['[hex:00ff, "hex:00ff"]', [bytes(0, 255), 'hex:00ff']],
    ['[hex:]', [bytes()]],
    ['{ key: base64:AP8=, hex:12 }', { key: bytes(0, 255), hex: 12 }],
    ['{ hex: hex:12 }', { hex: bytes(0x12) }],
    ['[{ a: [hex:12], base64: 1 }, hex:12]', [{ a: [bytes(0x12)], base64: 1 }, bytes(0x12)]],
    ['2026-01-31T12:00:00Z', new Date('2026-01-31T12:00:00Z')],
    ['{ at: 2026-01-31T12:00:00.123Z }', { at: new Date('2026-01-31T12:00:00.123Z') }],
    [String.raw`"a \" 9007199254740993"`, 'a " 9007199254740993'],
    ['// 9007199254740993\n1', 1],
    [String.raw`"\u0000rpcudp:7"`, '\u0000rpcudp:7'],
    [' -Infinity', -Infinity],
    [' -9007199254740993n', -9007199254740993n],
    ['undefined', undefined],
    ['[undefined, { a: undefined, undefined: 1 }]', [undefined, { a: undefined, undefined: 1 }]],
    [
      `Map([[1, 'a'], [hex:00, Set([5n])]])`,
      new Map<unknown, unknown>([
        [1, 'a'],
        [bytes(0), new Set([5n])],
      ]),
    ],
    ['{ Map: new Map(), Set: [Set([1,]),] }', { Map: new Map(), Set: [new Set([1])] }],
    [`URL('https://example.org')`, new URL('https://example.org')],
    [String.raw`RegExp('a\\.b', "gi")`, /a\.b/gi],
    ['Float64Array([1.5, -Infinity])', Float64Array.of(1.5, -Infinity)],
    ['BigInt64Array([-5n])', BigInt64Array.of(-5n)],
    ['ArrayBuffer(hex:0102)', Uint8Array.of(1, 2).buffer],
    [`RangeError('no', { cause: TypeError('why') })`, new RangeError('no', { cause: new TypeError('why') })],
    [`'Map([])'`, 'Map([])'],
  ])('%s', (text, value) => {
    expect(parseValue(text)).toEqual(value);
  });

  test.each([
    ['Snake', "invalid character 'S' at 1:1"],
    ['[9007199254740993 5]', /^invalid character '5'$/],
    ['[hex:0]', 'hex: takes pairs of hexadecimal digits, such as hex:00ff, not "0"'],
    ['[base64:A]', 'base64: takes base64, such as base64:AP8=, not "A"'],
    ['2026-13-31T12:00:00Z', 'there is no such date as 2026-13-31T12:00:00Z'],
    ['undefineds', "invalid character 'u' at 1:1"],
    ['Map(5)', /^Map\(…\): number 5 is not iterable/],
    ['URL("a")', 'URL(…): Invalid URL'],
    ['Map([]', /^invalid end of input/],
    ['Map([]))', /^invalid character/],
  ])('cannot be %s', (text, message) => {
    expect(() => parseValue(text)).toThrow(message);
  });
});

const nothing: Sources = {
  readFile: async (path) => Promise.reject(Object.assign(new Error(path), { code: 'ENOENT' })),
  readStandardInput: async () => '',
};

async function refusal(words: readonly string[], sources = nothing): Promise<string> {
  const error = await parseArguments(words, sources).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'CommandFailure', exitCode: 2 });
  return (error as CommandFailure).message;
}

test('a prefix says that the rest is text or bytes', async () => {
  expect(await parseArguments(['str:', 'str:hex:00', 'hex:', 'hex:00FF', 'base64:AP8', 'base64:AP8='])).toEqual([
    '',
    'hex:00',
    bytes(),
    bytes(0, 255),
    bytes(0, 255),
    bytes(0, 255),
  ]);
});

test('files and standard input hold one value each', async () => {
  const sources: Sources = {
    readFile: async (path) => `// ${path}\n[1]`,
    readStandardInput: async () => '{ a: hex:00 }\n',
  };
  expect(await parseArguments(['@a.json5', '-', '5'], sources)).toEqual([[1], { a: bytes(0) }, 5]);
});

test.each([
  [
    ['5', "it's"],
    `Argument 2: it's is not JSON5: invalid character 'i' at 1:1. To send text, write '"it'\\''s"' or 'str:it'\\''s'`,
  ],
  [['a b'], `Argument 1: a b is not JSON5: invalid character 'a' at 1:1. To send text, write '"a b"' or 'str:a b'`],
  [['"a'], 'Put the whole argument in single quotes, which the shell takes away.'],
  [['-'], 'Argument 1: standard input is empty. It takes one JSON5 value.'],
  [['@a/b'], 'Argument 1: the file a/b cannot be read: ENOENT. To send text, write str:@a/b'],
  [['base64:!'], 'Argument 1: base64: takes base64, such as base64:AP8=, not "!".'],
])('%j is refused with the way to write it', async (words, message) => {
  expect(await refusal(words)).toContain(message);
});
