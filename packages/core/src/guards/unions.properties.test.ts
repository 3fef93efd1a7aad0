/** Unions find their members by tables. Here is what they should come to, found by trying one member after the other. */
import fc from 'fast-check';
import {
  absent,
  array,
  bigint,
  boolean,
  literal,
  map,
  nil,
  number,
  object,
  optional,
  set,
  string,
  tuple,
  union,
  type Guard,
} from './index.js';

const NO = Symbol('refused');

/** A type, the guard that is tried, and the plain rule of what it makes of a value; exact ones convert nothing. */
interface Typed {
  readonly guard: Guard;
  readonly values: fc.Arbitrary<unknown>;
  readonly rule: (value: unknown, exact: boolean) => unknown;
}

const leaf = (guard: Guard, values: fc.Arbitrary<unknown>, fits: (value: unknown) => boolean): Typed => ({
  guard,
  values,
  rule: (value) => (fits(value) ? value : NO),
});

const word = fc.constantFrom('a', 'b', 'c');
const small = fc.integer({ min: 0, max: 2 });

const leaves: readonly Typed[] = [
  leaf(string(), word, (value) => typeof value === 'string'),
  leaf(number(), small, (value) => typeof value === 'number'),
  leaf(boolean(), fc.boolean(), (value) => typeof value === 'boolean'),
  leaf(nil(), fc.constant(null), (value) => value === null),
  leaf(literal('a'), word, (value) => value === 'a'),
  leaf(literal('b'), word, (value) => value === 'b'),
  leaf(literal(1), small, (value) => value === 1),
  leaf(literal(true), fc.boolean(), (value) => value === true),
  {
    guard: bigint(),
    values: fc.oneof(small, fc.bigInt({ min: 0n, max: 2n })),
    rule: (value, exact) => {
      if (typeof value === 'bigint') return value;
      return !exact && Number.isSafeInteger(value) ? BigInt(value as number) : NO;
    },
  },
  {
    guard: literal(1n),
    values: fc.constantFrom(1, 1n, 2n),
    rule: (value, exact) => (value === 1n || (!exact && value === 1) ? 1n : NO),
  },
  {
    guard: absent(),
    values: fc.constantFrom(undefined, null),
    rule: (value, exact) => (value === undefined || (!exact && value === null) ? undefined : NO),
  },
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const takesNothing = ({ rule }: Typed, nothing: unknown): boolean => rule(nothing, false) !== NO;

function arrayOf(element: Typed): Typed {
  return {
    guard: array(element.guard),
    values: fc.array(element.values, { maxLength: 2 }),
    rule: (value, exact) => {
      const given = Array.isArray(value) ? value.map((found) => element.rule(found, exact)) : [NO];
      return given.includes(NO) ? NO : given;
    },
  };
}

function tupleOf(first: Typed, second: Typed, isOptional: boolean): Typed {
  const least = isOptional ? 1 : 2;
  const second2 = (value: unknown, exact: boolean): unknown => {
    if (!isOptional || (value !== undefined && value !== null)) return second.rule(value, exact);
    if (value === undefined) return undefined;
    return exact || takesNothing(second, null) ? second.rule(null, exact) : undefined;
  };
  return {
    guard: tuple([first.guard, isOptional ? optional(second.guard) : second.guard]),
    values: fc.oneof(fc.tuple(first.values, second.values), fc.tuple(first.values)),
    rule: (value, exact) => {
      if (!Array.isArray(value) || value.length > 2 || value.length < least) return NO;
      const given = [first.rule(value[0], exact), second2(value[1], exact)].slice(0, value.length);
      return given.includes(NO) ? NO : given;
    },
  };
}

function objectOf(properties: readonly (readonly [name: string, type: Typed, isOptional: boolean])[]): Typed {
  const shape = Object.fromEntries(
    properties.map(([name, { guard }, isOptional]) => [name, isOptional ? optional(guard) : guard]),
  );
  const values = Object.fromEntries(properties.map(([name, type]) => [name, type.values]));
  return {
    guard: object(shape),
    values: fc.record(values, { requiredKeys: [], noNullPrototype: true }),
    rule: (value, exact) => {
      if (!isObject(value)) return NO;
      const given: Record<string, unknown> = { ...value };
      for (const [name, type, isOptional] of properties) {
        const isThere = Object.hasOwn(value, name);
        if (isOptional && value[name] === undefined) {
          if (isThere && !takesNothing(type, undefined)) Reflect.deleteProperty(given, name);
          continue;
        }
        given[name] = !isThere && exact ? NO : type.rule(value[name], exact);
        if (given[name] === NO) return NO;
      }
      return given;
    },
  };
}

function mapOf(value: Typed): Typed {
  return {
    guard: map(string(), value.guard),
    values: fc.dictionary(word, value.values, { maxKeys: 2, noNullPrototype: true }),
    rule: (found, exact) => {
      if (!(found instanceof Map) && (exact || !isObject(found))) return NO;
      const entries = [...(found instanceof Map ? found : Object.entries(found))];
      const given = entries.map(([key, inside]) => [key, value.rule(inside, exact)] as const);
      return given.some(([key, inside]) => typeof key !== 'string' || inside === NO) ? NO : new Map(given);
    },
  };
}

const setOfWords: Typed = {
  guard: set(string()),
  values: fc.uniqueArray(word, { maxLength: 2 }),
  rule: (value, exact) => {
    if (!(value instanceof Set) && (exact || !Array.isArray(value))) return NO;
    const given = [...(value as Iterable<unknown>)];
    const isRight = given.every((found) => typeof found === 'string') && new Set(given).size === given.length;
    return isRight ? new Set(given) : NO;
  },
};

function unionOf(members: readonly Typed[]): Typed {
  return {
    guard: union(members.map(({ guard }) => guard)),
    values: fc.oneof(...members.map(({ values }) => values)),
    rule: (value, exact) => {
      for (const pass of exact ? [true] : [true, false]) {
        for (const { rule } of members) {
          const given = rule(value, pass);
          if (given !== NO) return given;
        }
      }
      return NO;
    },
  };
}

const { typed } = fc.letrec<{ typed: Typed; property: readonly [string, Typed, boolean] }>((tie) => ({
  property: fc.tuple(fc.constantFrom('kind', 'type', 'x', 'y'), tie('typed'), fc.boolean()),
  typed: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(...leaves, setOfWords),
    tie('typed').map(arrayOf),
    tie('typed').map(mapOf),
    fc
      .tuple(tie('typed'), tie('typed'), fc.boolean())
      .map(([first, second, isOptional]) => tupleOf(first, second, isOptional)),
    {
      weight: 3,
      arbitrary: fc.uniqueArray(tie('property'), { maxLength: 3, selector: ([name]) => name }).map(objectOf),
    },
    { weight: 3, arbitrary: fc.array(tie('typed'), { minLength: 2, maxLength: 6 }).map(unionOf) },
  ),
}));

test('a union gives what trying one member after the other would give', () => {
  const cases = fc
    .tuple(fc.array(typed, { minLength: 2, maxLength: 8 }), typed)
    .chain(([members, other]) =>
      fc
        .oneof(...members.map(({ values }) => values), other.values)
        .map((value) => ({ type: unionOf(members), value })),
    );
  fc.assert(
    fc.property(cases, ({ type, value }) => {
      const outcome = type.guard['~standard'].validate(value) as { issues?: readonly unknown[]; value?: unknown };
      const expected = type.rule(value, false);
      const given = outcome.issues === undefined ? outcome.value : NO;
      expect({ given, isTold: outcome.issues?.length !== 0 }).toStrictEqual({ given: expected, isTold: true });
    }),
    { numRuns: 2000 },
  );
});
