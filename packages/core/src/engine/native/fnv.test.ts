import { fnv1a } from './fnv';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the hash of %j is the published one', (value, hash) => {
  expect(fnv1a(text(value))).toBe(hash);
});

test('the hash of several parts is that of their sum', () => {
  expect(fnv1a(text('foo'), text(''), text('bar'))).toBe(0xbf9cf968);
});
