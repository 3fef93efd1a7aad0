import fc from 'fast-check';
import { PART_OVERHEAD_BYTES, decodeFrames, type PartFrame } from '../../../wire/native/frames';
import { Reader } from '../../../wire/native/reader';
import { Writer } from '../../../wire/native/writer';
import type { Item } from '../packets/item';
import { partsRoom } from '../../../../test/native/context';
import { OutgoingParts } from './parts';
import { Reassembly } from './reassembly';

const owner = (reliable = true): { wanted: boolean; arrived: number; parts: OutgoingParts } => {
  const state = {
    number: 6,
    side: 1 as const,
    wanted: true,
    reliable,
    arrived: 0,
    partsAcknowledged: () => void (state.arrived += 1),
    parts: undefined as unknown as OutgoingParts,
  };
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);
  state.parts = new OutgoingParts(state, bytes.subarray(0, 9), bytes.subarray(9));
  return state;
};

const room = (bytes: number): number => bytes + PART_OVERHEAD_BYTES;

function written(item: Item): PartFrame {
  const writer = new Writer(item.bytesMax);
  item.write(writer, 0);
  const [frame] = decodeFrames(new Reader(writer.take()))!;
  return frame as PartFrame;
}

function cut(parts: OutgoingParts, bytes: number): Item[] {
  const items: Item[] = [];
  while (parts.wanted) items.push(parts.next(room(bytes)));
  return items;
}

test('a message is cut into parts that say where they belong', () => {
  const items = cut(owner().parts, 40);
  expect(
    items.map(written).map(({ number, side, total, offset, bytes }) => [number, side, total, offset, bytes.length]),
  ).toEqual([
    [6, 1, 100, 0, 40],
    [6, 1, 100, 40, 40],
    [6, 1, 100, 80, 20],
  ]);
});

test('a message has arrived when all of its parts have', () => {
  const sender = owner();
  const items = cut(sender.parts, 40);
  items[2]!.acknowledged(0);
  items[0]!.acknowledged(0);
  expect(sender.arrived).toBe(0);
  items[1]!.acknowledged(0);
  expect(sender.arrived).toBe(1);
});

test('each part that arrives leaves less that is missing', () => {
  const missing: number[] = [];
  const sender = { ...owner(), number: 3, side: 0 as const, reliable: true, partsAcknowledged: (): void => {} };
  const parts = new OutgoingParts(
    { ...sender, partAcknowledged: (bytes) => missing.push(bytes) },
    new Uint8Array(10),
    new Uint8Array(90),
  );
  const items = cut(parts, 40);
  for (const item of [items[2]!, items[0]!, items[2]!, items[1]!]) item.acknowledged(0);
  expect(missing).toEqual([80, 40, 0]);
});

test('a second acknowledgement, of another copy of a part, does not count twice', () => {
  const sender = owner();
  const [first] = cut(sender.parts, 50);
  first!.acknowledged(0);
  first!.acknowledged(1);
  expect(sender.arrived).toBe(0);
});

test('a part goes out again as long as it is wanted and has not arrived', () => {
  const sender = owner();
  const [first, second] = cut(sender.parts, 50);
  expect([first!.wanted, first!.lost()]).toEqual([true, true]);
  first!.acknowledged(0);
  expect([first!.wanted, first!.lost(), second!.lost()]).toEqual([false, false, true]);
  sender.wanted = false;
  expect([second!.wanted, second!.lost()]).toEqual([false, false]);
});

test('a part of a message that is sent once does not go out again', () => {
  const [part] = cut(owner(false).parts, 50);
  expect([part!.wanted, part!.lost()]).toEqual([true, false]);
});

test('a message that is cut anyhow, in any order and with duplicates, is joined to the same bytes', () => {
  const message = fc.uint8Array({ minLength: 1, maxLength: 400 });
  const rooms = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(message, rooms, fc.infiniteStream(fc.nat()), (bytes, sizes, chances) => {
      const chance = (below: number): number => Number(chances.next().value) % below;
      const sender = { ...owner(), number: 3, side: 0 as const, reliable: true, partsAcknowledged: (): void => {} };
      const headBytes = chance(bytes.length + 1);
      const parts = new OutgoingParts(sender, bytes.subarray(0, headBytes), bytes.subarray(headBytes));
      const items: Item[] = [];
      for (let index = 0; parts.wanted; index += 1) items.push(parts.next(room(sizes[index % sizes.length]!)));
      const budget = partsRoom(1 << 20);
      const reassembly = new Reassembly(1000, budget);
      let joined: ReturnType<Reassembly['add']>;
      while (items.length > 0) {
        const at = chance(items.length);
        joined = reassembly.add(1, written(items[at]!), 0);
        const last = items.length === 1;
        expect(joined === undefined).toBe(!last);
        // A duplicate of what has come; after the last part nobody asks.
        expect(last ? undefined : reassembly.add(1, written(items[at]!), 0)).toBeUndefined();
        items.splice(at, 1);
      }
      expect(joined!).toEqual(bytes);
      expect([reassembly.bytes, reassembly.size, budget.bytes]).toEqual([0, 0, 0]);
    }),
  );
});
