/** What holds for every value of the native wire and for any bytes, tried with many of them. */
import fc from 'fast-check';
import { Encoder } from '@msgpack/msgpack';
import { anyValue } from '../../test/any-value';
import { difference } from '../../test/value-difference';
import { RpcError } from '../errors';
import type { Codec } from './codec';
import { ExtensionRules } from './extension-rules';
import { messagePack } from './messagepack';
import { writeValue } from './value-writer';

const codec = messagePack();
const references = messagePack({ references: true });

/** The value, or `refused`; any other outcome fails the test. */
function decodedOrRefused(bytes: Uint8Array, by: Codec = codec): { value: unknown } | 'refused' {
  try {
    return { value: by.decode(bytes) };
  } catch (error) {
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', origin: 'local' });
    expect((error as Error).message).toMatch(/^These bytes cannot be decoded: /);
    return 'refused';
  }
}

/** Extensions of our own types around anything. */
const extension = fc
  .tuple(fc.integer({ min: 95, max: 108 }), fc.uint8Array({ maxLength: 20 }))
  .map(([type, payload]) => Buffer.concat([Buffer.of(0xc7, payload.length, type), payload]));

const changes = fc.array(
  fc.record({
    place: fc.nat(),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 1 }),
      fc
        .constantFrom(0xc7, 0xc9, 0xd4, 0xdc, 0xdd, 0xdf, 0xff, 96, 97, 98, 99, 100, 101, 102, 105, 106)
        .map((byte) => Uint8Array.of(byte)),
      extension,
    ),
    how: fc.constantFrom('set', 'cut', 'insert'),
  }),
  { minLength: 1, maxLength: 4 },
);

function changed(
  value: unknown,
  by: Codec,
  list: readonly { place: number; bytes: Uint8Array; how: string }[],
): Uint8Array {
  let bytes = Buffer.from(by.encode(value));
  for (const { place, bytes: inserted, how } of list) {
    const at = place % (bytes.length + 1);
    if (how === 'cut') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    else
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        inserted,
        bytes.subarray(how === 'set' ? at + inserted.length : at),
      ]);
  }
  return new Uint8Array(bytes);
}

test('every value arrives as itself, and its bytes are the only ones', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const bytes = codec.encode(value);
      const arrived = codec.decode(bytes);
      expect(difference(value, arrived)).toBeUndefined();
      expect(Buffer.from(codec.encode(arrived)).equals(bytes)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('references change nothing where no object occurs twice', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(difference(value, references.decode(references.encode(value)))).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test('every value that is cut off is refused, wherever it is cut', () => {
  fc.assert(
    fc.property(anyValue, fc.nat(), (value, place) => {
      const bytes = codec.encode(value);
      expect(decodedOrRefused(bytes.subarray(0, place % bytes.length))).toBe('refused');
    }),
    { numRuns: 500 },
  );
});

test.each<[string, Codec, fc.Arbitrary<Uint8Array>]>([
  ['any bytes', codec, fc.uint8Array({ maxLength: 200 })],
  ['any extension', codec, extension.map((bytes) => new Uint8Array(bytes))],
  [
    'bytes of a value with changes',
    codec,
    fc.tuple(anyValue, changes).map(([value, list]) => changed(value, codec, list)),
  ],
])('%s decode to a value that can be sent on, or are refused, and nothing else', (_title, by, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (bytes) => {
      const before = Buffer.from(bytes).toString('hex');
      const outcome = decodedOrRefused(bytes, by);
      expect(Buffer.from(bytes).toString('hex')).toBe(before);
      if (outcome === 'refused') return;
      expect(difference(outcome.value, by.decode(by.encode(outcome.value)))).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
});

test('bytes with references decode or are refused, and nothing else', () => {
  const shared = fc.array(anyValue, { maxLength: 3 }).map((parts) => {
    const cycle: unknown[] = [...parts, new Map([[parts, parts]])];
    cycle.push(cycle, parts);
    return cycle;
  });
  fc.assert(
    fc.property(fc.tuple(shared, changes), ([value, list]) => {
      const outcome = decodedOrRefused(changed(value, references, list), references);
      if (outcome !== 'refused') references.encode(outcome.value);
    }),
    { numRuns: 2_000 },
  );
});

test('no prototype changes, whatever comes', () => {
  const prototypes = [Object, Array, Map, Set, Error, RangeError, Date, RegExp, Uint8Array].map(
    (each) => each.prototype as object,
  );
  const names = prototypes.map((each) => Object.getOwnPropertyNames(each));
  fc.assert(
    fc.property(anyValue, changes, (value, list) => {
      decodedOrRefused(changed(value, codec, list));
      expect(prototypes.map((each) => Object.getOwnPropertyNames(each))).toEqual(names);
    }),
    { numRuns: 300 },
  );
});

test('what is plain has the bytes of the library, by our writer as well', () => {
  const library = new Encoder({ ignoreUndefined: true });
  const table = { exact: true, references: false, plainInstances: false, extensions: new ExtensionRules([]) };
  // As JSON writes it, so without −0, of which the library makes 0.
  const plain = fc.json({ maxDepth: 4 }).map((text): unknown => JSON.parse(text));
  const numbers = fc.oneof(
    fc.maxSafeInteger(),
    fc.double(),
    fc.constantFrom(127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, -32, -33, -128, -129, -32_768, -32_769),
    fc.constantFrom(-(2 ** 31), -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 53),
  );
  const long = fc.nat({ max: 70_000 }).map((length) => (length % 2 ? 'ä'.repeat(length) : new Uint8Array(length)));
  const values = fc.oneof(
    plain,
    numbers,
    long,
    fc.date({ noInvalidDate: true }),
    fc.array(
      numbers.map((number) => number || 0),
      { maxLength: 40 },
    ),
  );
  fc.assert(
    fc.property(
      values.filter((value) => !Object.is(value, -0)),
      (value) => {
        expect(Buffer.from(writeValue(value, table)).equals(library.encode(value))).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});

test.each<[string, (size: number) => Uint8Array]>([
  ['errors', (size) => repeated('c703650080 80'.replaceAll(' ', ''), size)],
  ['empty Maps', (size) => repeated('d46280', size)],
  ['bigints', (size) => repeated('d46100', size)],
  ['empty buffers', (size) => repeated('d46400', size)],
  ['regular expressions', (size) => repeated('c70366a161a0', size)],
  ['URLs', (size) => repeated('c70367613a62', size)],
  ['errors inside of each other', (size) => new Uint8Array(size).fill(0x65)],
  ['heads of extensions', (size) => new Uint8Array(size).fill(0xc9)],
])('a megabyte of %s is decoded or refused in bounded time', (_title, make) => {
  const bytes = make(1_000_000);
  const started = process.cpuUsage();
  decodedOrRefused(bytes);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(5_000);
});

/** An array of as many values as fit. */
function repeated(hex: string, size: number): Uint8Array {
  const one = Buffer.from(hex, 'hex');
  const count = Math.floor(size / one.length);
  const head = Buffer.of(0xdd, 0, 0, 0, 0);
  head.writeUInt32BE(count, 1);
  return new Uint8Array(Buffer.concat([head, ...Array.from({ length: count }, () => one)]));
}
