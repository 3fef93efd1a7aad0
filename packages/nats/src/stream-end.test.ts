import { headersOf, type HeaderPairs } from './headers';
import { ITEMS_AHEAD_BEST_EFFORT, ITEMS_MAX, STREAM_BYTES_MAX, WINDOW_BYTES, WINDOW_ITEMS } from './limits';
import { NatsStreamEnd, type StreamEndParts } from './stream-end';

/** The end that a caller reads, unless told otherwise, with what it sends and tells. */
function opened(parts: Partial<StreamEndParts> = {}) {
  const sent: [string, HeaderPairs][] = [];
  const told: string[] = [];
  const end = new NatsStreamEnd(
    { isCaller: true, answers: true, takes: false, bestEffort: false, window: { items: 4, bytes: 10 }, ...parts },
    {
      send: (_end, kind, headers = []) => void sent.push([kind, headers]),
      output: (output) => void told.push(output.kind === 'item' ? `item ${output.index}` : output.kind),
      broken: (_end, code) => void told.push(code),
    },
  );
  const item = (index: number | string, bytes = 1): void =>
    end.receive('item', headersOf([['Rpcudp-Index', String(index)]]), new Uint8Array(bytes));
  const credit = (items: number | string, bytes: number | string): void =>
    end.receive(
      'credit',
      headersOf([
        ['Rpcudp-Taken-Items', String(items)],
        ['Rpcudp-Taken-Bytes', String(bytes)],
      ]),
      new Uint8Array(),
    );
  return { end, sent, told, item, credit };
}

const sender = { answers: false, takes: true };

test('a peer that sends more items than it may ends the stream, and nothing of them is kept', () => {
  const { item, told } = opened();
  for (let index = 0; index < 6; index += 1) item(index);
  expect(told.slice(0, 5)).toEqual(['item 0', 'item 1', 'item 2', 'item 3', 'RESOURCE_EXHAUSTED']);
  expect(told.filter((word) => word.startsWith('item'))).toHaveLength(4);
});

test('the last item may exceed the bytes of the window, and no other', () => {
  const { item, told } = opened();
  item(0, 9);
  item(1, 1_000);
  item(2);
  expect(told).toEqual(['item 0', 'item 1', 'RESOURCE_EXHAUSTED']);
});

test.each([[1], [-1], ['x'], [''], ['1e1']])('a first item numbered %j ends a stream that loses none', (index) => {
  const { item, told } = opened();
  item(index);
  expect(told).toEqual(['DATA_LOSS']);
});

test('of best effort an older item is dropped, and a gap is none of a fault', () => {
  const { item, told, sent } = opened({ bestEffort: true });
  for (const index of [0, 3, 2, 3, 9]) item(index);
  expect(told).toEqual(['item 0', 'item 3', 'item 9']);
  expect(sent.at(-1)).toEqual(['credit', [['Rpcudp-Taken-Items', '10'], expect.anything()]]);
});

test('what was taken is told at half a window, and at once where the other end has none left', () => {
  const { end, item, sent } = opened();
  item(0);
  end.take(1, 1);
  expect(sent).toHaveLength(0);
  item(1);
  end.take(1, 1);
  expect(sent).toHaveLength(1);
  for (const index of [2, 3, 4, 5]) item(index);
  end.take(1, 1);
  expect(sent).toHaveLength(2);
});

test('a sender stops at the window of the other end, and goes on with its credit', () => {
  const { end, told, credit } = opened(sender);
  end.opens({ items: 2, bytes: 100 });
  expect(told).toEqual(['writable']);
  expect([end.sendItem(new Uint8Array(1)), end.sendItem(new Uint8Array(1))]).toEqual([true, false]);
  credit(1, 1);
  expect(told).toEqual(['writable', 'writable']);
});

test('credit that makes no sense changes nothing', () => {
  const { end, told, credit } = opened(sender);
  end.opens({ items: 2, bytes: 100 });
  end.sendItem(new Uint8Array(1));
  end.sendItem(new Uint8Array(1));
  credit(3, 1);
  credit(1, 99);
  credit('many', 1);
  credit(1, -1);
  expect(told).toEqual(['writable']);
  credit(2, 2);
  credit(0, 0);
  expect(told).toEqual(['writable', 'writable']);
});

test('a window can be told once, and a peer that takes nothing gets nothing', () => {
  const { end, told } = opened(sender);
  end.opens(undefined);
  end.opens({ items: 5, bytes: 5 });
  expect(told).toEqual([]);
});

test('items for an end that reads none, and ends of those that were never sent, are left alone', () => {
  const { end, item, told } = opened(sender);
  item(0);
  end.receive('end', undefined, new Uint8Array());
  end.receive('something later', undefined, new Uint8Array());
  expect(told).toEqual([]);
});

test('an end that says more items than have come is one of a loss', () => {
  const { end, item, told } = opened({ isCaller: false, ...sender });
  item(0);
  end.receive('end', headersOf([['Rpcudp-Items', '2']]), new Uint8Array());
  item(1);
  expect(told).toEqual(['item 0', 'items-ended']);
});

const usual = { window: { items: WINDOW_ITEMS, bytes: WINDOW_BYTES } };

test('WINDOW_ITEMS items may be unread, and one more ends the stream', () => {
  const { item, told } = opened(usual);
  for (let index = 0; index < WINDOW_ITEMS; index += 1) item(index);
  expect(told.at(-1)).toBe(`item ${WINDOW_ITEMS - 1}`);
  item(WINDOW_ITEMS);
  expect(told.at(-1)).toBe('RESOURCE_EXHAUSTED');
});

test('an item may come while less than WINDOW_BYTES are unread, and none at that', () => {
  const { item, told } = opened(usual);
  item(0, WINDOW_BYTES - 1);
  item(1);
  item(2);
  expect(told).toEqual(['item 0', 'item 1', 'RESOURCE_EXHAUSTED']);
});

test('of best effort ITEMS_AHEAD_BEST_EFFORT items are asked for, and the next when the reader has said that one came', () => {
  const { end, told, credit } = opened({ ...sender, bestEffort: true });
  end.opens({ items: WINDOW_ITEMS, bytes: WINDOW_BYTES });
  const wantsMore = Array.from({ length: ITEMS_AHEAD_BEST_EFFORT }, () => end.sendItem(new Uint8Array(1)));
  expect(wantsMore).toEqual(wantsMore.map((_, at) => at < ITEMS_AHEAD_BEST_EFFORT - 1));
  credit(1, 1);
  expect(told).toEqual(['writable', 'writable']);
});

test('an item may be numbered ITEMS_MAX, and a number beyond that is none', () => {
  const { item, told } = opened({ bestEffort: true });
  item(ITEMS_MAX);
  item(ITEMS_MAX + 1);
  expect(told).toEqual([`item ${ITEMS_MAX}`, 'DATA_LOSS']);
});

test('credit counts up to STREAM_BYTES_MAX bytes, and what says more is no credit', () => {
  const { end, told, credit } = opened(sender);
  end.opens({ items: 1, bytes: 1 });
  // Nothing looks into the payload here: its length is all that counts.
  end.sendItem({ length: STREAM_BYTES_MAX } as Uint8Array);
  credit(1, STREAM_BYTES_MAX);
  expect(told).toEqual(['writable', 'writable']);
  end.sendItem(new Uint8Array(1));
  credit(2, STREAM_BYTES_MAX + 1);
  expect(told).toEqual(['writable', 'writable']);
});
