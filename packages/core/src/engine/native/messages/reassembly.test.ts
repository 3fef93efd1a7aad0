import {
  REASSEMBLY_MESSAGES,
  REASSEMBLY_MESSAGE_OVERHEAD_BYTES,
  REASSEMBLY_PART_OVERHEAD_BYTES,
  REASSEMBLY_PIECE_OVERHEAD_BYTES,
  REASSEMBLY_RANGES_MAX,
  REASSEMBLY_STALE_MS,
} from '../../../native-limits';
import { messageKey } from '../../../wire/native/call-number';
import { PART, type PartFrame } from '../../../wire/native/frames';
import { partsRoom } from '../../../../test/native/context';
import { Reassembly } from './reassembly';
import { heldBytesMax, type SplitMessage } from './unfinished-message';

/** What the first part of a message is counted as beside its bytes. */
const FIRST_PART_BYTES =
  REASSEMBLY_MESSAGE_OVERHEAD_BYTES + REASSEMBLY_PART_OVERHEAD_BYTES + REASSEMBLY_PIECE_OVERHEAD_BYTES;

const part = (offset: number, length: number, total = 30, number = 0): PartFrame => ({
  type: PART,
  number,
  side: 0,
  total,
  offset,
  bytes: new Uint8Array(length).fill(offset),
});

const newReassembly = (bytesMax = 1 << 30, messageBytesMax = 50): Reassembly =>
  new Reassembly(messageBytesMax, partsRoom(bytesMax));

test('parts are kept until the last has come, and nothing after that', () => {
  const reassembly = newReassembly();
  expect(reassembly.add(1, part(20, 10), 0)).toBeUndefined();
  expect(reassembly.add(1, part(0, 10), 0)).toBeUndefined();
  expect(reassembly.size).toBe(1);
  const joined = reassembly.add(1, part(10, 10), 0);
  expect(joined).toEqual(Uint8Array.from([...part(0, 10).bytes, ...part(10, 10).bytes, ...part(20, 10).bytes]));
  expect([reassembly.bytes, reassembly.size]).toEqual([0, 0]);
});

test('a message in one part is whole at once', () => {
  const reassembly = newReassembly(0);
  expect(reassembly.add(1, part(0, 30), 0)).toEqual(part(0, 30).bytes);
  expect([reassembly.bytes, reassembly.size]).toEqual([0, 0]);
});

test('a message that claims to be too large is refused, and nothing of it is kept', () => {
  const reassembly = newReassembly();
  expect(reassembly.add(1, part(0, 10, 51), 0)).toBe('too-large');
  expect([reassembly.bytes, reassembly.size]).toEqual([0, 0]);
  expect(reassembly.add(1, part(0, 10, 50), 0)).toBeUndefined();
});

describe('a part that comes after others', () => {
  test('is ignored if it is one of them again, or brings nothing else', () => {
    const reassembly = newReassembly();
    reassembly.add(1, part(0, 10), 0);
    reassembly.add(1, part(10, 10), 0);
    const { bytes } = reassembly;
    for (const had of [part(0, 10), part(10, 10), part(0, 20), part(0, 5), part(5, 10), part(12, 3)])
      expect(reassembly.add(1, had, 0)).toBeUndefined();
    expect(reassembly.bytes).toBe(bytes);
    expect(reassembly.add(1, part(20, 10), 0)).toHaveLength(30);
  });

  test.each([
    ['claims another total', part(10, 10, 40)],
    ['claims another total, though it is one of them again', part(0, 10, 40)],
    ['begins as one of them and is longer', part(0, 20)],
    ['begins within one of them', part(5, 10)],
    ['ends within one of them', part(12, 10)],
    ['holds one of them', part(15, 15)],
    ['has as many bytes as are missing, but not those', part(5, 10)],
  ])('contradicts them if it %s', (_what, contradicting) => {
    const reassembly = newReassembly();
    reassembly.add(1, part(0, 10), 0);
    reassembly.add(1, part(20, 5), 0);
    const { bytes } = reassembly;
    expect(reassembly.add(1, contradicting, 0)).toBe('contradiction');
    expect(reassembly.bytes).toBe(bytes);
  });
});

describe('what is counted', () => {
  test('is what is held: the message, the part, the piece, and its bytes', () => {
    const reassembly = newReassembly();
    reassembly.add(1, part(0, 10), 0);
    expect(reassembly.bytes).toBe(FIRST_PART_BYTES + 10);
  });

  test('is given back when the message is forgotten or whole', () => {
    const budget = partsRoom(1 << 20);
    const reassembly = new Reassembly(50, budget);
    for (const key of [1, 3]) {
      reassembly.add(key, part(0, 10), 0);
      reassembly.add(key, part(20, 5), 0);
    }
    expect(reassembly.bytes).toBe(budget.bytes);
    reassembly.forget(1);
    reassembly.forget(1);
    reassembly.add(3, part(10, 10), 0);
    expect(reassembly.add(3, part(25, 5), 0)).toHaveLength(30);
    expect([reassembly.bytes, budget.bytes, reassembly.size]).toEqual([0, 0, 0]);
  });

  test('of parts that come in order is little more than their bytes, also of very small ones', () => {
    const reassembly = newReassembly(1 << 30, 100_000);
    for (let offset = 0; offset < 99_900; offset += 100) reassembly.add(1, part(offset, 100, 100_000), 0);
    expect(reassembly.bytes).toBeLessThan(FIRST_PART_BYTES + 999 * (100 + REASSEMBLY_PART_OVERHEAD_BYTES) + 65_536);
  });

  test('is never the memory of a datagram', () => {
    const datagram = new Uint8Array(60_000);
    const reassembly = newReassembly(1 << 30, 1000);
    reassembly.add(1, { ...part(0, 1, 2), bytes: datagram.subarray(100, 101) }, 0);
    expect(reassembly.bytes).toBe(FIRST_PART_BYTES + 1);
    reassembly.add(3, { ...part(0, 600, 1000), bytes: datagram.subarray(100, 700) }, 0);
    expect(reassembly.bytes).toBe(2 * FIRST_PART_BYTES + 1 + 600);
    datagram[100] = 7;
    expect(reassembly.add(1, part(1, 1, 2), 0)).toEqual(Uint8Array.of(0, 1));
  });
});

describe('what may be held', () => {
  test.each([
    ['fill usual packets', 1000, 1200],
    ['share their packets with much else', 200, 1200],
  ])(
    'is enough for two messages of the largest size in parts that %s, in any order',
    (_what, length, datagramBytes) => {
      const total = 500_000;
      const reassembly = newReassembly(1 << 30, total);
      const datagram = (): Uint8Array => new Uint8Array(datagramBytes).subarray(0, length);
      const add = (key: number, offset: number): unknown =>
        reassembly.add(key, { ...part(offset, 0, total), bytes: datagram() }, 0);
      const offsets = Array.from({ length: total / length }, (_, index) => length * index);
      // First every other one, so that no part follows another.
      const inOrder = [
        ...offsets.filter((_, index) => index % 2 === 0),
        ...offsets.filter((_, index) => index % 2 === 1),
      ];
      const last = inOrder.pop()!;
      const outcomes = inOrder.flatMap((offset) => [add(1, offset), add(2, offset)]);
      expect(new Set(outcomes)).toEqual(new Set([undefined]));
      expect(reassembly.bytes).toBeLessThanOrEqual(REASSEMBLY_MESSAGES * heldBytesMax(total));
      expect([add(1, last), add(2, last)]).toMatchObject([{ length: total }, { length: total }]);
    },
  );

  test('of one message in ever smaller parts is bounded by its total', () => {
    const total = 100_000;
    const reassembly = newReassembly(1 << 30, total);
    let parts = 0;
    while (reassembly.add(1, part(2 * parts, 1, total), 0) === undefined) parts += 1;
    expect(reassembly.bytes).toBeLessThanOrEqual(heldBytesMax(total));
    expect(parts).toBeLessThan(total / 50);
    expect(reassembly.add(1, part(2 * parts, 1, total), 0)).toBe('no-room');
    expect(reassembly.add(3, part(0, 1, total), 0)).toBeUndefined();
  });

  test('of one message in many pieces is bounded by the holes between them, too', () => {
    const total = 1 << 20;
    const reassembly = newReassembly(1 << 30, total);
    let parts = 0;
    while (reassembly.add(1, part(2 * parts, 1, total), 0) === undefined) parts += 1;
    expect(parts).toBe(REASSEMBLY_RANGES_MAX);
    expect(reassembly.add(1, part(2 * parts, 1, total), 0)).toBe('no-room');
  });

  test('is shared by all associations of an endpoint', () => {
    const budget = partsRoom(FIRST_PART_BYTES + 20);
    const [one, other] = [new Reassembly(50, budget), new Reassembly(50, budget)];
    one.add(1, part(0, 20), 0);
    expect(other.add(1, part(0, 1), 0)).toBe('no-room');
    expect([one.bytes, other.bytes, other.size]).toEqual([budget.bytes, 0, 0]);
    one.forgetAll();
    expect([budget.bytes, one.bytes, one.size]).toEqual([0, 0, 0]);
    expect(other.add(1, part(0, 20), 0)).toBeUndefined();
  });
});

test('a large message is joined in spare memory where there is any, and nothing shows of what that held', () => {
  const total = 600_000;
  const spare = new Uint8Array(total).fill(255);
  const asked: number[] = [];
  const room = { ...partsRoom(1 << 30), spareMemory: (bytes: number) => (asked.push(bytes), spare) };
  const reassembly = new Reassembly(total, room);
  const pieces = Array.from({ length: 6 }, (_, index) => part(100_000 * index, 100_000, total, index));
  const joined = pieces.map((piece) => reassembly.add(1, piece, 0)).at(-1) as Uint8Array;
  expect([asked, joined === spare]).toEqual([[total], true]);
  for (const { offset, bytes } of pieces) expect(joined[offset + 99_999]).toBe(bytes[99_999]);
});

describe('a message whose rest lies apart', () => {
  const total = 600_000;
  const headBytes = 100_007;
  const message = Uint8Array.from({ length: total }, (_, index) => index * 7);
  const spareMemory = (): Uint8Array => new Uint8Array(total);

  /** Cut at each of some places, and joined in another order. */
  function joined(cuts: readonly number[], order: (parts: PartFrame[]) => PartFrame[], asked: Uint8Array[] = []) {
    const reassembly = new Reassembly(
      total,
      { ...partsRoom(1 << 30), spareMemory },
      { headBytesOf: (beginning, bytes) => (asked.push(beginning), bytes === total ? headBytes : 0) },
    );
    const parts = cuts.map((start, index): PartFrame => {
      const bytes = message.subarray(start, cuts[index + 1] ?? total);
      return { type: PART, number: 2, side: 0, total, offset: start, bytes };
    });
    const last = order(parts)
      .map((each) => reassembly.add(1, each, 0))
      .at(-1);
    expect(reassembly.bytes).toBe(0);
    return last as SplitMessage;
  }

  test('is the same bytes, the rest in memory of its own that is as large as it', () => {
    const cuts = Array.from({ length: 60 }, (_, index) => 10_000 * index);
    for (const order of [(parts: PartFrame[]) => parts, (parts: PartFrame[]) => parts.reverse()]) {
      const { head, rest } = joined(cuts, order);
      expect([head.length, rest.byteOffset, rest.buffer.byteLength]).toEqual([headBytes, 0, total - headBytes]);
      expect(Buffer.compare(Buffer.concat([head, rest]), message)).toBe(0);
    }
  });

  test('is cut where its beginning says so, once there is memory for all of it', () => {
    const asked: Uint8Array[] = [];
    joined([0, 50_000, 160_000, 300_000], (parts) => parts, asked);
    // What follows lies in other memory.
    expect(asked.map((beginning) => Buffer.compare(beginning, message.subarray(0, 50_000)))).toEqual([0]);
  });
});

test('knows whether it holds parts of a reply', () => {
  const reassembly = newReassembly();
  const [call, reply] = [messageKey(2, 0), messageKey(2, 1)];
  reassembly.add(call, part(0, 10), 0);
  expect(reassembly.holdsReplies).toBe(false);
  reassembly.add(reply, part(0, 10), 0);
  expect(reassembly.holdsReplies).toBe(true);
  reassembly.forget(call);
  expect(reassembly.holdsReplies).toBe(true);
  reassembly.add(reply, part(10, 20), 0);
  expect(reassembly.holdsReplies).toBe(false);
});

describe('where there is no room', () => {
  /** Room for three messages with one part of ten bytes each. */
  const threeMessages = (): Reassembly => newReassembly(3 * (FIRST_PART_BYTES + 10));
  const reliable = (offset: number): PartFrame => part(offset, 10, 30, 2);
  const sentOnce = (offset: number): PartFrame => part(offset, 10, 30, 1);

  test('a best-effort message of which nothing came for 10 s is forgotten, and no other', () => {
    const reassembly = threeMessages();
    reassembly.add(4, reliable(0), 0);
    reassembly.add(2, sentOnce(0), 0);
    reassembly.add(6, sentOnce(0), 1);
    expect(reassembly.add(8, sentOnce(0), REASSEMBLY_STALE_MS - 1)).toBe('no-room');
    expect(reassembly.add(8, sentOnce(0), REASSEMBLY_STALE_MS)).toBeUndefined();
    expect(reassembly.size).toBe(3);
    expect(reassembly.add(4, reliable(10), REASSEMBLY_STALE_MS + 1)).toBeUndefined();
    expect(reassembly.size).toBe(2);
  });

  test('a best-effort message goes on with a part that is late', () => {
    const reassembly = threeMessages();
    reassembly.add(2, sentOnce(0), 0);
    reassembly.add(4, reliable(0), 0);
    reassembly.add(2, sentOnce(10), REASSEMBLY_STALE_MS);
    expect(reassembly.add(6, reliable(10), REASSEMBLY_STALE_MS)).toBe('no-room');
    expect(reassembly.size).toBe(2);
  });
});
