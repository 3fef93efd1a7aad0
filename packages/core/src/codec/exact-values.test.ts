/** The native wire's table: what is sent arrives as itself. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { createContext, runInContext } from 'node:vm';
import vectors from '../../../../docs/vectors/values.json';
import {
  ARRAY_HOLES_MAX,
  BIGINT_BYTES_MAX,
  REGEXP_PROPERTIES_MAX,
  REGEXP_SOURCE_BYTES_MAX,
  URL_BYTES_MAX,
  VALUE_DEPTH_MAX,
} from '../limits';
import { messagePack } from './messagepack';

const codec = messagePack();
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (value: unknown): string => Buffer.from(codec.encode(value)).toString('hex');
const decoded = (hex: string): unknown => codec.decode(bytes(hex));
const sent = <T>(value: T): T => codec.decode(codec.encode(value)) as T;
const text = (value: string): string => Buffer.from(value).toString('hex');

/** Evaluates an expression of the vectors in a realm of its own. */
const realm = createContext({ URL });
const inRealm = (expression: string): unknown => runInContext(`(${expression})`, realm);

/** The same in this realm. */
function here(expression: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- expressions from a file of our own
  return (new Function(`return (${expression})`) as () => unknown)();
}

/** Jest takes two invalid dates for different. */
function expectSame(actual: unknown, expected: unknown): void {
  const invalid = expected instanceof Date && Number.isNaN(expected.getTime());
  if (invalid) expect(inspect(actual)).toBe(inspect(expected));
  else expect(actual).toStrictEqual(expected);
}

const named = vectors.values.map((vector) => [vector.name, vector] as const);

describe('the vectors', () => {
  test.each(named)('%s', (_name, { javascript, hex }) => {
    expect(hexOf(here(javascript))).toBe(hex);
    expectSame(decoded(hex), here(javascript));
    expect(hexOf(decoded(hex))).toBe(hex);
  });

  test.each(named)('%s, made in another realm', (_name, { javascript, hex }) => {
    expect(hexOf(inRealm(javascript))).toBe(hex);
  });

  test.each(vectors.decoded.map((vector) => [vector.name, vector] as const))(
    '%s is also read, though not written so',
    (_name, { javascript, hex }) => {
      expect(decoded(hex)).toStrictEqual(here(javascript));
    },
  );

  test.each(vectors.refused.map((vector) => [vector.name, vector] as const))('%s is refused', (_name, { hex, why }) => {
    expect(() => decoded(hex)).toThrow(
      expect.objectContaining({
        name: 'RpcError',
        code: 'INVALID_ARGUMENT',
        message: `These bytes cannot be decoded: ${why}.`,
      }) as Error,
    );
  });

  test('each extension type that is set aside has a vector and a heading in the specification', () => {
    const specification = readFileSync(join(__dirname, '../../../../docs/values.md'), 'utf8');
    const types = Array.from({ length: 11 }, (_, index) => 96 + index);
    const shown = vectors.values.map(({ hex }) => hex).join(' ');
    for (const type of types.filter((each) => each !== 106)) expect(shown).toContain(type.toString(16));
    for (const type of types) expect(specification).toMatch(new RegExp(`^\\| ${type} +\\|`, 'm'));
  });
});

describe('values that other parts of the platform made', () => {
  test('arrive, whatever realm their classes are of', () => {
    const stamp = statSync(__filename).mtime;
    expect(sent(stamp)).toStrictEqual(new Date(stamp.getTime()));
    const value = { at: new Date(5), map: new Map([[1, new Set([2n])]]), error: new RangeError('no'), regexp: /a/g };
    for (const copy of [structuredClone(value), deserialize(serialize(value))]) {
      expect(sent(copy)).toStrictEqual(value);
      expect(Object.getPrototypeOf(sent(copy))).toBe(Object.prototype);
    }
  });

  test('an abort reason arrives as an error of its name', () => {
    const error = sent(AbortSignal.abort().reason as Error);
    expect([error.name, error.message]).toEqual(['AbortError', 'This operation was aborted']);
    expect(error.constructor).toBe(Error);
  });

  test('a system error arrives with its fields', () => {
    let failure: unknown;
    try {
      statSync('/nowhere/at/all');
    } catch (error) {
      failure = error;
    }
    expect(Object.entries(sent(failure as Error))).toEqual(Object.entries(failure as Error));
    expect(sent(failure as Error).message).toBe((failure as Error).message);
  });
});

describe('errors', () => {
  class NotFound extends RangeError {
    override readonly name = 'NotFound';
    readonly code = 404;
  }

  test('of a class of the user arrive as the class of the language, with name, fields and cause', () => {
    const error = new NotFound('no such thing', { cause: new Map([[1, 2n]]) });
    const arrived = sent(error);
    expect(Object.getPrototypeOf(arrived)).toBe(RangeError.prototype);
    expect(Object.entries(arrived)).toEqual([
      ['name', 'NotFound'],
      ['code', 404],
    ]);
    expect([arrived.message, arrived.cause]).toEqual(['no such thing', new Map([[1, 2n]])]);
    expect(Object.keys(arrived)).toEqual(['name', 'code']);
  });

  test('take a name or a message that they inherit with them', () => {
    class Named extends Error {}
    Named.prototype.name = 'Named';
    const arrived = sent(new Named('x'));
    expect(arrived.name).toBe('Named');
    expect(Object.keys(arrived)).toEqual([]);
  });

  test('show no frames of either side', () => {
    const error = new TypeError('x');
    expect(Buffer.from(codec.encode(error)).toString('latin1')).not.toContain('exact-values');
    const arrived = sent(error);
    expect(arrived.stack).toBe('TypeError: x');
    expect(Object.getOwnPropertyDescriptor(arrived, 'stack')).toMatchObject({ enumerable: false, writable: true });
    expect(sent(new Error()).stack).toBe('Error');
  });

  test('nest in causes and in AggregateErrors', () => {
    const inner = new SyntaxError('inner');
    const error = new AggregateError([inner, 'text'], 'both', { cause: inner });
    const arrived = sent(error);
    expect(arrived).toBeInstanceOf(AggregateError);
    expect(arrived.errors).toStrictEqual([inner, 'text']);
    expect(arrived.cause).toStrictEqual(inner);
    expect(Object.keys(arrived)).toEqual([]);
  });

  test('without a message or a cause arrive without them', () => {
    expect(Object.hasOwn(sent(new Error()), 'message')).toBe(false);
    expect(Object.hasOwn(sent(new Error('x')), 'cause')).toBe(false);
    expect(Object.hasOwn(sent(new Error('x', { cause: undefined })), 'cause')).toBe(true);
  });
});

describe('binary data', () => {
  test('a view arrives alone, in memory of its own, whatever it was a view of', () => {
    const memory = new ArrayBuffer(32);
    const view = new Float64Array(memory, 8, 2);
    view.set([1.5, -0]);
    const datagram = new Uint8Array(Buffer.concat([Buffer.of(0x92, 0x01), codec.encode(view)]));
    const [, arrived] = codec.decode(datagram) as [number, Float64Array];
    datagram.fill(0);
    expect(arrived).toStrictEqual(Float64Array.of(1.5, -0));
    expect([arrived.byteOffset, arrived.buffer.byteLength]).toEqual([0, 16]);
  });

  test('a Buffer arrives as a Uint8Array, and a subclass as its class of the language', () => {
    class Samples extends Int16Array {}
    expect(sent<unknown>(Buffer.of(1))).toStrictEqual(Uint8Array.of(1));
    expect(sent<unknown>(Samples.of(1))).toStrictEqual(Int16Array.of(1));
  });

  test('memory that was transferred is refused', () => {
    const memory = new ArrayBuffer(8);
    const view = new Uint8Array(memory);
    structuredClone(memory, { transfer: [memory] });
    expect(() => codec.encode([view])).toThrow('value[0] cannot be sent: it is memory that was transferred');
    expect(() => codec.encode(memory)).toThrow('value cannot be sent: it is memory that was transferred');
    expect(sent(new ArrayBuffer(0))).toStrictEqual(new ArrayBuffer(0));
  });
});

describe('maps and sets', () => {
  test('keep the order and the kinds of keys that a MessagePack map cannot tell apart', () => {
    const map = new Map<unknown, unknown>([
      ['10', 1],
      ['2', 1],
      [5, 1],
      [5n, 1],
      [null, 1],
      [undefined, 1],
      ['__proto__', { a: 1 }],
      [[], 1],
    ]);
    expect([...sent(map)]).toStrictEqual([...map]);
    expect(sent(new Map())).toStrictEqual(new Map());
    expect([...sent(new Set([3, 1, '1', 1n, undefined]))]).toEqual([3, 1, '1', 1n, undefined]);
  });

  test('of a subclass arrive as the class of the language', () => {
    class Table extends Map<string, number> {}
    expect(Object.getPrototypeOf(sent(new Table([['a', 1]])))).toBe(Map.prototype);
  });
});

describe('sparse arrays', () => {
  test('keep their holes, also at the end, and tell them from undefined', () => {
    // eslint-disable-next-line no-sparse-arrays
    const sparse = [, 1, , , undefined, ,];
    const arrived = sent(sparse);
    expect(arrived).toHaveLength(6);
    expect(Object.keys(arrived)).toEqual(['1', '4']);
    expect(sent(new Array(300))).toHaveLength(300);
  });

  test('are refused on both sides beyond their limit', () => {
    expect(sent(new Array(ARRAY_HOLES_MAX))).toHaveLength(ARRAY_HOLES_MAX);
    expect(() => codec.encode([new Array(ARRAY_HOLES_MAX), new Array(1)])).toThrow(
      'value[1] cannot be sent: it is an array with more than 65,536 holes. Send a Map, or an object.',
    );
    expect(() => decoded('92 91 d66900010000 91 d46901')).toThrow('arrays have more than 65536 holes');
    const endless: unknown[] = [];
    endless[4_000_000_000] = 1;
    expect(() => codec.encode(endless)).toThrow('more than 65,536 holes');
  });
});

describe('bigints', () => {
  test('are refused on both sides beyond their limit', () => {
    const most = (1n << BigInt(8 * BIGINT_BYTES_MAX)) - 1n;
    expect(sent([most, -most])).toEqual([most, -most]);
    expect(() => codec.encode([most + 1n])).toThrow(
      'value[0] cannot be sent: it is a bigint of more than 65,536 bytes',
    );
    expect(() => codec.encode([-most - 1n])).toThrow('bigint of more than');
    const length = (BIGINT_BYTES_MAX + 2).toString(16).padStart(8, '0');
    expect(() => decoded(`c9${length}6100${'ff'.repeat(BIGINT_BYTES_MAX + 1)}`)).toThrow('a bigint has 65537 bytes');
  });
});

describe('what is slow to make', () => {
  test('is refused on both sides: long regular expressions, and many property escapes', () => {
    const long = new RegExp('a'.repeat(REGEXP_SOURCE_BYTES_MAX / 2));
    expect(() => codec.encode([long, [long, /a/]])).toThrow(
      'value[1][1] cannot be sent: it is one of regular expressions of more than 16,384 bytes.',
    );
    const properties = new RegExp('\\p{L}'.repeat(REGEXP_PROPERTIES_MAX), 'u');
    expect(sent([properties])).toStrictEqual([properties]);
    expect(() => codec.encode([properties, /\P{L}/u])).toThrow(
      'regular expressions with more than 64 property escapes',
    );
    const one = (source: string): string => `da${source.length.toString(16).padStart(4, '0')}${text(source)}a175`;
    const extension = (payload: string): string =>
      `c8${(payload.length / 2).toString(16).padStart(4, '0')}66${payload}`;
    expect(() => decoded(extension(one('a'.repeat(REGEXP_SOURCE_BYTES_MAX))))).toThrow('more than 16,384 bytes');
    expect(() => decoded(`92 ${extension(one('\\P{L}'.repeat(40)))} ${extension(one('\\p{L}'.repeat(40)))}`)).toThrow(
      'the value has regular expressions with more than 64 property escapes',
    );
  });

  test('is refused on both sides: long URLs, and URLs that were not made ASCII', () => {
    expect(() => codec.encode([new URL(`a:${'b'.repeat(URL_BYTES_MAX)}`)])).toThrow(
      'value[0] cannot be sent: it is a URL of more than 65,536 bytes.',
    );
    expect(() => decoded(`c90001000167${'61'.repeat(URL_BYTES_MAX + 1)}`)).toThrow('a URL has 65537 bytes');
    expect(() => decoded(`c70567${text('a:ä')}62`)).toThrow('a URL is not ASCII');
  });
});

describe('what cannot travel says its place', () => {
  const half = '🐍'.slice(0, 1);

  test.each<[unknown, string]>([
    [new Set([half]), 'value (a member) cannot be sent: it is a string with half of a surrogate pair'],
    [new Error(half), 'value.message cannot be sent: it is a string with half'],
    [new Error('', { cause: [half] }), 'value.cause[0] cannot be sent'],
    [new AggregateError([half]), 'value.errors[0] cannot be sent'],
    [Object.assign(new Error('x'), { handler: () => 1 }), 'value.handler cannot be sent: it is a function'],
    [new RegExp(half), 'value.source cannot be sent'],
    [new Map([[half, 1]]), 'value (a key) cannot be sent'],
    [
      Object.defineProperty(new Error('x'), 'message', { value: 7 }),
      'it is an error with a message that is not a string',
    ],
    [Object.assign(new Error('x'), { name: undefined }), 'it is an error with a name that is not a string'],
    [Object.assign(new AggregateError([]), { errors: 1 }), 'it is an error with errors that are not an array'],
    [Object('a'), 'it is an instance of String. Send the primitive value in it.'],
    [Promise.resolve(1), 'it is an instance of Promise. Await it before it is sent.'],
    [new WeakMap(), 'it is an instance of WeakMap'],
    [new SharedArrayBuffer(1), 'it is an instance of SharedArrayBuffer'],
  ])('%#', (value, message) => {
    expect(() => codec.encode(value)).toThrow(message);
  });

  test('a cycle says how to send it', () => {
    const cycle = new Map<string, unknown>();
    cycle.set('self', cycle);
    expect(() => codec.encode(cycle)).toThrow(
      'value.get("self") cannot be sent: it is a reference back to something it is part of. ' +
        'Give both sides the codec messagePack({ references: true }) to send such values.',
    );
  });
});

describe('depth counts through all of them, on both sides', () => {
  test.each<[string, (inner: unknown) => unknown]>([
    ['maps', (inner) => new Map([[1, inner]])],
    ['keys', (inner) => new Map([[inner, 1]])],
    ['sets', (inner) => new Set([inner])],
    ['causes', (cause) => new Error('x', { cause })],
    ['errors', (inner) => new AggregateError([inner])],
    ['fields', (field) => Object.assign(new Error('x'), { field })],
  ])('%s', (_title, wrap) => {
    const levels = wrap(0) instanceof AggregateError ? VALUE_DEPTH_MAX / 2 : VALUE_DEPTH_MAX;
    let value: unknown = 0;
    for (let level = 0; level < levels; level += 1) value = wrap(value);
    expect(sent(value)).toStrictEqual(value);
    expect(() => codec.encode([value])).toThrow('nested deeper than 64');
    const deeper = Buffer.concat([Buffer.of(0x91), codec.encode(value)]);
    expect(() => codec.decode(new Uint8Array(deeper))).toThrow('nested deeper than 64');
  });
});

describe('class instances', () => {
  class Point {
    readonly #secret = 1;
    constructor(
      readonly x: number,
      readonly next?: Point,
    ) {}
    get secret() {
      return this.#secret;
    }
  }
  const plain = messagePack({ instances: 'plain' });

  test('are refused', () => {
    expect(() => codec.encode([new Point(1)])).toThrow('value[0] cannot be sent: it is an instance of Point.');
  });

  test('arrive as plain objects of their own enumerable properties where the codec says so, on both wires', () => {
    for (const each of [plain, plain.forWire!('rpcudp')]) {
      expect(each.decode(each.encode([new Point(1, new Point(2, undefined))]))).toEqual([{ x: 1, next: { x: 2 } }]);
    }
    expect(codec.decode(plain.encode({ map: new Map([[1, new Point(2)]]) }))).toEqual({
      map: new Map([[1, { x: 2, next: undefined }]]),
    });
  });

  test('with state that is not in their properties are refused all the same', () => {
    for (const value of [Promise.resolve(1), Object(1), new WeakSet(), new Map().values(), (function* () {})()]) {
      expect(() => plain.encode(value)).toThrow('cannot be sent: it is an');
    }
    expect(() => plain.encode(Object.assign(new Point(1), { f: () => 1 }))).toThrow('value.f cannot be sent');
  });
});

describe('references', () => {
  const references = messagePack({ references: true });
  const roundTrip = <T>(value: T): T => references.decode(references.encode(value)) as T;

  test('an object that occurs twice arrives as one', () => {
    const date = new Date(7);
    const shared = [date, Uint8Array.of(1), new URL('https://example.org/'), /x/, new Float32Array(1)];
    const [first, second, map] = roundTrip([shared, [...shared], new Map([[shared, shared]])] as const);
    expect(second).toStrictEqual(first);
    second.forEach((each, index) => expect(each).toBe(first[index]));
    expect([...map][0]).toEqual([first, first]);
    expect([...map][0]![0]).toBe(first);
  });

  test.each<[string, () => object, (value: never) => unknown]>([
    [
      'an array',
      () => {
        const a: unknown[] = [];
        a.push(1, a);
        return a;
      },
      (a: unknown[]) => a[1],
    ],
    [
      'an object',
      () => {
        const o: { o?: unknown } = {};
        o.o = o;
        return o;
      },
      (o: { o: unknown }) => o.o,
    ],
    [
      'a Map',
      () => {
        const m = new Map<unknown, unknown>();
        return m.set(m, m);
      },
      (m: Map<unknown, unknown>) => m.get(m),
    ],
    [
      'a Set',
      () => {
        const s = new Set<unknown>();
        return s.add(s);
      },
      (s: Set<unknown>) => [...s][0],
    ],
    [
      'an error',
      () => {
        const e = new Error('x');
        e.cause = e;
        return e;
      },
      (e: Error) => e.cause,
    ],
  ])('%s may contain itself', (_title, make, inner) => {
    const arrived = roundTrip(make());
    expect(inner(arrived as never)).toBe(arrived);
  });

  test('the bytes are the same where nothing occurs twice', () => {
    const value = [1, { a: new Map([[1, [new Date(0), 'a', 'a']]]) }];
    expect(references.encode(value)).toStrictEqual(codec.encode(value));
  });

  test('two objects that are only equal stay two', () => {
    const [a, b] = roundTrip([{}, {}]);
    expect(a).not.toBe(b);
  });

  test('values of extension types count, too', () => {
    class Point {
      readonly x = 1;
    }
    const rule = {
      type: 1,
      is: (value: unknown): value is Point => value instanceof Point,
      encode: () => new Uint8Array(2),
      decode: () => new Point(),
    };
    const both = messagePack({ references: true, extensions: [rule] });
    const [point, list] = [new Point(), [1]];
    const [a, b, c, d] = both.decode(both.encode([point, list, list, point])) as unknown[];
    expect(a).toBe(d);
    expect(b).toBe(c);
  });

  test('are refused where the codec does not take them, and where they lead nowhere', () => {
    const twice = {};
    expect(() => codec.decode(references.encode([twice, twice]))).toThrow(
      'an object occurs twice. Both sides need messagePack({ references: true }) for that',
    );
    expect(() => references.decode(bytes('91 d46a01'))).toThrow('a reference leads nowhere');
    expect(() => references.decode(bytes('92 d46a00 81 01 02'))).toThrow('beside references');
  });

  test('the rpcudp wire has none', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => references.forWire!('rpcudp').encode(cycle)).toThrow('a reference back to something');
  });
});

test.each([
  [{ instances: 'all' }, `messagePack({ instances }) must be 'refuse' or 'plain', not "all".`],
  [{ references: 1 }, 'messagePack({ references }) must be true or false, not 1.'],
])('the options %j are refused', (options, message) => {
  expect(() => messagePack(options as never)).toThrow(message);
});

test('an extension type that is set aside cannot be registered', () => {
  const rule = {
    type: 96,
    is: (_value: unknown): _value is unknown => false,
    encode: () => bytes(''),
    decode: () => 1,
  };
  expect(() => messagePack({ extensions: [rule] })).toThrow(
    'each extension type is a whole number from 0 to 95 of its own, not 96. Those from 96 to 127 are set aside for rpcudp.',
  );
});

test('prototypes stay as they are, whatever an error or a map brings', () => {
  const proto = `a9${text('__proto__')}`;
  expect(() => decoded(`c711 65 00 80 81 ${proto} 81 a161 01`)).toThrow('The key __proto__ is not allowed');
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});
