import { latest } from './latest.js';

/** Something that pushes values, and who has subscribed to it. */
function sensor(): {
  on: (listener: (value: number) => void) => () => void;
  push: (value: number) => void;
  listeners: number;
} {
  const listeners = new Set<(value: number) => void>();
  return {
    on: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    push: (value) => listeners.forEach((listener) => listener(value)),
    get listeners() {
      return listeners.size;
    },
  };
}

test('a reader gets the newest value, and what nobody has read by then is left out', async () => {
  const { on, push } = sensor();
  const values = latest(on);
  const first = values.next();
  for (const value of [1, 2, 3]) push(value);

  expect(await first).toEqual({ value: 1 });
  expect(await values.next()).toEqual({ value: 3 });
  const waiting = values.next();
  push(4);
  expect(await waiting).toEqual({ value: 4 });
});

test('it subscribes when the first value is asked for, and no longer than it is read', async () => {
  const source = sensor();
  const values = latest(source.on);
  expect(source.listeners).toBe(0);
  const first = values.next();
  expect(source.listeners).toBe(1);
  source.push(1);
  await first;
  source.push(2);
  for await (const value of values) if (value === 2) break;
  expect(source.listeners).toBe(0);
});

test('whoever waits for a value learns at once that the reader has left', async () => {
  const source = sensor();
  const values = latest(source.on);
  const waiting = values.next();

  expect(await values.return!()).toEqual({ done: true, value: undefined });
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(source.listeners).toBe(0);
  source.push(1);
  expect(await values.next()).toEqual({ done: true, value: undefined });
});

test('a signal ends it, whether it is aborted before or while it is read', async () => {
  const source = sensor();
  const abort = new AbortController();
  const values = latest(source.on, abort.signal);
  const waiting = values.next();
  abort.abort();

  expect((await waiting).done).toBe(true);
  expect(source.listeners).toBe(0);
  expect((await latest(source.on, abort.signal).next()).done).toBe(true);
  expect(source.listeners).toBe(0);
});

test('what cannot be subscribed to is an error for the reader, once', async () => {
  const values = latest<number>(() => {
    throw new Error('no such sensor');
  });

  await expect(values.next()).rejects.toThrow('no such sensor');
  expect((await values.next()).done).toBe(true);
});

test('a source that pushes while it is subscribed to is read from its first value on', async () => {
  const values = latest<string>((push) => push('now'));

  expect(await values.next()).toEqual({ value: 'now' });
});
