import { Writer } from './writer';

/** Writes a packet of so many bytes; gives its memory. */
function packet(writer: Writer, bytes = 1000): ArrayBufferLike {
  writer.begin();
  writer.copy(new Uint8Array(bytes));
  return writer.take().buffer;
}

test('packets share memory, and those that were taken stay as they are', () => {
  const writer = new Writer(1000);
  const memories = new Set(Array.from({ length: 48 }, () => packet(writer)));
  expect(memories.size).toBe(3);
});

test('large packets share no more memory than is kept for so few', () => {
  const writer = new Writer(40_000);
  expect([packet(writer, 40_000), packet(writer, 40_000)].map(({ byteLength }) => byteLength)).toEqual([
    40_000, 40_000,
  ]);
});

test('memory that is full is used again when nobody needs the packets in it any more, and not before', () => {
  const writer = new Writer(1000);
  const first = Array.from({ length: 16 }, () => packet(writer))[0]!;
  expect(writer.hasFullSlabs).toBe(false);
  const second = packet(writer);
  expect([second === first, writer.hasFullSlabs]).toEqual([false, true]);
  writer.reclaim();
  expect(writer.hasFullSlabs).toBe(false);
  for (let left = 15; left > 0; left -= 1) expect(packet(writer)).toBe(second);
  expect(packet(writer)).toBe(first);
});

test('memory that nobody needs stays for those who write more at once than the last did', () => {
  const writer = new Writer(1000);
  const memories = new Set<ArrayBufferLike>();
  for (const packets of [64, 16, 16, 64, 16, 64]) {
    for (let left = packets; left > 0; left -= 1) memories.add(packet(writer));
    writer.reclaim();
  }
  expect(memories.size).toBe(5);
});
