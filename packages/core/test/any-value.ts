/** Values of every kind that the native wire carries, nested, for properties. */
import fc from 'fast-check';

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => text !== '__proto__'),
  fc.constantFrom('a', 'b', '0', '10', 'constructor', '\ufeff'),
);
const text = fc.oneof(
  name,
  fc.nat({ max: 20 }).map((length) => `\ufeff${'a'.repeat(190 + length)}`),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const bigint = fc.oneof(
  fc.bigInt({ min: -200n, max: 200n }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.nat({ max: 400 }).map((bits) => -(1n << BigInt(bits))),
);
const bytes = fc.uint8Array({ maxLength: 12 });

const binary = fc.oneof(
  bytes,
  bytes.map((memory) => memory.buffer.slice(memory.byteOffset, memory.byteOffset + memory.length)),
  bytes.map((memory) => new DataView(Uint8Array.from(memory).buffer)),
  ...[fc.int8Array, fc.uint8ClampedArray, fc.int16Array, fc.uint16Array, fc.int32Array, fc.uint32Array].map((make) =>
    make({ maxLength: 5 }),
  ),
  fc.float32Array({ maxLength: 5 }),
  fc.float64Array({ maxLength: 5 }),
  fc.bigInt64Array({ maxLength: 5 }),
  fc.bigUint64Array({ maxLength: 5 }),
);

const regexp = fc
  .tuple(
    fc.constantFrom('', 'a+', '(?<x>.)\\/\\k<x>', '[^\\]]', '\\u{1f40d}', '蛇'),
    fc.subarray(['d', 'g', 'i', 'm', 's', 'u', 'y']),
  )
  .map(([source, flags]) => new RegExp(source, flags.join('')));

const url = fc.webUrl({ withQueryParameters: true, withFragments: true }).map((href) => new URL(href));

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, undefined, true, false, -0, NaN, Infinity, -Infinity),
  fc.maxSafeInteger(),
  fc.integer(),
  fc.double(),
  bigint,
  text,
  binary,
  fc.date({ noInvalidDate: false }),
  regexp,
  url,
);

const CLASSES = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
const fieldName = name.filter((each) => !['stack', 'message', 'name', 'cause', 'errors'].includes(each));

function errors(value: fc.Arbitrary<unknown>): fc.Arbitrary<Error> {
  const options = fc.oneof(
    fc.constant({}),
    value.map((cause) => ({ cause })),
  );
  const fields = fc.dictionary(fieldName, value, { maxKeys: 3, noNullPrototype: true });
  const made = fc.oneof(
    fc.tuple(fc.constantFrom(...CLASSES), text, options).map(([Class, ...args]) => new Class(...args)),
    fc.constantFrom(...CLASSES).map((Class) => new Class()),
    fc.tuple(fc.array(value, { maxLength: 3 }), text, options).map((args) => new AggregateError(...args)),
  );
  return fc
    .tuple(made, fields, fc.option(text, { nil: undefined }))
    .map(([error, own, called]) => Object.assign(error, own, called === undefined ? {} : { name: called }));
}

/** Any value that arrives as itself. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'value' },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.sparseArray(tie('value'), { maxLength: 8, maxNumElements: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 4 }).map((members) => new Set(members)),
    errors(tie('value')),
  ),
})).value;
