import fc from 'fast-check';
import { LARGE_MESSAGES_AT_ONCE } from '../../../native-limits';
import type { Item, ItemSource } from './item';
import { LargeMessages } from './large-messages';

/** A message of so many parts, of a byte each. */
class Message implements ItemSource {
  wanted = true;
  unfinished = true;
  sent = 0;

  constructor(
    readonly name: string,
    readonly bytes: number,
  ) {}

  /** The last part ends it, but it has not arrived. */
  next(): Item {
    this.sent += 1;
    if (this.sent === this.bytes) this.wanted = false;
    const { name } = this;
    const item = { wanted: true, bytesMax: 1, copies: 0, write: () => {}, acknowledged: () => {}, lost: () => true };
    return Object.assign(item, { name });
  }
}

const messagesOf = (unfinishedBytesMax: number, ...given: Message[]): LargeMessages => {
  const messages = new LargeMessages(unfinishedBytesMax);
  for (const message of given) messages.push(message);
  return messages;
};

const send = (messages: LargeMessages): string | undefined =>
  (messages.next(100) as (Item & { name: string }) | undefined)?.name;

const sendAll = (messages: LargeMessages, most = 1000): string =>
  Array.from({ length: most }, () => send(messages) ?? '').join('');

const sorted = (names: string): string => Array.from(names).sort().join('');

/** All that was sent whole arrives. */
function arrive(messages: readonly Message[]): void {
  for (const message of messages) message.unfinished = message.wanted;
}

test('messages take turns, so that a short one does not wait for a long one', () => {
  const messages = messagesOf(100, new Message('a', 6), new Message('b', 2));
  expect(sorted(sendAll(messages))).toBe('aaaaaabb');
  const again = messagesOf(100, new Message('a', 6), new Message('b', 2));
  expect(sorted(sendAll(again, 4))).toBe('aabb');
});

test('no more share than the limit says, and the next one follows when one has been sent', () => {
  const given = Array.from({ length: LARGE_MESSAGES_AT_ONCE + 2 }, (_, index) => new Message(String(index), 2));
  const messages = messagesOf(100, ...given);
  const first = sendAll(messages, 2 * LARGE_MESSAGES_AT_ONCE - 1);
  expect([...new Set(first)].sort()).toEqual(given.slice(0, LARGE_MESSAGES_AT_ONCE).map(({ name }) => name));
  expect(sendAll(messages)).toHaveLength(5);
});

test('what the peer has no room for waits until what was begun has arrived', () => {
  const [one, two] = [new Message('a', 6), new Message('b', 6)];
  const messages = messagesOf(10, one, two);
  expect(sendAll(messages)).toBe('aaaaaa');
  expect(messages.isEmpty).toBe(true);
  one.unfinished = false;
  messages.prune();
  expect([messages.isEmpty, sendAll(messages)]).toEqual([false, 'bbbbbb']);
});

test('one goes out in any case, however large, also to a peer of which nothing is known', () => {
  expect(sendAll(messagesOf(0, new Message('a', 6)))).toBe('aaaaaa');
});

test('what nobody wants any more is passed over, begun or not', () => {
  const given = [new Message('a', 4), new Message('b', 4), new Message('c', 4)];
  const messages = messagesOf(8, ...given);
  sendAll(messages, 2);
  for (const message of given.slice(0, 2)) {
    message.wanted = false;
    message.unfinished = false;
  }
  expect(sendAll(messages)).toBe('cccc');
  expect(messages.next(100)).toBeUndefined();
});

test('whatever comes when, turns are fair, the room is kept, and all is sent', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 60 }), fc.infiniteStream(fc.nat(3)), (bytes, room, chances) => {
      const messages = messagesOf(room);
      const given = bytes.map((size, index) => new Message(String.fromCharCode(97 + index), size));
      const waiting = [...given];
      for (let turns = 0; turns < 5000 && given.some(({ unfinished }) => unfinished); turns += 1) {
        const chance = chances.next().value as number;
        if (chance === 0 && waiting.length > 0) messages.push(waiting.shift()!);
        if (chance === 1) arrive(given);
        const before = given.map(({ sent }) => sent);
        send(messages);
        const begun = given.filter(({ sent, unfinished }) => sent > 0 && unfinished);
        const held = begun.reduce((sum, message) => sum + message.bytes, 0);
        expect(begun.length <= 1 || held <= room).toBe(true);
        expect(given.filter(({ sent }, index) => sent !== before[index]).length).toBeLessThanOrEqual(1);
      }
      expect(given.map(({ sent }) => sent)).toEqual(bytes);
    }),
  );
});
