import fc from 'fast-check';
import { END, END_DONE, INDEX_MODULUS, ITEM, ITEM_PART, type EndFrame } from '../../../wire/native/frames';
import { partsRoom } from '../../../../test/native/context';
import { IncomingItems, type IncomingItemsOptions } from './incoming-items';

const CREDIT = { items: 16, bytes: 1000 };

/** The reader of one stream, and what it has been given. */
class Reader {
  readonly given: number[] = [];
  readonly refusals: string[] = [];
  readonly room = partsRoom(1 << 20);
  ends = 0;
  readonly items: IncomingItems;
  readonly #first: number;

  constructor(options: Partial<IncomingItemsOptions> = {}) {
    this.#first = options.firstIndex ?? 0;
    const owner = {
      item: (index: number, payload: Uint8Array) => {
        expect(payload.every((byte) => byte === (index & 0xff))).toBe(true);
        this.given.push(index);
      },
      itemsEnded: () => void (this.ends += 1),
      partsRefused: (refusal: string) => void this.refusals.push(refusal),
    };
    const fields = { side: 1, bestEffort: false, messageBytesMax: 1 << 20, credit: CREDIT, firstIndex: 0 } as const;
    this.items = new IncomingItems(owner, { ...fields, room: this.room, ...options });
  }

  receive(index: number, bytes = 4): boolean {
    const low = (this.#first + index) % INDEX_MODULUS;
    const content = new Uint8Array(bytes).fill(index & 0xff);
    return this.items.receive({ type: ITEM, number: 4, side: 1, index: low, bytes: content });
  }

  part(index: number, offset: number, length: number, total: number): boolean {
    const bytes = new Uint8Array(length).fill(index & 0xff);
    return this.items.receivePart({ type: ITEM_PART, number: 4, side: 1, index, total, offset, bytes }, 0);
  }

  end(count: number, code = END_DONE): boolean {
    const low = (this.#first + count) % INDEX_MODULUS;
    const frame: EndFrame = { type: END, number: 4, side: 1, count: low, code, value: new Uint8Array(0) };
    return this.items.receiveEnd(frame);
  }
}

test('in whatever order items come, and however often, the reader gets each once and in order, and then the end', () => {
  const order = fc.array(fc.nat(19), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(order, fc.nat(100), fc.constantFrom(0, INDEX_MODULUS - 9), (arrivals, endsAt, firstIndex) => {
      const reader = new Reader({ credit: { items: 20, bytes: 1000 }, firstIndex });
      for (const [at, index] of arrivals.entries()) {
        expect(at !== endsAt || reader.end(20)).toBe(true);
        expect(reader.receive(index)).toBe(true);
      }
      const had = new Set(arrivals);
      const whole = Array.from({ length: 20 }, (_, index) => index).findIndex((index) => !had.has(index));
      const expected = whole < 0 ? 20 : whole;
      expect(reader.given).toEqual(Array.from({ length: expected }, (_, index) => index));
      for (let index = 0; index < 20; index += 1) reader.receive(index);
      reader.end(20);
      expect([reader.given.length, reader.ends]).toEqual([20, 1]);
    }),
  );
});

test('an item beyond the credit breaks the rules: by its index, or by the bytes before it', () => {
  expect(new Reader().receive(CREDIT.items)).toBe(false);
  expect(new Reader().receive(CREDIT.items - 1)).toBe(true);
  const reader = new Reader();
  expect([reader.receive(1, 600), reader.receive(0, 999), reader.receive(2, 5000)]).toEqual([true, true, false]);
  const last = new Reader();
  expect([last.receive(0, 999), last.receive(1, 5000), last.receive(2, 1)]).toEqual([true, true, false]);
});

test('what was taken and told makes room for as much', () => {
  const reader = new Reader();
  for (let index = 0; index < 7; index += 1) expect(reader.receive(index, 10)).toBe(true);
  reader.items.take(7, 70);
  expect(reader.items.creditDue).toBe(false);
  reader.receive(7, 10);
  reader.items.take(1, 10);
  expect(reader.items.creditDue).toBe(true);
  reader.items.tell(CREDIT);
  expect([reader.items.creditDue, reader.receive(8 + 15), reader.receive(8 + 16)]).toEqual([false, true, false]);
});

test('half of the bytes are worth telling as well, and nothing once the end has come', () => {
  const reader = new Reader();
  reader.receive(0, 500);
  reader.items.take(1, 500);
  expect(reader.items.creditDue).toBe(true);
  reader.end(4);
  expect(reader.items.creditDue).toBe(false);
});

test('an end before an item that has come breaks the rules, and so do an item after the end, and another end', () => {
  const reader = new Reader();
  reader.receive(3);
  expect([reader.end(3), reader.end(5), reader.receive(5), reader.end(6), reader.end(5, 11), reader.end(5)]).toEqual([
    false,
    true,
    false,
    false,
    false,
    true,
  ]);
});

test('parts are joined, count once, and hold their room until the item is taken', () => {
  const reader = new Reader();
  expect([reader.part(0, 1000, 2000, 3000), reader.part(0, 1000, 2000, 3000)]).toEqual([true, true]);
  expect(reader.given).toEqual([]);
  reader.part(0, 0, 1000, 3000);
  expect([reader.given, reader.room.bytes]).toEqual([[0], 3000]);
  reader.items.take(1, 3000);
  expect(reader.room.bytes).toBe(0);
});

test('parts that contradict each other, are too large or find no room are told, and nothing is kept of them', () => {
  const reader = new Reader();
  reader.part(0, 0, 100, 3000);
  reader.part(0, 50, 100, 3000);
  expect(reader.refusals).toEqual(['contradiction']);
  reader.items.close();
  expect(reader.room.bytes).toBe(0);
  const tooLarge = new Reader();
  tooLarge.part(0, 0, 100, (1 << 20) + 1);
  expect(tooLarge.refusals).toEqual(['too-large']);
  const full = new Reader({ room: partsRoom(100) });
  full.part(0, 0, 100, 3000);
  expect(full.refusals).toEqual(['no-room']);
});

describe('of best effort', () => {
  test('the newest item counts: what is older is left out, without credit', () => {
    const reader = new Reader({ bestEffort: true });
    for (const index of [3, 1, 3, 100, 99, 101]) expect(reader.receive(index)).toBe(true);
    expect(reader.given).toEqual([3, 100, 101]);
    expect(reader.items.creditDue).toBe(false);
  });

  test('only the newest item is joined', () => {
    const reader = new Reader({ bestEffort: true });
    reader.part(1, 0, 1000, 2000);
    reader.part(2, 0, 1000, 2000);
    reader.part(1, 1000, 1000, 2000);
    expect(reader.given).toEqual([]);
    reader.part(2, 1000, 1000, 2000);
    expect(reader.given).toEqual([2]);
    reader.part(3, 0, 1000, 2000);
    reader.receive(4);
    reader.items.take(2, 2004);
    expect([reader.given, reader.room.bytes]).toEqual([[2, 4], 0]);
  });

  test('the end waits for nothing', () => {
    const reader = new Reader({ bestEffort: true });
    reader.receive(1);
    reader.end(10);
    expect(reader.ends).toBe(1);
    expect([reader.receive(5), reader.given]).toEqual([true, [1]]);
  });
});
