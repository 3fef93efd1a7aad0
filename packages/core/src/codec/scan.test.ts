import fc from 'fast-check';
import { Decoder } from '@msgpack/msgpack';
import { VALUE_DEPTH_MAX } from '../limits';
import { messagePack } from './messagepack';
import {
  HAS_BIG_INTEGER,
  HAS_BYTES,
  HAS_EXTENSION,
  HAS_MARK,
  HAS_OTHER_KEY,
  HAS_TIMESTAMP,
  scan,
  type KnownTypes,
  type ScanResult,
} from './scan';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const onlyTimestamps: KnownTypes = { exact: false, references: false, knows: (type) => type === -1 };
const found = (hex: string): ScanResult => scan(bytes(hex), onlyTimestamps);

const CUT_OFF = 'the value is cut off';
const TWICE = 'a map has the same key twice';
const NOT_UTF8 = 'a string is not UTF-8';

/** One of each form of MessagePack, with what the scan reports for it. */
const forms: [string, string, number][] = [
  ['positive fixint', '7f', 0],
  ['negative fixint', 'e0', 0],
  ['nil', 'c0', 0],
  ['false', 'c2', 0],
  ['true', 'c3', 0],
  ['uint 8', 'cc ff', 0],
  ['uint 16', 'cd ffff', 0],
  ['uint 32', 'ce ffffffff', 0],
  ['uint 64', 'cf ffffffffffffffff', HAS_BIG_INTEGER],
  ['uint 64, exact in a number', 'cf 001fffffffffffff', 0],
  ['uint 64, one too many', 'cf 0020000000000000', HAS_BIG_INTEGER],
  ['int 8', 'd0 80', 0],
  ['int 16', 'd1 8000', 0],
  ['int 32', 'd2 80000000', 0],
  ['int 64', 'd3 8000000000000000', HAS_BIG_INTEGER],
  ['int 64, exact in a number', 'd3 ffe0000100000000', 0],
  ['int 64, positive and exact', 'd3 001fffffffffffff', 0],
  ['int 64, positive and not exact', 'd3 7fffffffffffffff', HAS_BIG_INTEGER],
  ['float 32', 'ca 3fc00000', 0],
  ['float 64', 'cb 3ff8000000000000', 0],
  ['fixstr', 'a3 616263', 0],
  ['fixstr, empty', 'a0', 0],
  ['str 8', 'd9 03 616263', 0],
  ['str 16', 'da 0003 e89b87', 0],
  ['str 32', 'db 00000003 616263', 0],
  ['bin 8', 'c4 02 00ff', HAS_BYTES],
  ['bin 16', 'c5 0002 00ff', HAS_BYTES],
  ['bin 32', 'c6 00000002 00ff', HAS_BYTES],
  ['fixarray', '92 01 c0', 0],
  ['array 16', 'dc 0002 01 c0', 0],
  ['array 32', 'dd 00000002 01 c0', 0],
  ['fixmap', '82 a161 01 a162 02', 0],
  ['map 16', 'de 0001 a161 01', 0],
  ['map 32', 'df 00000001 a161 01', 0],
  ['a map with a number as key', '81 01 02', HAS_OTHER_KEY],
  ['a map with a negative number as key', '81 ff 02', HAS_OTHER_KEY],
  ['a map with bytes as key', '81 c400 02', HAS_OTHER_KEY | HAS_BYTES],
  ['a map with a map as key', '81 81 a161 01 02', HAS_OTHER_KEY],
  ['fixext 4, a timestamp', 'd6 ff 00000000', HAS_TIMESTAMP],
  ['fixext 8, a timestamp', 'd7 ff 0000000000000000', HAS_TIMESTAMP],
  ['ext 8, a timestamp', 'c7 0c ff 000000000000000000000000', HAS_TIMESTAMP],
  ['ext 16, a timestamp', 'c8 0004 ff 00000000', HAS_TIMESTAMP],
  ['ext 32, a timestamp', 'c9 00000004 ff 00000000', HAS_TIMESTAMP],
  ['everything in one', '93 c400 cfffffffffffffffff 81 01 d6ff00000000', 71],
];

describe.each(forms)('%s', (_title, hex, flags) => {
  test('is accepted, and what is rare in it is reported', () => {
    expect(found(hex)).toBe(flags);
  });

  test('is refused at every shorter length', () => {
    const whole = bytes(hex);
    for (let length = 0; length < whole.length; length += 1) {
      expect(scan(whole.subarray(0, length), onlyTimestamps)).toBe(CUT_OFF);
    }
  });

  test('is refused with a byte after it', () => {
    const { length } = bytes(hex);
    expect(found(`${hex} c0`)).toBe(`the value ends after ${length} of ${length + 1} bytes`);
  });
});

test('extensions of 1, 2 and 16 bytes are as long as they say', () => {
  const any: KnownTypes = { exact: false, references: false, knows: () => true };
  expect(scan(bytes('d4 05 00'), any)).toBe(HAS_EXTENSION);
  expect(scan(bytes('d5 05 0000'), any)).toBe(HAS_EXTENSION);
  expect(scan(bytes(`d8 05 ${'00'.repeat(16)}`), any)).toBe(HAS_EXTENSION);
  expect(scan(bytes(`d8 05 ${'00'.repeat(15)}`), any)).toBe(CUT_OFF);
});

test('the bytes may be a view into a larger buffer', () => {
  const whole = bytes('c1 8d a161 00 a162 00 c1');
  expect(scan(whole.subarray(2, 4), onlyTimestamps)).toBe(0);
  // More than 12 keys go through a set that reads the buffer underneath.
  const keys = Array.from({ length: 20 }, (_, index) => `a1${(0x41 + index).toString(16)}c0`).join('');
  const padded = bytes(`${'a141'.repeat(10)}de0014${keys}`);
  expect(scan(padded.subarray(20), onlyTimestamps)).toBe(0);
});

describe('lengths that lie', () => {
  test.each([
    ['array 32', 'dd ffffffff 01 02 03'],
    ['map 32', 'df ffffffff 01 02 03'],
    ['str 32', 'db ffffffff 61 62 63'],
    ['bin 32', 'c6 ffffffff 01 02 03'],
    ['ext 32', 'c9 ffffffff ff 01 02'],
    ['array 16', 'dc ffff 01 02 03'],
    ['map 16', 'de ffff 01 02 03'],
    ['a map one value short', '82 a161 01 a162'],
    ['an array inside an array', '92 dd ffffffff 01'],
    ['the largest half of a map length', 'df 80000000 a161 01'],
  ])('%s is refused', (_title, hex) => {
    expect(found(hex)).toBe(CUT_OFF);
  });
});

describe('depth', () => {
  const inside = (header: string, depth: number): string => header.repeat(depth) + 'c0';

  test.each([
    ['arrays', '91'],
    ['maps', '81a161'],
    ['arrays of 32 bits', 'dd00000001'],
    ['maps of 16 bits', 'de0001a161'],
  ])('%s may be nested as deep as the limit and no deeper', (_title, header) => {
    expect(found(inside(header, VALUE_DEPTH_MAX))).toBe(0);
    expect(found(inside(header, VALUE_DEPTH_MAX + 1))).toBe('arrays and maps are nested deeper than 64');
  });

  test('keys count as well', () => {
    expect(found('81'.repeat(VALUE_DEPTH_MAX) + 'c0' + 'c0'.repeat(VALUE_DEPTH_MAX))).toBe(HAS_OTHER_KEY);
    expect(found('81'.repeat(VALUE_DEPTH_MAX + 1) + 'c0' + 'c0'.repeat(VALUE_DEPTH_MAX + 1))).toMatch(/deeper/);
  });

  test('a datagram full of array headers does not exhaust the stack', () => {
    expect(scan(new Uint8Array(65_507).fill(0x91), onlyTimestamps)).toMatch(/deeper/);
  });
});

describe('keys that come twice', () => {
  const key = (index: number): string => `a2${(0x6100 + index).toString(16)}`;
  const map = (keys: string[]): string =>
    `de${keys.length.toString(16).padStart(4, '0')}${keys.map((text) => `${text}c0`).join('')}`;
  const distinct = (count: number): string[] => Array.from({ length: count }, (_, index) => key(index));

  test.each([2, 12, 13, 30])('a map of %i different keys is accepted', (count) => {
    expect(found(map(distinct(count)))).toBe(0);
  });

  test.each([2, 12, 13, 30])('a map of %i keys, the last of which is also the first, is refused', (count) => {
    expect(found(map([...distinct(count - 1), key(0)]))).toBe(TWICE);
  });

  test.each([2, 13])('keys of %i are compared as text, not as the bytes of their headers', (count) => {
    const sameInStr8 = `d902${key(0).slice(2)}`;
    const sameInStr32 = `db00000002${key(0).slice(2)}`;
    expect(found(map([...distinct(count - 1), sameInStr8]))).toBe(TWICE);
    expect(found(map([sameInStr32, ...distinct(count - 1)]))).toBe(TWICE);
  });

  test.each([2, 13])('keys of %i that begin alike are different', (count) => {
    expect(found(map([...distinct(count - 2), 'a161', 'a26162']))).toBe(0);
    expect(found(map([...distinct(count - 2), 'a26162', 'a161']))).toBe(0);
  });

  test('a text is not the number, the bytes or the extension that look like it', () => {
    expect(found('83 a161 c0 61 c0 c40161 c0')).toBe(HAS_OTHER_KEY | HAS_BYTES);
  });

  test('the same key may be in two maps, one inside the other', () => {
    expect(found('82 a161 81 a161 c0 a162 c0')).toBe(0);
  });
});

describe('strings', () => {
  test.each([
    ['a byte that starts nothing', 'a1 ff'],
    ['a continuation without a start', 'a2 61 80'],
    ['a sequence that is cut off', 'a2 e8 9b'],
    ['an overlong encoding', 'a2 c0 80'],
    ['half of a surrogate pair', 'a3 ed a0 bd'],
    ['a code point beyond Unicode', 'a4 f4 90 80 80'],
    ['a long string with a bad end', 'd921' + '61'.repeat(32) + 'ff'],
    ['a key', '81 a1ff c0'],
  ])('%s is refused', (_title, hex) => {
    expect(found(hex)).toBe(NOT_UTF8);
  });

  test('bytes are not looked at as text', () => {
    expect(found('c4 02 ff fe')).toBe(HAS_BYTES);
  });

  test('a byte order mark is reported only where the library would lose it', () => {
    const text = (length: number): string => `d9${length.toString(16)}efbbbf${'61'.repeat(length - 3)}`;
    expect(found(text(200))).toBe(0);
    expect(found(text(201))).toBe(HAS_MARK);
    expect(found(`d9c9 61 efbbbf ${'61'.repeat(197)}`)).toBe(0);
    expect(found(`d9c9 ${'e89b87'.repeat(67)}`)).toBe(0);
  });
});

test.each(['c1', '91c1', '81a161c1', '81c1a161'])('the reserved byte 0xc1 is refused (%s)', (hex) => {
  expect(found(hex)).toBe('0xc1 is not MessagePack');
});

test('extension types that nobody registered are refused by their number', () => {
  expect(found('d4 05 00')).toBe('extension type 5 is not registered with the codec');
  expect(found('91 d4 fe 00')).toBe('extension type -2 is not registered with the codec');
  expect(found('c7 00 80')).toBe('extension type -128 is not registered with the codec');
});

/** Well-formed MessagePack, not always in the shortest form. */
const wellFormed = fc.letrec<{ value: Uint8Array }>((tie) => {
  const sized = (head: number, body: Uint8Array, length: number): Uint8Array =>
    Buffer.concat([Uint8Array.of(head, length >> 8, length & 0xff), body]);
  const many = (each: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> => fc.array(each, { maxLength: 4 });
  return {
    value: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'wire' },
      fc.constantFrom(...forms.map(([, hex]) => bytes(hex))),
      many(tie('value')).map((parts) => sized(0xdc, Buffer.concat(parts), parts.length)),
      many(fc.tuple(tie('value'), tie('value')).map((pair) => Buffer.concat(pair))).map((parts) =>
        sized(0xde, Buffer.concat(parts), parts.length),
      ),
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => {
        const encoded = Buffer.from(text);
        return sized(0xda, encoded, encoded.length);
      }),
    ),
  };
}).value;

const mutated = fc
  .tuple(wellFormed, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('set', 'cut', 'insert'))
  .map(([source, place, byte, how]) => {
    const at = place % source.length;
    if (how === 'cut') return source.subarray(0, at);
    const rest = source.subarray(how === 'set' ? at + 1 : at);
    return new Uint8Array(Buffer.concat([source.subarray(0, at), Uint8Array.of(byte), rest]));
  });

const anyBytes = fc.oneof(wellFormed, mutated, fc.uint8Array({ maxLength: 64 }));
const codec = messagePack().forWire!('rpcudp');

function outcome(decode: () => unknown): string {
  try {
    decode();
    return 'decoded';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('for any bytes', () => {
  const onlyValuesTell = /^decoded$|__proto__|the same key twice|a timestamp|size for timestamp/;

  test('what the scan refuses is refused in its words, and what it accepts decodes but for what only values tell', () => {
    fc.assert(
      fc.property(anyBytes, (input) => {
        const result = scan(input, onlyTimestamps);
        const decoded = outcome(() => codec.decode(input));
        const refusal = `These bytes cannot be decoded: ${result}.`;
        expect(typeof result === 'string' && decoded === refusal ? 'the same words' : decoded).toMatch(
          typeof result === 'string' ? /^the same words$/ : onlyValuesTell,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('the library can decode what the scan accepts, and the scan says why not where the library could', () => {
    const library = new Decoder({ mapKeyConverter: (key) => String(key), useBigInt64: true });
    const theirs = /^agreed$|__proto__|size for timestamp/;
    const ours = /^agreed$|the same key twice|UTF-8|deeper|not registered/;
    fc.assert(
      fc.property(anyBytes, (input) => {
        const result = scan(input, onlyTimestamps);
        const decoded = outcome(() => library.decode(input));
        const accepted = typeof result === 'number';
        const both = accepted === (decoded === 'decoded');
        expect(both ? 'agreed' : accepted ? decoded : result).toMatch(accepted ? theirs : ours);
      }),
      { numRuns: 2_000 },
    );
  });
});
