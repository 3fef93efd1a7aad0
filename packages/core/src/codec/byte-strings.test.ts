import fc from 'fast-check';
import { decodeBytes, encodeBytes } from './byte-strings';
import { messagePack } from './messagepack';

const SIZES = [0, 1, 2, 0xff, 0x100, 0x101, 0xffff, 0x10000, 0x10001];

test('a byte string has the shortest head, and is what was sent', () => {
  for (const size of SIZES) {
    const value = Uint8Array.from({ length: size }, (_, index) => index * 7);
    const encoded = encodeBytes(value);
    // What the library makes of bytes that are no value of their own.
    expect(Buffer.compare(encoded, messagePack().encode([value]).subarray(1))).toBe(0);
    expect(decodeBytes(encoded)).toEqual(value);
  }
});

test('what it gives is memory of its own', () => {
  const encoded = encodeBytes(Uint8Array.of(1, 2, 3));
  const value = decodeBytes(encoded)!;
  encoded.fill(0);
  expect(value).toEqual(Uint8Array.of(1, 2, 3));
  expect(value.buffer.byteLength).toBe(3);
});

test('what is cut off, goes on, or is another value is left to those who say why', () => {
  const encoded = encodeBytes(new Uint8Array(300));
  for (const bytes of [encoded.subarray(0, -1), encoded.subarray(0, 2), Uint8Array.of(0xc6, 0, 0), Uint8Array.of(0x93)])
    expect(decodeBytes(bytes)).toBeUndefined();
  expect(decodeBytes(Buffer.concat([encoded, Uint8Array.of(0)]))).toBeUndefined();
  expect(decodeBytes(new Uint8Array(0))).toBeUndefined();
});

test('bytes that an extension type is for, and memory that was given away, are what they were', () => {
  class Picture extends Uint8Array {}
  const encode = (picture: Uint8Array): Uint8Array => Uint8Array.of(picture.length);
  const decode = (bytes: Uint8Array): Picture => new Picture(bytes[0]!);
  const codec = messagePack({
    extensions: [{ type: 1, is: (value): value is Picture => value instanceof Picture, encode, decode }],
  });
  expect(codec.decode(codec.encode(new Picture(5)))).toEqual(new Picture(5));
  const given = new Uint8Array(4);
  structuredClone(given, { transfer: [given.buffer] });
  expect(() => messagePack().encode(given)).toThrow(/memory that was transferred/);
});

test('whatever bytes are sent arrive, over both wires, also out of the middle of a buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(8), (bytes, before) => {
      const inBuffer = Buffer.concat([Buffer.alloc(before), bytes]).subarray(before);
      for (const codec of [messagePack(), messagePack().forWire!('rpcudp')])
        expect(codec.decode(Buffer.concat([Buffer.alloc(before), codec.encode(inBuffer)]).subarray(before))).toEqual(
          bytes,
        );
    }),
  );
});
