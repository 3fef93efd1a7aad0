import fc from 'fast-check';
import {
  REASSEMBLY_MESSAGE_OVERHEAD_BYTES,
  REASSEMBLY_OVERHEAD_SHARE,
  REASSEMBLY_PART_OVERHEAD_BYTES,
  REASSEMBLY_PIECE_OVERHEAD_BYTES,
  REASSEMBLY_SLAB_BYTES,
  REASSEMBLY_WHOLE_FROM_PARTS,
} from '../../../native-limits';
import { PART, type PartFrame } from '../../../wire/native/frames';
import { UnfinishedMessage, heldBytesMax } from './unfinished-message';

/** A part of a message whose bytes tell their place, in a datagram with so much else. */
function part(total: number, offset: number, length: number, elseBytes = 1000): PartFrame {
  const datagram = new Uint8Array(length + elseBytes);
  for (let index = 0; index < length; index += 1) datagram[index] = (offset + index) % 251;
  return { type: PART, number: 0, side: 0, total, offset, bytes: datagram.subarray(0, length) };
}

function keep(message: UnfinishedMessage, ...parts: PartFrame[]): void {
  for (const each of parts) message.keep(each, message.costOf(each));
}

test('small parts that follow each other cost what they are, what remembers them, and a slab at most', () => {
  const total = 1_000_000;
  const message = new UnfinishedMessage(total);
  for (let offset = 0; offset < 500_000; offset += 100) keep(message, part(total, offset, 100));
  const bytes = 500_000 + 5_000 * REASSEMBLY_PART_OVERHEAD_BYTES;
  expect(message.heldBytes).toBeGreaterThan(bytes);
  // Slabs double up to the largest; each begins a piece.
  const slabs = 500_000 / REASSEMBLY_SLAB_BYTES + Math.log2(REASSEMBLY_SLAB_BYTES);
  expect(message.heldBytes).toBeLessThan(
    bytes + REASSEMBLY_MESSAGE_OVERHEAD_BYTES + REASSEMBLY_SLAB_BYTES + slabs * REASSEMBLY_PIECE_OVERHEAD_BYTES,
  );
});

test('no more memory is taken than is missing', () => {
  const message = new UnfinishedMessage(700);
  keep(message, part(700, 0, 300), part(700, 300, 300));
  const overhead = REASSEMBLY_PART_OVERHEAD_BYTES + REASSEMBLY_PIECE_OVERHEAD_BYTES;
  expect(message.heldBytes).toBe(REASSEMBLY_MESSAGE_OVERHEAD_BYTES + 2 * overhead + 700);
});

test('a message may hold its bytes, a share of them beside, and a slab', () => {
  expect(heldBytesMax(1_000_000)).toBe(1_000_000 * (1 + REASSEMBLY_OVERHEAD_SHARE) + REASSEMBLY_SLAB_BYTES);
});

test('parts in any order, small and large, copied or not, are joined to what they were cut from', () => {
  const cut = fc.record({ length: fc.integer({ min: 1, max: 900 }), elseBytes: fc.constantFrom(0, 5, 2000) });
  const cuts = fc.array(cut, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(cuts, fc.infiniteStream(fc.nat()), (lengths, chances) => {
      const total = lengths.reduce((sum, { length }) => sum + length, 0);
      let offset = 0;
      const parts = lengths.map(({ length, elseBytes }) => part(total, (offset += length) - length, length, elseBytes));
      const shuffled = parts
        .map((each) => ({ each, chance: Number(chances.next().value) }))
        .sort((a, b) => a.chance - b.chance)
        .map(({ each }) => each);
      const last = shuffled.pop()!;
      const message = new UnfinishedMessage(total);
      for (const each of shuffled) {
        expect(message.kindOf(each)).toBe('new');
        keep(message, each);
        expect(message.kindOf(each)).toBe('repeat');
      }
      expect(message.kindOf(last)).toBe('last');
      expect(message.join(last)).toEqual(part(total, 0, total, 0).bytes);
    }),
  );
});

describe('memory for all of a message', () => {
  const TOTAL = 400_000;
  const LENGTH = 1_000;
  const shuffled = (): PartFrame[] => {
    // 173 and the number of parts have no divisor in common, so this is each of them once.
    const parts = TOTAL / LENGTH;
    return Array.from({ length: parts }, (_, index) =>
      part(TOTAL, ((index * 173) % parts) * LENGTH, LENGTH, index % 3 === 0 ? 2000 : 0),
    );
  };

  test('is taken when a quarter has come, and holds what came before and after, in any order', () => {
    const message = new UnfinishedMessage(TOTAL);
    const parts = shuffled();
    const last = parts.pop()!;
    for (const [index, each] of parts.entries()) {
      keep(message, each);
      const had = index + 1;
      expect(message.wholeCost !== undefined).toBe(had === TOTAL / LENGTH / REASSEMBLY_WHOLE_FROM_PARTS);
      if (message.wholeCost === undefined) continue;
      const heldBytes = message.heldBytes + message.wholeCost;
      message.makeWhole();
      expect(message.heldBytes).toBe(heldBytes);
      expect(heldBytes).toBe(REASSEMBLY_MESSAGE_OVERHEAD_BYTES + TOTAL + had * REASSEMBLY_PART_OVERHEAD_BYTES);
    }
    for (const each of parts) expect(message.kindOf(each)).toBe('repeat');
    expect([message.kindOf(last), message.heldBytes < heldBytesMax(TOTAL)]).toEqual(['last', true]);
    expect(message.join(last)).toEqual(part(TOTAL, 0, TOTAL, 0).bytes);
  });

  test('is not taken for what fits two slabs', () => {
    const message = new UnfinishedMessage(2 * REASSEMBLY_SLAB_BYTES);
    keep(message, part(2 * REASSEMBLY_SLAB_BYTES, 0, REASSEMBLY_SLAB_BYTES));
    expect(message.wholeCost).toBeUndefined();
  });
});
