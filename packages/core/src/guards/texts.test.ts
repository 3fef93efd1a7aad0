import fc from 'fast-check';
import {
  bigint,
  casing,
  patternRecord,
  string,
  template,
  object,
  record,
  number,
  numericRecord,
  type Guard,
} from './index.js';

const accepts = (guard: Guard, value: unknown): boolean => !('issues' in guard['~standard'].validate(value));

test.each<[string, Guard, readonly unknown[], readonly unknown[]]>([
  ['a${string}b', template(['a', 'b'], ['string']), ['ab', 'axb', 'abb'], ['a', 'aab ', 'b', '', 1, null]],
  [
    '${number}px',
    template(['', 'px'], ['number']),
    ['1px', '-1.5e3px', '0x1fpx', ' 1px'],
    ['px', 'xpx', 'NaNpx', 'Infinitypx'],
  ],
  ['${bigint}', template(['', ''], ['bigint']), ['0', '-12', '0x1F'], ['', '1.5', '1n', '01', ' 1', '--1']],
  ['${string}.${string}', template(['', '.', ''], ['string', 'string']), ['.', 'a.b', 'a.b.c'], ['a', '']],
  ['${number}-${string}', template(['', '-', ''], ['number', 'string']), ['1-2-3', '1-'], ['-1-2']],
  ['${string}${number}', template(['', '', ''], ['string', 'number']), ['a1', '11'], ['', 'a', 'ab1']],
  ['aa|aa overlapping', template(['aa', 'aa'], ['string']), ['aaaa'], ['aaa']],
  ['Uppercase<string>', casing('Uppercase', string()), ['', 'A1'], ['a', 1]],
  ['Capitalize<`a${string}`>', casing('Capitalize', string()), ['Ab', ''], ['ab']],
  ['`${Lowercase<string>}!`', template(['', '!'], [casing('Lowercase', string())]), ['a!', '!'], ['A!']],
  ['fixed', template(['fixed'], []), ['fixed'], ['fixed2', 'fix']],
])('%s', (_type, guard, accepted, refused) => {
  expect(accepted.filter((value) => !accepts(guard, value))).toEqual([]);
  expect(refused.filter((value) => accepts(guard, value))).toEqual([]);
});

test('a template takes what its texts and strings in between make', () => {
  const text = fc.string({ maxLength: 3 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (texts, between) => {
      const guard = template(
        texts,
        texts.slice(1).map(() => 'string' as const),
      );
      // Where two places touch, the first is one character, as the compiler has it.
      fc.pre(between !== '' || texts.slice(1, -1).every((found) => found !== ''));
      expect(accepts(guard, texts.join(between))).toBe(true);
    }),
  );
});

test('a template looks through a long string once', () => {
  const guard = template(['', '-', '-', '-', '!'], ['string', 'string', 'string', 'number']);
  expect(accepts(guard, `${'-'.repeat(1_000_000)}?`)).toBe(false);
});

test('a message shows the pattern, and little of the string', () => {
  const { issues } = template(['data-', ''], ['string'])['~standard'].validate('x'.repeat(500)) as {
    issues: readonly { message: string }[];
  };
  expect(issues[0]!.message).toMatch(/^value: expected a string like "data-<string>", got "x+…"$/);
});

describe('index signatures', () => {
  test('speak of the keys of their pattern, and of no others', () => {
    const guard = patternRecord(template(['n_', ''], ['string']), number());
    expect(accepts(guard, { n_a: 1, other: 'a' })).toBe(true);
    expect(accepts(guard, { n_a: 'a' })).toBe(false);
  });

  test('hold together where several speak of a key', () => {
    const both = object({ id: bigint() }, record(string()), numericRecord(template(['', ''], ['number'])));
    expect(accepts(both, { id: 1n, a: 'x', 1: '2' })).toBe(true);
    expect(accepts(both, { id: 1n, a: 'x', 1: 'x' })).toBe(false);
    expect(accepts(both, { id: 1n, a: 2 })).toBe(false);
  });
});
