import { RpcError } from '../errors';
import type { Codec } from './codec';
import { extensionType, type ExtensionType } from './extension';
import { messagePack, type MessagePackOptions } from './messagepack';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');

const rpcudpCodec = (options: MessagePackOptions): Codec => messagePack(options).forWire!('rpcudp');

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

class NamedPoint extends Point {
  readonly name = 'here';
}

const point = extensionType(
  1,
  Point,
  ({ x, y }) => Uint8Array.of(x, y),
  (data) => {
    if (data.length !== 2) throw new Error('a point has two coordinates');
    return new Point(data[0]!, data[1]!);
  },
);
const codec = rpcudpCodec({ extensions: [point] });

/** A codec with one extension type that decodes to whatever a test needs. */
const decodesTo = (decode: (data: Uint8Array) => unknown): Codec =>
  rpcudpCodec({ extensions: [{ type: 1, is: (_value): _value is unknown => false, encode: () => bytes(''), decode }] });

const refusal = (message: string): Error =>
  expect.objectContaining({ name: 'RpcError', code: 'INVALID_ARGUMENT', message }) as Error;

describe('a class with a rule', () => {
  test.each<[string, unknown, string]>([
    ['alone', new Point(3, 4), 'd5010304'],
    ['in an array', [new Point(3, 4), null], '92d5010304c0'],
    ['in an object', { at: new Point(3, 4) }, '81a26174d5010304'],
    ['beside a bigint', [2n ** 60n, new Point(3, 4)], '92cf1000000000000000d5010304'],
    ['in a Map', new Map([[1, new Point(3, 4)]]), '8101d5010304'],
    ['as a key', new Map([[new Point(3, 4), 1]]), '81d501030401'],
  ])('travels as an extension: %s', (_title, value, hex) => {
    expect(hexOf(codec.encode(value))).toBe(hex);
    expect(codec.decode(codec.encode(value))).toStrictEqual(value);
  });

  test('covers its subclasses, which arrive as the class', () => {
    expect(hexOf(codec.encode(new NamedPoint(3, 4)))).toBe('d5010304');
    expect(codec.decode(codec.encode(new NamedPoint(3, 4)))).toStrictEqual(new Point(3, 4));
  });

  test('travels by the first rule that fits', () => {
    const named = extensionType(
      2,
      NamedPoint,
      () => bytes('aa'),
      () => new NamedPoint(0, 0),
    );
    expect(hexOf(rpcudpCodec({ extensions: [named, point] }).encode(new NamedPoint(3, 4)))).toBe('d402aa');
    expect(hexOf(rpcudpCodec({ extensions: [point, named] }).encode(new NamedPoint(3, 4)))).toBe('d5010304');
  });

  test.each([
    ['no bytes', 0, 'c70001'],
    ['1 byte', 1, 'd401'],
    ['3 bytes', 3, 'c70301'],
    ['16 bytes', 16, 'd801'],
    ['256 bytes', 256, 'c8010001'],
    ['65,536 bytes', 65_536, 'c90001000001'],
  ])('may take %s', (_title, length, header) => {
    class Blob {
      constructor(readonly size: number) {}
    }
    const sized = rpcudpCodec({
      extensions: [
        extensionType(
          1,
          Blob,
          ({ size }) => new Uint8Array(size),
          (data) => new Blob(data.length),
        ),
      ],
    });
    expect(hexOf(sized.encode(new Blob(length)))).toBe(header + '00'.repeat(length));
    expect(sized.decode(sized.encode(new Blob(length)))).toStrictEqual(new Blob(length));
  });

  class Vector extends Array<number> {}
  class Table extends Map<string, number> {}
  class Digest extends Uint8Array {}
  class Day extends Date {}

  test.each<[string, abstract new (...args: never[]) => object, object]>([
    ['Array', Vector, Vector.of(1, 2)],
    ['Map', Table, new Table([['a', 1]])],
    ['Uint8Array', Digest, Digest.of(1, 2)],
    ['Date', Day, new Day(0)],
    ['Date that is invalid', Day, new Day(NaN)],
  ])('goes before what the codec does by itself: a subclass of %s', (_title, constructor, value) => {
    const own = rpcudpCodec({
      extensions: [
        extensionType(
          1,
          constructor,
          () => bytes('aa'),
          () => value,
        ),
      ],
    });
    expect(hexOf(own.encode(value))).toBe('d401aa');
    expect(hexOf(own.encode([value, 2n ** 60n]))).toBe('92d401aacf1000000000000000');
    expect(own.decode(own.encode([value, 2n ** 60n]))).toEqual([value, 2n ** 60n]);
  });

  test('may be written as a class of its own, with fields that its functions use', () => {
    class PointRule implements ExtensionType<Point> {
      readonly type = 7;
      readonly #scale = 2;
      readonly is = (value: unknown): value is Point => value instanceof Point;
      encode(value: Point): Uint8Array {
        return Uint8Array.of(value.x * this.#scale, value.y * this.#scale);
      }
      decode(data: Uint8Array): Point {
        return new Point(data[0]! / this.#scale, data[1]! / this.#scale);
      }
    }
    const scaled = rpcudpCodec({ extensions: [new PointRule()] });
    expect(hexOf(scaled.encode(new Point(3, 4)))).toBe('d5070608');
    expect(scaled.decode(scaled.encode(new Point(3, 4)))).toStrictEqual(new Point(3, 4));
  });
});

describe('what a decode function gives is left as it is', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;

  test.each<[string, unknown]>([
    ['a frozen object', Object.freeze({ list: Object.freeze([1n]) })],
    ['an object that contains itself', cycle],
    ['an object with a name like an internal one', { '\u0000rpcudp key 0': 1 }],
    ['a small bigint', 5n],
    ['an invalid date', new Date(NaN)],
    ['bytes', Buffer.of(1)],
    ['a string', 'text'],
    ['null', null],
    ['undefined', undefined],
  ])('%s', (_title, result) => {
    const custom = decodesTo(() => result);
    expect(custom.decode(bytes('d40100'))).toBe(result);
    expect((custom.decode(bytes('92 d40100 cfffffffffffffffff')) as unknown[])[0]).toBe(result);
    expect([...(custom.decode(bytes('81 d40100 01')) as Map<unknown, unknown>)]).toEqual([[result, 1]]);
  });

  test('as a key, a string from an extension is not the same string twice unnoticed', () => {
    const custom = decodesTo(() => 'a');
    expect(() => custom.decode(bytes('82 d40100 01 a161 02'))).toThrow(
      refusal('These bytes cannot be decoded: a map has the same key twice.'),
    );
    const proto = decodesTo(() => '__proto__').decode(bytes('81 d40100 81a16101'));
    expect(proto).toStrictEqual(new Map([['__proto__', { a: 1 }]]));
  });

  test('the bytes it gets are its own, and slices of them are copies', () => {
    const custom = decodesTo((data) => data.slice(0, 2));
    const datagram = Buffer.from('d6010a0b0c0d', 'hex');
    const kept = custom.decode(datagram) as Uint8Array;
    datagram.fill(0xff);
    expect(kept).toStrictEqual(Uint8Array.of(0x0a, 0x0b));
  });
});

describe('functions that throw', () => {
  test('a decode function refuses its bytes with its own message, and stays the cause', () => {
    expect(() => codec.decode(bytes('92 01 d40103'))).toThrow(
      refusal('These bytes cannot be decoded: a point has two coordinates.'),
    );
    expect(() => codec.decode(bytes('d40103'))).toThrow(
      expect.objectContaining({ cause: new Error('a point has two coordinates') }) as Error,
    );
  });

  test.each<[string, unknown]>([
    ['a string', 'text'],
    ['nothing', undefined],
    ['an object that cannot be printed', Object.create(null)],
  ])('a decode function may throw %s', (_title, thrown) => {
    const custom = decodesTo(() => {
      throw thrown;
    });
    expect(() => custom.decode(bytes('d40100'))).toThrow(
      refusal('These bytes cannot be decoded: an extension type refuses its bytes.'),
    );
  });

  test('an RpcError of another code becomes INVALID_ARGUMENT, one of that code stays', () => {
    const fails = (error: RpcError): Codec =>
      decodesTo(() => {
        throw error;
      });
    const refused = new RpcError('INVALID_ARGUMENT', 'Not a point.');
    expect(() => fails(refused).decode(bytes('d40100'))).toThrow(refused);
    expect(() => fails(new RpcError('NOT_FOUND', 'gone')).decode(bytes('d40100'))).toThrow(
      refusal('These bytes cannot be decoded: gone.'),
    );
  });

  test('an encode function fails the value with its own message', () => {
    const failing = (thrown: unknown): Codec =>
      rpcudpCodec({
        extensions: [
          extensionType(9, Point, () => { throw thrown; }, () => new Point(0, 0)), // prettier-ignore
        ],
      });
    expect(() => failing(new TypeError('too far away')).encode([new Point(1, 2)])).toThrow(
      refusal('Extension type 9 cannot encode a value: too far away.'),
    );
    expect(() => failing('text').encode([new Point(1, 2), 1n])).toThrow(
      refusal('Extension type 9 cannot encode a value: its encode function failed.'),
    );
  });

  test.each<[string, unknown]>([
    ['text', 'ab'],
    ['numbers', [1, 2]],
    ['nothing', undefined],
    ['a function', (): Uint8Array => bytes('')],
  ])('an encode function that gives %s is told what to give', (_title, result) => {
    const wrong = rpcudpCodec({
      extensions: [
        extensionType(
          9,
          Point,
          () => result as Uint8Array,
          () => new Point(0, 0),
        ),
      ],
    });
    expect(() => wrong.encode(new Point(1, 2))).toThrow(
      refusal('The encode function of extension type 9 must give a Uint8Array.'),
    );
  });
});

describe('an extension type that uses its codec for what is inside', () => {
  class Box {
    constructor(readonly content: unknown) {}
  }
  const boxes: Codec = rpcudpCodec({
    extensions: [
      extensionType(
        1,
        Box,
        ({ content }): Uint8Array => boxes.encode(content),
        (data): Box => new Box(boxes.decode(data)),
      ),
    ],
  });

  test('works at any place, also beside and inside maps with any keys', () => {
    const inner = new Map([[2, new Box({ a: [new Box(null), 2n ** 60n] })]]);
    const value = new Map<unknown, unknown>([
      [1, new Box(inner)],
      [new Box(new Map([[3, 4]])), 'key'],
      [2n ** 61n, new Box(new Map())],
    ]);
    const arrives = new Map<unknown, unknown>([
      [1, new Box(inner)],
      [new Box(new Map([[3, 4]])), 'key'],
      [2n ** 61n, new Box({})],
    ]);
    expect(boxes.decode(boxes.encode(value))).toStrictEqual(arrives);
  });

  test('refuses bad bytes inside with one sentence', () => {
    expect(() => boxes.decode(bytes('91 c70201 d401'))).toThrow(
      refusal('These bytes cannot be decoded: the value is cut off.'),
    );
  });

  test('nested beyond the stack is refused like anything else', () => {
    let nested = bytes('c0');
    while (nested.length < 65_000) {
      const header = Buffer.from('c80000 01'.replace(' ', ''), 'hex');
      header.writeUInt16BE(nested.length, 1);
      nested = new Uint8Array(Buffer.concat([header, nested]));
    }
    expect(() => boxes.decode(nested)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
  });
});

describe('registering', () => {
  const typed = (type: number): ExtensionType => ({ ...point, type });

  test.each([0, 95])('type %i is allowed', (type) => {
    const limits = rpcudpCodec({ extensions: [typed(type)] });
    expect(limits.decode(limits.encode(new Point(1, 2)))).toEqual(new Point(1, 2));
  });

  test.each([-1, 128, 1.5, NaN, '1' as unknown as number])('type %p is refused', (type) => {
    expect(() => rpcudpCodec({ extensions: [typed(type)] })).toThrow(
      refusal(
        `messagePack({ extensions }): each extension type is a whole number from 0 to 95 of its own, not ${type}.`,
      ),
    );
  });

  test('a type that is taken is refused', () => {
    expect(() => rpcudpCodec({ extensions: [typed(5), typed(6), typed(5)] })).toThrow(
      refusal(expect.stringContaining('of its own, not 5.')),
    );
  });

  test('a type is known to the codec that registered it and to no other', () => {
    expect(() => messagePack().decode(codec.encode(new Point(1, 2)))).toThrow(
      refusal('These bytes cannot be decoded: extension type 1 is not registered with the codec.'),
    );
    expect(() => messagePack().encode(new Point(1, 2))).toThrow('it is an instance of Point');
  });
});
