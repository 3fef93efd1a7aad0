import fc from 'fast-check';
import { messagePack } from '../codec/messagepack.js';
import {
  absent,
  array,
  bigint,
  boolean,
  bytes,
  date,
  literal,
  map,
  nil,
  number,
  object,
  optional,
  record,
  string,
  tuple,
  union,
  type Guard,
} from './index.js';

/** A type as its guard, with values of it. */
interface Typed {
  readonly guard: Guard;
  readonly values: fc.Arbitrary<unknown>;
}

const text = fc.string({ unit: 'binary', maxLength: 8 });
const name = text.filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));

const leaves: readonly Typed[] = [
  { guard: string(), values: text },
  { guard: number(), values: fc.double() },
  { guard: boolean(), values: fc.boolean() },
  { guard: bigint(), values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }) },
  { guard: nil(), values: fc.constant(null) },
  { guard: date(), values: fc.date({ noInvalidDate: true }) },
  { guard: bytes(), values: fc.uint8Array({ maxLength: 8 }).map((value) => new Uint8Array(value)) },
  { guard: literal('a'), values: fc.constant('a') },
];

const { typed } = fc.letrec<{ typed: Typed }>((tie) => ({
  typed: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...leaves),
    tie('typed').map(({ guard, values }) => ({ guard: array(guard), values: fc.array(values, { maxLength: 3 }) })),
    tie('typed').map(({ guard, values }) => ({
      guard: record(guard),
      values: fc.dictionary(name, values, { maxKeys: 3, noNullPrototype: true }),
    })),
    tie('typed').map(({ guard, values }) => ({
      guard: map(string(), guard),
      values: fc.array(fc.tuple(name, values), { maxLength: 3 }).map((entries) => new Map(entries)),
    })),
    fc.tuple(tie('typed'), tie('typed')).map(([first, second]) => ({
      guard: tuple([first.guard, second.guard]),
      values: fc.tuple(first.values, second.values),
    })),
    fc.tuple(tie('typed'), tie('typed')).map(([first, second]) => ({
      guard: object({ first: first.guard, second: optional(second.guard) }),
      values: fc.record(
        { first: first.values, second: second.values },
        { requiredKeys: ['first'], noNullPrototype: true },
      ),
    })),
  ),
}));

const codec = messagePack();
const overTheWire = (value: unknown): unknown => codec.decode(codec.encode(value));

test('a value of a type is accepted after it has travelled, as what it was', () => {
  fc.assert(
    fc.property(
      typed.chain(({ guard, values }) => values.map((value) => ({ guard, value }))),
      ({ guard, value }) => {
        expect(guard['~standard'].validate(overTheWire(value))).toEqual({ value });
      },
    ),
  );
});

test('a member of a union is accepted by the union', () => {
  const member = fc.tuple(typed, typed).chain(([first, second]) =>
    fc.oneof(first.values, second.values, fc.constant(undefined)).map((value) => ({
      guard: union([first.guard, second.guard, absent()]),
      value,
    })),
  );
  fc.assert(
    fc.property(member, ({ guard, value }) => {
      expect(guard['~standard'].validate(overTheWire(value))).toHaveProperty('value');
    }),
  );
});

test('whatever arrives is accepted or refused with a reason, and changes no prototype', () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  fc.assert(
    fc.property(typed, fc.anything({ withBigInt: true, withDate: true, withMap: true }), ({ guard }, value) => {
      const outcome = guard['~standard'].validate(value) as { issues?: readonly unknown[] };
      expect(outcome.issues === undefined || outcome.issues.length > 0).toBe(true);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names);
    }),
  );
});

test('what a guard gives it accepts again, as it is', () => {
  fc.assert(
    fc.property(typed, fc.anything({ withBigInt: true, withMap: true }), ({ guard }, value) => {
      const first = guard['~standard'].validate(value) as { issues?: unknown; value: unknown };
      fc.pre(first.issues === undefined);
      expect(guard['~standard'].validate(first.value)).toEqual({ value: first.value });
    }),
    { numRuns: 500 },
  );
});
