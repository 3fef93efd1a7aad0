import fc from 'fast-check';
import { Reader } from './reader';
import { VARINT_MAX, Writer, varintBytes } from './writer';

test.each([
  [0, [0x00]],
  [63, [0x3f]],
  [64, [0x40, 0x40]],
  [16_383, [0x7f, 0xff]],
  [16_384, [0x80, 0x00, 0x40, 0x00]],
  [VARINT_MAX, [0xbf, 0xff, 0xff, 0xff]],
])('the varint %i is written in as few bytes as it needs, and read again', (value, bytes) => {
  const writer = new Writer(8);
  writer.varint(value);
  expect([...writer.take()]).toEqual(bytes);
  expect(varintBytes(value)).toBe(bytes.length);
  const reader = new Reader(Uint8Array.from(bytes));
  expect([reader.varint(), reader.remaining, reader.failed]).toEqual([value, 0, false]);
});

test.each([
  ['two', [0x40, 0x05]],
  ['four', [0x80, 0x00, 0x00, 0x05]],
])('a varint in %s bytes where one would do is accepted', (_count, bytes) => {
  const reader = new Reader(Uint8Array.from(bytes));
  expect([reader.varint(), reader.failed]).toEqual([5, false]);
});

test.each([
  ['none of whose bytes is there', []],
  ['whose first bits are 11', [0xc0, 0, 0, 0]],
  ['of two bytes that is cut off', [0x40]],
  ['of four bytes that is cut off', [0x80, 0, 0]],
])('a varint %s reads as 0 and fails', (_what, bytes) => {
  const reader = new Reader(Uint8Array.from(bytes));
  expect([reader.varint(), reader.failed]).toEqual([0, true]);
});

test('integers and bytes that are not there read as nothing and fail', () => {
  const empty = (): Reader => new Reader(new Uint8Array(3), 3);
  for (const read of [
    (reader: Reader): number => reader.uint8(),
    (reader: Reader): number => reader.uint32(),
    (reader: Reader): number => reader.view(1).length,
  ]) {
    const reader = empty();
    expect([read(reader), reader.failed]).toEqual([0, true]);
  }
});

test('a view is no copy, and after a failure every view is empty', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const reader = new Reader(bytes);
  const view = reader.view(2);
  expect([...view]).toEqual([1, 2]);
  expect(view.buffer).toBe(bytes.buffer);
  reader.view(3);
  expect([reader.view(1).length, reader.remaining, reader.failed]).toEqual([0, 0, true]);
});

test('what is written is read again, whatever its order', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('uint8' as const), value: fc.nat(0xff) }),
    fc.record({ kind: fc.constant('uint32' as const), value: fc.nat(0xffffffff) }),
    fc.record({ kind: fc.constant('varint' as const), value: fc.nat(VARINT_MAX) }),
    fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 40 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const writer = new Writer(2000);
      for (const one of steps) {
        if (one.kind === 'bytes') writer.copy(one.value);
        else writer[one.kind](one.value);
      }
      const reader = new Reader(writer.take());
      for (const one of steps) {
        const read = one.kind === 'bytes' ? reader.view(one.value.length) : reader[one.kind]();
        expect(read).toEqual(one.value);
      }
      expect([reader.remaining, reader.failed]).toEqual([0, false]);
    }),
  );
});

test('what is viewed of a Buffer, as sockets give them, is plain bytes, of which a copy can be made', () => {
  const datagram = Buffer.from([9, 1, 2, 3]).subarray(1);
  const viewed = new Reader(datagram).view(2);
  expect(Object.getPrototypeOf(viewed)).toBe(Uint8Array.prototype);
  const copy = viewed.slice();
  datagram[0] = 7;
  expect([[...viewed], [...copy]]).toEqual([
    [7, 2],
    [1, 2],
  ]);
});
