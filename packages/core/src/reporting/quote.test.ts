import { runInNewContext } from 'node:vm';
import { QUOTED_CHARACTERS_MAX } from '../limits';
import { describeError, errorFields, quote } from './quote';

test.each([
  ['sayHi', '"sayHi"'],
  ['a"b', '"a\\"b"'],
  ['line\nbreak', '"line\\u{a}break"'],
  ['\u001b[31mred', '"\\u{1b}[31mred"'],
  ['right\u202eleft', '"right\\u{202e}left"'],
  ['🐍', '"\\u{1f40d}"'],
])('text from the network is quoted so that it can neither forge nor hide: %j', (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});

test('a backslash is doubled, so that an escape cannot be imitated', () => {
  expect(quote('\\u{a}')).toBe('"\\\\u{a}"');
});

test('long text is cut', () => {
  expect(quote('x'.repeat(1000))).toBe(`"${'x'.repeat(QUOTED_CHARACTERS_MAX)}..."`);
});

test('an error is described by its escaped message and its own frames, whatever the message imitates', () => {
  const error = new Error('bad name\n    at forged (evil.ts:1:1)');
  const [first, second] = describeError(error).split('\n');
  expect(first).toBe('Error: bad name\\u{a}    at forged (evil.ts:1:1)');
  expect(second).toMatch(/^ {4}at .*quote\.test/);
  expect(describeError(error)).not.toMatch(/^ {4}at forged/m);
});

test.each([
  ['oops', 'a value that is no Error: "oops"'],
  [undefined, 'a value that is no Error: "undefined"'],
  [Object.create(null), 'something that cannot be shown'],
])('what is thrown without being an Error is described, too', (thrown, description) => {
  expect(describeError(thrown)).toBe(description);
});

test('an error of another realm is described like one of this', () => {
  const error: unknown = runInNewContext('new RangeError("too far")');

  expect(error).not.toBeInstanceOf(Error);
  expect(describeError(error)).toMatch(/^RangeError: too far/);
  expect(errorFields(error)).toMatchObject({
    message: 'too far',
    stack: expect.stringContaining('RangeError') as string,
  });
});

test('an error without a stack is its message', () => {
  const error = new Error('short');
  delete error.stack;
  expect(describeError(error)).toBe('Error: short');
});
