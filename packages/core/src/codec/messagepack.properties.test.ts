/** What holds for every value and for any bytes, tried with many of them. */
import fc from 'fast-check';
import { RpcError } from '../errors';
import { messagePack } from './messagepack';

/** What Python knows, and so what the rpcudp wire carries. */
const codec = messagePack().forWire!('rpcudp');

const plainName = fc.string({ unit: 'binary', maxLength: 12 }).filter((name) => name !== '__proto__');
const lookAlike = fc.nat({ max: 3 }).map((index) => `\u0000rpcudp key ${index}`);
const longMarked = fc.nat({ max: 20 }).map((length) => `\ufeff${'a'.repeat(190 + length)}`);
const text = fc.oneof({ weight: 6, arbitrary: plainName }, lookAlike, longMarked);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const date = fc.date({ noInvalidDate: true });
const binary = fc.uint8Array({ maxLength: 8 });

const leaf = fc.oneof(
  fc.constantFrom(null, undefined, true, false, -0, NaN, Infinity, -Infinity),
  fc.maxSafeInteger(),
  fc.integer(),
  fc.double(),
  int64,
  fc.bigInt({ min: -200n, max: 200n }),
  text,
  binary,
  binary.map((bytes) => Buffer.from(bytes)),
  date,
);

const mapKey = fc.oneof(
  text,
  fc.integer({ min: -5, max: 300 }),
  fc.double(),
  int64,
  fc.boolean(),
  binary,
  date,
  fc.constantFrom(null, undefined),
);

/** Anything that can be sent. */
const sendable = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'value' },
    leaf,
    fc.array(tie('value'), { maxLength: 20 }),
    fc.sparseArray(tie('value'), { maxLength: 5, maxNumElements: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 20, noNullPrototype: false }),
    entries(mapKey, tie('value')),
    entries(text, tie('value')),
  ),
})).value;

function entries(key: fc.Arbitrary<unknown>, value: fc.Arbitrary<unknown>): fc.Arbitrary<Map<unknown, unknown>> {
  return fc
    .uniqueArray(fc.tuple(key, value), {
      maxLength: 20,
      selector: (entry) => arrives(entry[0]),
      comparator: 'SameValueZero',
    })
    .map((pairs) => new Map(pairs));
}

/** What arrives when a value is sent: the table of docs/guides/values.md as a function. */
function arrives(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  // Unlike `map`, `from` turns holes into undefined.
  if (Array.isArray(value)) return Array.from(value, arrives);
  if (!(value instanceof Map)) {
    const defined = Object.entries(value).filter((entry) => entry[1] !== undefined);
    return Object.fromEntries(defined.map(([name, property]) => [name, arrives(property)]));
  }
  const pairs = [...(value as Map<unknown, unknown>)].map(([key, entry]) => [arrives(key), arrives(entry)] as const);
  return pairs.every(([key]) => typeof key === 'string')
    ? Object.fromEntries(pairs as [string, unknown][])
    : new Map(pairs);
}

/** The value, or `refused`; any other outcome fails the test. */
function decodedOrRefused(bytes: Uint8Array): { value: unknown } | 'refused' {
  try {
    return { value: codec.decode(bytes) };
  } catch (error) {
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', origin: 'local' });
    expect((error as Error).message).toMatch(/^These bytes cannot be decoded: /);
    return 'refused';
  }
}

const mutations = fc.array(
  fc.record({ place: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), how: fc.constantFrom('set', 'cut', 'insert') }),
  { minLength: 1, maxLength: 3 },
);

const mutated = fc.tuple(sendable, mutations).map(([value, changes]) => {
  let bytes = Buffer.from(codec.encode(value));
  for (const { place, byte, how } of changes) {
    const at = place % (bytes.length + 1);
    const rest = how === 'cut' ? Buffer.alloc(0) : bytes.subarray(how === 'set' ? at + 1 : at);
    bytes = Buffer.concat([bytes.subarray(0, at), how === 'cut' ? Buffer.alloc(0) : Buffer.of(byte), rest]);
  }
  return new Uint8Array(bytes);
});

test('every value that can be sent arrives as the table says', () => {
  fc.assert(
    fc.property(sendable, (value) => {
      expect(codec.decode(codec.encode(value))).toStrictEqual(arrives(value));
    }),
    { numRuns: 400 },
  );
});

test('what has arrived is sent on and arrives unchanged', () => {
  fc.assert(
    fc.property(sendable, (value) => {
      const once = codec.decode(codec.encode(value));
      expect(arrives(once)).toStrictEqual(once);
      expect(codec.decode(codec.encode(once))).toStrictEqual(once);
    }),
    { numRuns: 200 },
  );
});

test('every value that is cut off is refused, wherever it is cut', () => {
  fc.assert(
    fc.property(sendable, fc.nat(), (value, place) => {
      const bytes = codec.encode(value);
      expect(decodedOrRefused(bytes.subarray(0, place % bytes.length))).toBe('refused');
    }),
    { numRuns: 200 },
  );
});

test.each<[string, fc.Arbitrary<Uint8Array>]>([
  ['any bytes', fc.uint8Array({ maxLength: 200 })],
  ['bytes of a value with changes', mutated],
])('%s decode to a value that can be sent on, or are refused, and nothing else', (_title, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (bytes) => {
      const outcome = decodedOrRefused(bytes);
      if (outcome === 'refused') return;
      expect(codec.decode(codec.encode(outcome.value))).toStrictEqual(outcome.value);
    }),
    { numRuns: 800 },
  );
});

test('decoding leaves the bytes and every prototype alone', () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  fc.assert(
    fc.property(mutated, (bytes) => {
      const before = Buffer.from(bytes).toString('hex');
      decodedOrRefused(bytes);
      expect(Buffer.from(bytes).toString('hex')).toBe(before);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names);
    }),
    { numRuns: 200 },
  );
});
