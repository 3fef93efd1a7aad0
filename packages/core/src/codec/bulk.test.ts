import fc from 'fast-check';
import { bulkStart } from './bulk';
import { messagePack } from './messagepack';
import type { Codec } from './codec';

const SIZE = 70_000;
const BYTES = Uint8Array.from({ length: SIZE }, (_, index) => index * 7);
const bytesOf = (size = SIZE): Uint8Array => BYTES.subarray(0, size);

/** A value as it arrives whose end lies apart: decoded with that, and what was decoded of it. */
function received(codec: Codec, encoded: Uint8Array): { readonly value: unknown; readonly rest: Uint8Array } {
  const start = bulkStart(encoded.slice(0, 1000), encoded.length)!;
  const rest = new Uint8Array(encoded.subarray(start));
  return { value: codec.bulk!.decode(encoded.slice(0, start), rest), rest };
}

test('a byte string that ends a value is part of it as it is', () => {
  const codec = messagePack();
  const alone = received(codec, codec.encode(bytesOf()));
  expect([alone.value === alone.rest, alone.rest.buffer.byteLength]).toEqual([true, SIZE]);
  const last = received(codec, codec.encode(['a.bin', { size: 3n, at: new Date(5) }, bytesOf()]));
  const [name, about, bytes] = last.value as unknown[];
  expect([name, about, bytes === last.rest]).toEqual(['a.bin', { size: 3n, at: new Date(5) }, true]);
});

test('whatever stands before it, the value is the one that decoding all of it together gives', () => {
  const codec = messagePack({ references: true });
  const before = fc.array(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(before, (values) => {
      let encoded: Uint8Array;
      try {
        encoded = codec.encode([...values, bytesOf()]);
      } catch {
        return fc.pre(false);
      }
      const start = bulkStart(encoded, encoded.length);
      expect(start).toBe(encoded.length - SIZE);
      const value = codec.bulk!.decode(encoded.slice(0, start), encoded.slice(start));
      const together = codec.decode(encoded) as unknown[];
      expect(Buffer.compare((value as unknown[]).pop() as Uint8Array, together.pop() as Uint8Array)).toBe(0);
      expect(value).toEqual(together);
    }),
  );
});

test('what does not end with a byte string, or shows none as yet, lies together', () => {
  const codec = messagePack();
  for (const value of [
    [bytesOf(), 1],
    [],
    { bytes: bytesOf() },
    [1, 'a'.repeat(SIZE)],
    [bytesOf(300)],
    [[bytesOf()]],
  ]) {
    const encoded = codec.encode(value);
    expect(bulkStart(encoded, encoded.length)).toBeUndefined();
  }
  const encoded = codec.encode(['name', bytesOf()]);
  for (let length = 0; length < encoded.length - SIZE; length += 1)
    expect(bulkStart(encoded.subarray(0, length), encoded.length)).toBeUndefined();
  expect(bulkStart(encoded, encoded.length + 1)).toBeUndefined();
});

test('no bytes make it throw, and what it finds begins among them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(0xffffffff), (bytes, totalBytes) => {
      const start = bulkStart(bytes, totalBytes);
      return start === undefined || (start >= 5 && start <= bytes.length);
    }),
    { numRuns: 2000 },
  );
});

test('bytes that are refused together are refused apart', () => {
  const codec = messagePack();
  const [bad, rest] = [codec.encode(['x', bytesOf()]), bytesOf()];
  const head = bad.slice(0, bad.length - SIZE);
  expect(codec.bulk!.decode(head, rest)).toEqual(['x', rest]);
  expect(() => codec.bulk!.decode(head, bytesOf(SIZE - 1))).toThrow('These bytes cannot be decoded');
  expect(() => codec.bulk!.decode(head.subarray(1), rest)).toThrow('These bytes cannot be decoded');
  // A byte that is no value, and a string that is no text.
  expect(() => codec.bulk!.decode(Uint8Array.of(0x92, 0xc1, ...head.subarray(-5)), rest)).toThrow();
  expect(() => codec.bulk!.decode(Uint8Array.of(0x92, 0xa1, 0xff, ...head.subarray(-5)), rest)).toThrow();
});
