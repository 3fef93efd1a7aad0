import fc from 'fast-check';
import { STREAM_ITEMS_AHEAD_MAX, STREAM_QUEUED_BYTES } from '../../../native-limits';
import { INDEX_MODULUS } from '../../../wire/native/frames';
import { OutgoingItems, type OutgoingItemsOptions } from './outgoing-items';

const ROOM = 1100;

/** The items of one stream, and what is taken of them. */
function sender(options: Partial<OutgoingItemsOptions> = {}): {
  items: OutgoingItems;
  offered: () => number;
  arrivals: () => number;
} {
  let offered = 0;
  let arrivals = 0;
  const owner = { number: 4, maySend: () => void (offered += 1), allArrived: () => void (arrivals += 1) };
  const fields = { side: 1, bestEffort: false, firstIndex: 0 } as const;
  return {
    items: new OutgoingItems(owner, { ...fields, ...options }),
    offered: () => offered,
    arrivals: () => arrivals,
  };
}

/** Sends all that may be sent; gives how many frames that took. */
function sendAll(items: OutgoingItems): number {
  let frames = 0;
  while (items.ready) {
    items.next(ROOM, ROOM)!.acknowledged(0);
    frames += 1;
  }
  return frames;
}

test('nothing may be sent before a credit, and then as much as it says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(500), { minLength: 1, maxLength: 40 }),
      fc.nat(20),
      fc.nat(2000),
      fc.constantFrom(0, INDEX_MODULUS - 7),
      (sizes, itemsAhead, bytesAhead, firstIndex) => {
        const { items } = sender({ firstIndex });
        for (const size of sizes) items.add(new Uint8Array(size));
        expect(sendAll(items)).toBe(0);
        items.allow(firstIndex, { items: itemsAhead, bytes: bytesAhead });
        let may = 0;
        for (let bytes = 0; may < Math.min(itemsAhead, sizes.length) && bytes < bytesAhead; may += 1)
          bytes += sizes[may]!;
        expect(sendAll(items)).toBe(may);
        // Once that is taken, as much again.
        expect(items.allow((firstIndex + may) % INDEX_MODULUS, { items: 0, bytes: 0 })).toBe(true);
        expect(items.ready).toBe(may > 0 && may < sizes.length);
      },
    ),
  );
});

test('an older credit changes nothing, and a window never shrinks', () => {
  const { items } = sender();
  for (let index = 0; index < 20; index += 1) items.add(new Uint8Array(10));
  items.allow(0, { items: 10, bytes: 1000 });
  expect(sendAll(items)).toBe(10);
  items.allow(5, { items: 10, bytes: 1000 });
  items.allow(3, { items: 1, bytes: 1 });
  expect(sendAll(items)).toBe(5);
});

test('a credit for what was never sent breaks the rules', () => {
  const { items } = sender();
  items.add(new Uint8Array(10));
  expect(items.allow(1, { items: 10, bytes: 100 })).toBe(false);
  expect(items.allow(0, { items: 10, bytes: 100 })).toBe(true);
  sendAll(items);
  expect(items.allow(1, { items: 10, bytes: 100 })).toBe(true);
});

test('one item is wanted more while less than a datagram waits, and the credit allows it', () => {
  const { items } = sender();
  expect(items.hasRoom(true)).toBe(false);
  items.allow(0, { items: 3, bytes: 1e6 });
  expect(items.hasRoom(false)).toBe(true);
  items.add(new Uint8Array(STREAM_QUEUED_BYTES));
  expect(items.hasRoom(true)).toBe(false);
  sendAll(items);
  items.add(new Uint8Array(1));
  items.add(new Uint8Array(1));
  expect(items.hasRoom(true)).toBe(false);
});

test('whatever a reader allows, its sender is ahead by what it can remember', () => {
  const { items } = sender();
  items.allow(0, { items: 2 ** 30 - 1, bytes: 2 ** 30 - 1 });
  for (let index = 0; index < STREAM_ITEMS_AHEAD_MAX + 5; index += 1) items.add(new Uint8Array(0));
  expect(sendAll(items)).toBe(STREAM_ITEMS_AHEAD_MAX);
});

test('a large item is cut into parts, and has arrived with the last of them', () => {
  const { items, arrivals } = sender();
  items.allow(0, { items: 10, bytes: 10 });
  items.add(new Uint8Array(5000));
  const parts = Array.from({ length: 5 }, () => items.next(ROOM, ROOM)!);
  expect(items.ready).toBe(false);
  for (const part of parts) {
    expect(items.unfinished).toBe(true);
    part.acknowledged(0);
    part.acknowledged(0);
  }
  expect([items.unfinished, arrivals()]).toEqual([false, 1]);
});

test('what does not fit what is left of a packet waits for the next', () => {
  const { items, offered } = sender();
  items.allow(0, { items: 10, bytes: 10 });
  items.add(new Uint8Array(500));
  expect(offered()).toBe(1);
  expect(items.next(300, ROOM)).toBeUndefined();
  expect(items.next(600, ROOM)?.bytesMax).toBeLessThanOrEqual(600);
});

test('of best effort, a newer item takes the place of one that waits', () => {
  const { items } = sender({ bestEffort: true });
  items.allow(0, { items: 0, bytes: 0 });
  items.add(Uint8Array.of(1));
  items.add(Uint8Array.of(2));
  const sent = items.next(ROOM, ROOM)!;
  expect(sent).toMatchObject({ index: 1, payload: Uint8Array.of(2) });
  expect([items.ready, sent.lost(), items.count]).toEqual([false, false, 2]);
});

test('when nobody wants items any more, none is sent, and none again', () => {
  const { items } = sender();
  items.allow(0, { items: 10, bytes: 100 });
  items.add(new Uint8Array(10));
  items.add(new Uint8Array(10));
  const sent = items.next(ROOM, ROOM)!;
  expect(sent.lost()).toBe(true);
  items.close();
  expect([sent.wanted, sent.lost(), items.ready, items.hasRoom(true)]).toEqual([false, false, false, false]);
});
