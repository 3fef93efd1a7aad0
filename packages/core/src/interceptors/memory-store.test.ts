import {
  IDEMPOTENCY_BYTES_MAX_DEFAULT,
  IDEMPOTENCY_KEPT_MS_DEFAULT,
  IDEMPOTENCY_KEYS_MAX_DEFAULT,
} from '../interceptor-limits';
import { MemoryIdempotencyStore, type MemoryStoreOptions } from './memory-store';

function storeAt(options: MemoryStoreOptions = {}): { store: MemoryIdempotencyStore; time: { now: number } } {
  const time = { now: 0 };
  const clock = { now: () => time.now, setTimer: () => () => undefined };
  return { store: new MemoryIdempotencyStore({ clock, ...options }), time };
}

test('a key is claimed once, and completed or released', async () => {
  const { store } = storeAt();
  expect(store.claim('a', 'f')).toEqual({ state: 'claimed' });
  const running = store.claim('a', 'f') as { outcome: PromiseLike<Uint8Array> };
  expect(running).toMatchObject({ state: 'running' });
  expect(store.claim('a', 'g')).toEqual({ state: 'taken' });
  store.complete('a', new Uint8Array([1]));
  expect(await running.outcome).toEqual(new Uint8Array([1]));
  expect(store.claim('a', 'f')).toEqual({ state: 'completed', outcome: new Uint8Array([1]) });
  expect(store.claim('a', 'g')).toEqual({ state: 'taken' });
  store.claim('b', 'f');
  const other = store.claim('b', 'f') as { outcome: PromiseLike<Uint8Array | undefined> };
  store.release('b');
  expect(await other.outcome).toBeUndefined();
  expect(store.claim('b', 'f')).toEqual({ state: 'claimed' });
});

test('what came of a call is forgotten after a while, what runs is not', () => {
  const { store, time } = storeAt();
  store.claim('running', 'f');
  store.claim('old', 'f');
  store.complete('old', new Uint8Array(10));
  time.now = IDEMPOTENCY_KEPT_MS_DEFAULT - 1;
  expect(store.claim('old', 'f')).toMatchObject({ state: 'completed' });
  store.claim('young', 'f');
  store.complete('young', new Uint8Array(5));
  time.now = IDEMPOTENCY_KEPT_MS_DEFAULT;
  expect(store.claim('running', 'f')).toMatchObject({ state: 'running' });
  expect(store.size).toEqual({ keys: 2, bytes: 5 });
  expect(store.claim('old', 'f')).toEqual({ state: 'claimed' });
});

test('there are so many keys and no more: none is forgotten early, for its call could run twice', () => {
  const { store, time } = storeAt({ keysMax: 2 });
  store.claim('a', 'f');
  store.complete('a', new Uint8Array(1));
  store.claim('b', 'f');
  expect(() => store.claim('c', 'f')).toThrow('This server remembers 2 calls by their keys already. Try again later.');
  expect(store.claim('a', 'f')).toMatchObject({ state: 'completed' });
  time.now = IDEMPOTENCY_KEPT_MS_DEFAULT;
  expect(store.claim('c', 'f')).toEqual({ state: 'claimed' });
});

test('there are so many bytes: of what is beyond, it is known that it ran', () => {
  const { store } = storeAt({ bytesMax: 10 });
  for (const key of ['a', 'b']) {
    store.claim(key, 'f');
    store.complete(key, new Uint8Array(7));
  }
  expect(store.claim('a', 'f')).toEqual({ state: 'completed', outcome: new Uint8Array(7) });
  expect(store.claim('b', 'f')).toEqual({ state: 'completed', outcome: undefined });
  expect(store.size).toEqual({ keys: 2, bytes: 7 });
});

test('keys of strangers are words like any other, whatever objects have', () => {
  const { store } = storeAt();
  for (const key of ['__proto__', 'constructor', 'toString', ''])
    expect(store.claim(key, 'f')).toEqual({ state: 'claimed' });
  expect(store.size.keys).toBe(4);
});

test('the end of a call that nobody claimed changes nothing', () => {
  const { store } = storeAt();
  store.complete('a', new Uint8Array(1));
  store.release('a');
  expect(store.size).toEqual({ keys: 0, bytes: 0 });
});

test('the defaults hold, and options out of range are refused', () => {
  const { store } = storeAt();
  for (let index = 0; index < IDEMPOTENCY_KEYS_MAX_DEFAULT; index += 1) store.claim(`k${index}`, 'f');
  expect(() => store.claim('one more', 'f')).toThrow('Try again later');
  store.complete('k0', new Uint8Array(IDEMPOTENCY_BYTES_MAX_DEFAULT + 1));
  expect(store.claim('k0', 'f')).toEqual({ state: 'completed', outcome: undefined });
  expect(() => new MemoryIdempotencyStore({ keysMax: 0 })).toThrow('keysMax must be a number from 1');
  expect(() => new MemoryIdempotencyStore({ bytesMax: -1 })).toThrow('bytesMax must be a number from 0');
  expect(() => new MemoryIdempotencyStore({ keptMs: 0 })).toThrow('keptMs must be a number from 1');
});
