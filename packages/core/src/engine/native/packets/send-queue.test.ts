import { PART_ROOM_BYTES_MIN } from '../../../wire/native/frames';
import { OutgoingParts } from '../messages/parts';
import type { Item } from './item';
import { SendQueue } from './send-queue';

interface TestItem extends Item {
  wanted: boolean;
}

const item = (bytesMax: number): TestItem => ({
  wanted: true,
  bytesMax,
  copies: 0,
  write: () => {},
  acknowledged: () => {},
  lost: () => true,
});

const owner = { number: 0, side: 0 as const, wanted: true, reliable: true, partsAcknowledged: (): void => {} };
const large = (bytes: number): Item => ({
  ...item(bytes),
  toParts: () => new OutgoingParts(owner, new Uint8Array(0), new Uint8Array(bytes)),
});

/** What fits a packet with room for 200 bytes. */
const take = (queue: SendQueue, room = 200): Item | undefined => queue.take(room, 200, 0);

test('what was lost goes first, then what is new in its order, then parts of what is large', () => {
  const queue = new SendQueue();
  const [first, second, lost] = [item(10), item(10), item(10)];
  queue.push(large(500));
  queue.push(first);
  queue.push(second);
  queue.pushLost(lost);
  expect([take(queue), take(queue), take(queue)]).toEqual([lost, first, second]);
  expect(take(queue)?.bytesMax).toBe(200);
  expect(queue.hasWork).toBe(true);
});

test('what is new and small goes before parts that were lost, and those before parts that are new', () => {
  const queue = new SendQueue();
  queue.push(large(500));
  const [first, second] = [take(queue)!, item(10)];
  queue.pushLost(first);
  queue.push(second);
  expect([take(queue), take(queue)]).toEqual([second, first]);
  expect(take(queue)?.bytesMax).toBe(200);
});

test('an empty queue has no work and needs no room', () => {
  const queue = new SendQueue();
  expect([queue.hasWork, queue.nextBytes, take(queue)]).toEqual([false, 0, undefined]);
});

test('what was lost twice goes out once', () => {
  const queue = new SendQueue();
  const lost = item(10);
  queue.pushLost(lost);
  queue.pushLost(lost);
  expect([take(queue), take(queue)]).toEqual([lost, undefined]);
});

test('what nobody wants any more is forgotten', () => {
  const queue = new SendQueue();
  const [fresh, lost] = [item(10), item(10)];
  queue.push(fresh);
  queue.pushLost(lost);
  fresh.wanted = false;
  lost.wanted = false;
  // Only who is told to does so: asking changes nothing.
  expect(queue.hasWork).toBe(true);
  queue.prune();
  expect(queue.hasWork).toBe(false);
  fresh.wanted = true;
  lost.wanted = true;
  expect(queue.hasWork).toBe(false);
});

test('parts of what nobody wants any more are forgotten', () => {
  const queue = new SendQueue();
  const wanting = { ...owner };
  queue.push({ ...item(500), toParts: () => new OutgoingParts(wanting, new Uint8Array(0), new Uint8Array(500)) });
  expect(take(queue)).toBeDefined();
  wanting.wanted = false;
  queue.prune();
  expect([queue.hasWork, take(queue)]).toEqual([false, undefined]);
});

test('what does not fit the rest of a packet waits for the next one', () => {
  const queue = new SendQueue();
  const one = item(150);
  queue.push(one);
  expect(queue.nextBytes).toBe(150);
  expect([take(queue, 149), take(queue, 150)]).toEqual([undefined, one]);
});

test('a large message in a packet that has room is cut to that room, and not cut if it is hardly any', () => {
  const queue = new SendQueue();
  queue.push(large(300));
  expect(take(queue, PART_ROOM_BYTES_MIN - 1)).toBeUndefined();
  expect(take(queue, 50)?.bytesMax).toBe(50);
  expect(take(queue, 1000)?.bytesMax).toBe(200);
  take(queue);
  queue.prune();
  expect(queue.hasWork).toBe(false);
});

test('a peer that takes nothing holds no memory of what nobody wants any more', () => {
  const queue = new SendQueue();
  const first = item(10);
  queue.push(first);
  let kept = 0;
  const asked: TestItem[] = [];
  for (let count = 0; count < 10_000; count += 1) {
    const one = item(10);
    queue.push(one);
    asked.push(one);
    one.wanted = false;
  }
  // What was let go of is not asked again.
  for (const one of asked) Object.defineProperty(one, 'wanted', { get: () => void (kept += 1) });
  expect(take(queue)).toBe(first);
  while (take(queue) !== undefined);
  expect(kept).toBeLessThan(100);
});
