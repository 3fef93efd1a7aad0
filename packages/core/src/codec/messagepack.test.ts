import vectors from '../../../../docs/vectors/rpcudp-wire.json';
import { holdsIntegralFloat, recordedValue } from '../../test/recorded-values';
import { messagePack } from './messagepack';

/** What Python knows, and so what the rpcudp wire carries. */
const codec = messagePack().forWire!('rpcudp');
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const encoded = (value: unknown): string => Buffer.from(codec.encode(value)).toString('hex');
const decoded = (hex: string): unknown => codec.decode(bytes(hex));
const text = (value: string): string => Buffer.from(value).toString('hex');

const undecodable = (why: string): unknown =>
  expect.objectContaining({
    name: 'RpcError',
    code: 'INVALID_ARGUMENT',
    origin: 'local',
    message: `These bytes cannot be decoded: ${why}.`,
  });

test('the codec has a name', () => {
  expect(codec.name).toBe('messagepack');
});

describe('values that arrive as they were', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'c0'],
    ['false', false, 'c2'],
    ['true', true, 'c3'],
    ['zero', 0, '00'],
    ['the largest positive fixint', 127, '7f'],
    ['the smallest uint 8', 128, 'cc80'],
    ['the largest uint 8', 255, 'ccff'],
    ['the smallest uint 16', 256, 'cd0100'],
    ['the largest uint 16', 65_535, 'cdffff'],
    ['the smallest uint 32', 65_536, 'ce00010000'],
    ['the largest uint 32', 4_294_967_295, 'ceffffffff'],
    ['the smallest uint 64', 4_294_967_296, 'cf0000000100000000'],
    ['the largest exact number', Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
    ['the smallest bigint beyond numbers', 2n ** 53n, 'cf0020000000000000'],
    ['the largest int 64', 2n ** 63n - 1n, 'cf7fffffffffffffff'],
    ['the largest uint 64', 2n ** 64n - 1n, 'cfffffffffffffffff'],
    ['the largest negative fixint', -1, 'ff'],
    ['the smallest negative fixint', -32, 'e0'],
    ['the largest int 8', -33, 'd0df'],
    ['the smallest int 8', -128, 'd080'],
    ['the largest int 16', -129, 'd1ff7f'],
    ['the smallest int 16', -32_768, 'd18000'],
    ['the largest int 32', -32_769, 'd2ffff7fff'],
    ['the smallest int 32', -2_147_483_648, 'd280000000'],
    ['the largest int 64 below zero', -2_147_483_649, 'd3ffffffff7fffffff'],
    ['the smallest exact number', Number.MIN_SAFE_INTEGER, 'd3ffe0000000000001'],
    ['the largest bigint below numbers', -(2n ** 53n), 'd3ffe0000000000000'],
    ['the smallest int 64', -(2n ** 63n), 'd38000000000000000'],
    ['a fraction', 1.5, 'cb3ff8000000000000'],
    ['a tiny fraction', Number.MIN_VALUE, 'cb0000000000000001'],
    ['a whole number that is not exact', 2 ** 53, 'cb4340000000000000'],
    ['a huge number', 1e300, 'cb7e37e43c8800759c'],
    ['not a number', NaN, 'cb7ff8000000000000'],
    ['infinity', Infinity, 'cb7ff0000000000000'],
    ['negative infinity', -Infinity, 'cbfff0000000000000'],
    ['negative zero', -0, 'cb8000000000000000'],
    ['negative zero in an array', [0, -0], '9200cb8000000000000000'],
    ['negative zero in an object', { a: -0 }, '81a161cb8000000000000000'],
    ['an empty string', '', 'a0'],
    ['a string', 'abc', 'a3616263'],
    ['a string of 31 bytes', 'a'.repeat(31), `bf${'61'.repeat(31)}`],
    ['a string of 32 bytes', 'a'.repeat(32), `d920${'61'.repeat(32)}`],
    ['a string of 256 bytes', 'a'.repeat(256), `da0100${'61'.repeat(256)}`],
    ['a string of 65,536 bytes', 'a'.repeat(65_536), `db00010000${'61'.repeat(65_536)}`],
    ['any Unicode', '\u0000 ë 蛇 🐍 \uffff', 'b10020c3ab20e89b8720f09f908d20efbfbf'],
    ['empty bytes', new Uint8Array(0), 'c400'],
    ['bytes', Uint8Array.of(0, 255), 'c40200ff'],
    ['256 bytes', new Uint8Array(256), `c50100${'00'.repeat(256)}`],
    ['65,536 bytes', new Uint8Array(65_536), `c600010000${'00'.repeat(65_536)}`],
    ['an empty array', [], '90'],
    ['an array', [1, [2, [3, []]]], '92019202920390'],
    ['an array of 15', Array<number>(15).fill(1), `9f${'01'.repeat(15)}`],
    ['an array of 16', Array<number>(16).fill(1), `dc0010${'01'.repeat(16)}`],
    ['an array of 65,536', Array<number>(65_536).fill(1), `dd00010000${'01'.repeat(65_536)}`],
    ['an empty object', {}, '80'],
    ['an object', { a: 1, b: { c: [true] } }, '82a16101a16281a16391c3'],
    [
      'a property named like a method',
      { constructor: 1, toString: 2 },
      `82ab${text('constructor')}01a8${text('toString')}02`,
    ],
    ['a date of whole seconds', new Date(1_000), 'd6ff00000001'],
    ['a date with milliseconds', new Date(1_700_000_000_123), 'd7ff1d5353006553f100'],
    ['a date before 1970', new Date(-1), 'c70cff3b8b87c0ffffffffffffffff'],
    ['the first date there is', new Date(-8.64e15), 'c70cff00000000fffff82457de8000'],
    ['the last date there is', new Date(8.64e15), 'c70cff00000000000007dba8218000'],
    ['a Map with a number as key', new Map([[1, 'a']]), '8101a161'],
    [
      'a Map with keys of all kinds',
      new Map<unknown, unknown>([
        ['1', 0],
        [1, 1],
        [1.5, 2],
        [true, 3],
        [null, 4],
        [2n ** 60n, 5],
        ['a', 6],
      ]),
      '87a131000101cb3ff800000000000002c303c004cf100000000000000005a16106',
    ],
    ['a Map in a Map', new Map([[1, new Map([[2, -0]])]]), '81018102cb8000000000000000'],
    ['a Map with maps as keys', new Map([[new Map([[1, 2]]), [{ a: 3 }]]]), '818101029181a16103'],
    ['a bigint in an object', { id: 2n ** 63n, list: [1, 'a'] }, `82a26964cf8000000000000000a4${text('list')}9201a161`],
  ])('%s', (_title, value, hex) => {
    expect(encoded(value)).toBe(hex);
    expect(codec.decode(codec.encode(value))).toStrictEqual(value);
  });
});

describe('values that arrive as something else', () => {
  test.each<[string, unknown, string, unknown]>([
    ['undefined, as null', undefined, 'c0', null],
    ['undefined in an array, as null', [undefined, 1], '92c001', [null, 1]],
    ['holes in an array, as null', [, 1, ,], '93c001c0', [null, 1, null]], // eslint-disable-line no-sparse-arrays
    ['holes beside a bigint, as null', [, 2n ** 60n], '92c0cf1000000000000000', [null, 2n ** 60n]], // eslint-disable-line no-sparse-arrays
    ['a property with undefined, not at all', { a: undefined, b: 1 }, '81a16201', { b: 1 }],
    ['a property with undefined beside a bigint, not at all', { a: undefined, b: 1n }, '81a16201', { b: 1 }],
    ['undefined in a Map, as null', new Map([[1, undefined]]), '8101c0', new Map([[1, null]])],
    ['undefined as a key, as null', new Map([[undefined, 1]]), '81c001', new Map([[null, 1]])],
    ['a small bigint, as a number', 5n, '05', 5],
    ['a small negative bigint, as a number', -33n, 'd0df', -33],
    ['the largest exact bigint, as a number', 2n ** 53n - 1n, 'cf001fffffffffffff', 2 ** 53 - 1],
    ['a small bigint as a key, as a number', new Map([[5n, 1]]), '810501', new Map([[5, 1]])],
    ['a Buffer, as bytes', Buffer.of(1, 2), 'c4020102', Uint8Array.of(1, 2)],
    ['a Map whose keys are all strings, as an object', new Map([['a', 1]]), '81a16101', { a: 1 }],
    ['an empty Map, as an object', new Map(), '80', {}],
    [
      'an object without a prototype, as a plain one',
      Object.assign(Object.create(null) as object, { a: 1 }),
      '81a16101',
      { a: 1 },
    ],
    [
      'an instance of a subclass of Array, as an array',
      new (class extends Array<number> {})(1, 2, 3),
      '93010203',
      [1, 2, 3],
    ],
  ])('%s', (_title, value, hex, arrives) => {
    expect(encoded(value)).toBe(hex);
    expect(codec.decode(codec.encode(value))).toStrictEqual(arrives);
  });

  test.each([0, 1, 127, 128, 65_536, 2 ** 32, 2 ** 53 - 1, -1, -32, -33, -129, -(2 ** 31) - 1, -(2 ** 53) + 1])(
    'the bigint and the number %i are the same bytes',
    (number) => {
      expect(encoded(BigInt(number))).toBe(encoded(number));
    },
  );

  test.each([
    ['float 64', 'cb3ff0000000000000', 1],
    ['float 64 of zero', 'cb0000000000000000', 0],
    ['float 32', 'ca3f800000', 1],
    ['float 32 of a fraction', 'ca3fc00000', 1.5],
    ['int 64', 'd30000000000000001', 1],
    ['uint 64', 'cf0000000000000001', 1],
    ['int 64, positive and beyond numbers', 'd37fffffffffffffff', 2n ** 63n - 1n],
    ['uint 8', 'cc01', 1],
  ])('a number arrives from every encoding: %s', (_title, hex, number) => {
    expect(decoded(hex)).toBe(number);
  });
});

describe('containers of every header size', () => {
  test.each([15, 16, 65_535, 65_536])('%i elements, one of them a bigint', (length) => {
    const array = Array.from({ length }, (_, index): unknown => index);
    array[length - 1] = 2n ** 60n;
    expect(codec.decode(codec.encode(array))).toStrictEqual(array);
  });

  test.each([15, 16, 65_535, 65_536])('%i entries with numbers as keys', (size) => {
    const map = new Map(Array.from({ length: size }, (_, index) => [index, -index || 0]));
    expect(codec.decode(codec.encode(map))).toStrictEqual(map);
  });

  test.each([15, 16, 65_535, 65_536])('%i properties', (size) => {
    const object = Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, index]));
    expect(codec.decode(codec.encode(object))).toStrictEqual(object);
  });
});

describe('memory', () => {
  test('decoded bytes are plain Uint8Arrays that share nothing with a Buffer they came in', () => {
    const datagram = Buffer.from('93c40201028101c40103c4020405', 'hex');
    const [bin, map] = codec.decode(datagram) as [Uint8Array, Map<number, Uint8Array>];
    expect(bin.constructor).toBe(Uint8Array);
    expect(bin.buffer).not.toBe(datagram.buffer);
    datagram.fill(0xff);
    expect(bin).toStrictEqual(Uint8Array.of(1, 2));
    expect(map.get(1)).toStrictEqual(Uint8Array.of(3));
  });

  test('bytes as the whole value, in objects and as keys are copies, too', () => {
    const datagram = bytes('92 81a161c40101 81c4010203');
    const [object, map] = codec.decode(datagram) as [{ a: Uint8Array }, Map<Uint8Array, number>];
    const whole = bytes('c40101');
    const wholeDecoded = codec.decode(whole);
    datagram.fill(0);
    whole.fill(0);
    expect(object).toStrictEqual({ a: Uint8Array.of(1) });
    expect([...map]).toStrictEqual([[Uint8Array.of(2), 3]]);
    expect(wholeDecoded).toStrictEqual(Uint8Array.of(1));
  });

  test.each<[string, unknown]>([
    ['by the library', 'a'],
    ['by assembly', [2n ** 60n, Uint8Array.of(1)]],
  ])('encoded bytes (%s) are a plain Uint8Array that later values leave alone', (_title, value) => {
    const first = codec.encode(value);
    const before = Buffer.from(first).toString('hex');
    codec.encode(['b'.repeat(100), 3n]);
    expect(Buffer.from(first).toString('hex')).toBe(before);
    expect(first.constructor).toBe(Uint8Array);
    expect(first.buffer.byteLength).toBe(first.length);
  });

  test('what a large value took is handed out with it: nothing is kept, and later values leave it alone', () => {
    const large = new Uint8Array(1_000_000).fill(1);
    const first = codec.encode(large);
    const second = codec.encode(large.map(() => 2));
    expect(second.buffer).not.toBe(first.buffer);
    expect([codec.decode(first), codec.encode('a').buffer.byteLength]).toEqual([large, 2]);
  });
});

describe('maps with keys that are not strings', () => {
  test('keep the order of the wire, strings that look like numbers included', () => {
    const map = new Map<unknown, number>([
      ['b', 1],
      ['10', 2],
      [5, 3],
      ['2', 4],
    ]);
    expect([...(codec.decode(codec.encode(map)) as Map<unknown, number>)]).toEqual([...map]);
  });

  test('may have keys that a Map tells apart by identity, however often they come', () => {
    expect([...(decoded('82c4016101c4016102') as Map<Uint8Array, number>)]).toStrictEqual([
      [Uint8Array.of(0x61), 1],
      [Uint8Array.of(0x61), 2],
    ]);
  });

  test.each([
    ['the same number', '82 01 c0 01 c0'],
    ['an integer and the same as a float', '82 01 c0 cb3ff0000000000000 c0'],
    ['an integer in two lengths', '82 01 c0 cf0000000000000001 c0'],
    ['zero and negative zero', '82 00 c0 cb8000000000000000 c0'],
    ['not a number', '82 cb7ff8000000000000 c0 cb7ff8000000000000 c0'],
    ['nil', '82 c0 c0 c0 c0'],
    ['a large integer', '82 cfffffffffffffffff c0 cfffffffffffffffff c0'],
    ['the same number after a text', '83 a161 c0 01 c0 01 c0'],
    ['the same number in an inner map', '91 81 a161 82 01 c0 01 c0'],
  ])('are refused if %s comes twice', (_title, hex) => {
    expect(() => decoded(hex)).toThrow(undecodable('a map has the same key twice') as Error);
  });

  test('are told apart from strings that look alike', () => {
    expect(decoded('83 01 c0 a131 c0 a474727565 c0')).toStrictEqual(
      new Map<unknown, null>([
        [1, null],
        ['1', null],
        ['true', null],
      ]),
    );
  });
});

describe('keys that imitate the stand-ins for keys that are not strings', () => {
  const imitation = (index: string): string => `\u0000rpcudp key ${index}`;

  test.each<[string, unknown]>([
    ['alone', { [imitation('0')]: 1 }],
    ['beside bytes', { [imitation('0')]: Uint8Array.of(1) }],
    ['beside a date', { [imitation('0')]: new Date(0) }],
    ['beside a large integer', { [imitation('0')]: 2n ** 60n, [imitation('1')]: 1, [imitation('')]: 2 }],
    [
      'beside a key that is not a string',
      new Map<unknown, unknown>([
        [imitation('1'), 1],
        [7, 2],
        [imitation('0'), 3],
      ]),
    ],
    ['inside a map with such keys', new Map([[7, { [imitation('0')]: 1, a: 2 }]])],
    ['outside a map with such keys', { [imitation('0')]: new Map([[7, 1]]) }],
    [
      'with a number that is none',
      new Map<unknown, unknown>([
        [imitation('x'), 1],
        [imitation('99'), 2],
        [7, 2],
      ]),
    ],
  ])('%s are keys like any other', (_title, value) => {
    expect(codec.decode(codec.encode(value))).toStrictEqual(value);
  });
});

describe('byte order marks', () => {
  test.each([10, 197, 198, 300, 65_536])('are kept at the start of a string with %i more characters', (length) => {
    const marked = `\ufeff${'a'.repeat(length)}`;
    const value = { [marked]: [marked, `\ufeff${marked}`, 1, Uint8Array.of(1)], [marked.slice(1)]: 'other' };
    expect(codec.decode(codec.encode(value))).toStrictEqual(value);
    expect(codec.decode(codec.encode(marked))).toBe(marked);
  });

  test('are kept beside keys that are not strings', () => {
    const value = new Map<unknown, unknown>([
      [1, `\ufeff${'蛇'.repeat(100)}`],
      [`\ufeff${'a'.repeat(300)}`, 2n ** 60n],
    ]);
    expect(codec.decode(codec.encode(value))).toStrictEqual(value);
  });
});

describe('hostile bytes', () => {
  const untouched = Object.getOwnPropertyNames(Object.prototype).sort();
  const proto = `a9${text('__proto__')}`;

  test.each([
    ['at the top', `81 ${proto} 81 a8${text('polluted')} c3`],
    ['inside', `91 81 a161 81 ${proto} 01`],
    ['in another length', `81 d909${text('__proto__')} 80`],
    ['beside bytes', `82 a161 c400 ${proto} 80`],
    ['beside a number as key', `82 01 02 ${proto} 80`],
    ['in a key', `81 81 ${proto} 80 01`],
  ])('a key __proto__ is refused, and no prototype changes (%s)', (_title, hex) => {
    expect(() => decoded(hex)).toThrow(undecodable('The key __proto__ is not allowed') as Error);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(untouched);
  });

  test('bytes and arrays that spell __proto__ are keys of a Map', () => {
    const map = decoded(`82 c409${text('__proto__')} 80 91${proto} 80`);
    expect([...(map as Map<unknown, unknown>)]).toStrictEqual([
      [new Uint8Array(Buffer.from('__proto__')), {}],
      [['__proto__'], {}],
    ]);
    expect(Object.getPrototypeOf(map)).toBe(Map.prototype);
  });

  test.each([
    ['no bytes at all', '', 'the value is cut off'],
    ['a second value', '0102', 'the value ends after 1 of 2 bytes'],
    ['an array that is cut off', '9201', 'the value is cut off'],
    ['an unknown extension type', 'd40500', 'extension type 5 is not registered with the codec'],
    ['a key that comes twice', '82a161c0a161c0', 'a map has the same key twice'],
    ['a string that is not UTF-8', 'a1ff', 'a string is not UTF-8'],
    ['65 arrays', `${'91'.repeat(65)}c0`, 'arrays and maps are nested deeper than 64'],
    ['the byte 0xc1', 'c1', '0xc1 is not MessagePack'],
    ['a timestamp beyond dates', 'c70cff 00000000 7fffffffffffffff', 'a timestamp is outside the range of Date'],
    ['a timestamp before dates', 'c70cff 00000000 8000000000000000', 'a timestamp is outside the range of Date'],
    [
      'a timestamp one second beyond dates',
      'c70cff 00000000 000007dba8218001',
      'a timestamp is outside the range of Date',
    ],
    [
      'a timestamp with a second of nanoseconds',
      'd7ff ee6b2800 00000000',
      'a timestamp has more than 999,999,999 nanoseconds',
    ],
    [
      'a timestamp of 12 bytes with too many',
      'c70cff ffffffff 0000000000000000',
      'a timestamp has more than 999,999,999 nanoseconds',
    ],
    ['a timestamp of 1 byte', 'd4ff00', 'Unrecognized data size for timestamp (expected 4, 8, or 12): 1'],
    ['a timestamp of no bytes', 'c700ff', 'Unrecognized data size for timestamp (expected 4, 8, or 12): 0'],
  ])('%s: refused with the reason', (_title, hex, why) => {
    expect(() => decoded(hex)).toThrow(undecodable(why) as Error);
  });

  test('nanoseconds are rounded down to milliseconds on both sides of 1970', () => {
    expect(decoded('d7ff 00f423fc 00000000')).toStrictEqual(new Date(3));
    expect(decoded('c70cff 000f423f ffffffffffffffff')).toStrictEqual(new Date(-1000));
  });

  test('64 levels arrive', () => {
    const deep = codec.decode(bytes(`${'91'.repeat(64)}c0`));
    expect(JSON.stringify(deep)).toBe(`${'['.repeat(64)}null${']'.repeat(64)}`);
    expect(encoded(deep)).toBe(`${'91'.repeat(64)}c0`);
  });

  test.each([
    ['array headers', (): Uint8Array => new Uint8Array(65_507).fill(0x91)],
    ['array lengths', (): Uint8Array => new Uint8Array(65_507).fill(0xdd)],
    [
      'map lengths',
      (): Uint8Array => Uint8Array.from({ length: 65_507 }, (_, index) => (index % 3 === 0 ? 0xde : 0x50)),
    ],
    ['extensions', (): Uint8Array => new Uint8Array(65_507).fill(0xc9)],
  ])('a datagram full of %s is refused', (_title, fill) => {
    expect(() => codec.decode(fill())).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
  });

  test('a refused value leaves nothing behind for the next', () => {
    expect(() => decoded('82 01 c0 01 c0')).toThrow('twice');
    expect(() => decoded(`91 81 ${proto} 80`)).toThrow('__proto__');
    expect(decoded('82 01 c0 a161 02')).toStrictEqual(
      new Map<unknown, unknown>([
        [1, null],
        ['a', 2],
      ]),
    );
    expect(() => codec.encode([1n, { a: Symbol('s') }])).toThrow('value[1].a cannot be sent');
    expect(encoded([1n])).toBe('9101');
  });
});

describe('values recorded from a Python peer', () => {
  const answers = (vectors.calls as { method: string; response?: string; value?: unknown }[])
    .filter((call) => call.response !== undefined && 'value' in call)
    .map((call, index) => [`${index}: ${call.method}`, call.response!.slice(42), call.value] as const);

  test.each(answers)(
    '%s arrives as recorded, and goes back as the same bytes but for whole floats',
    (_title, hex, value) => {
      expect(decoded(hex)).toStrictEqual(recordedValue(value));
      const float = holdsIntegralFloat(value);
      expect(encoded(decoded(hex)) === hex).toBe(!float);
    },
  );
});
