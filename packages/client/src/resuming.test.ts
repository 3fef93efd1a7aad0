import { RpcError, RpcStream } from '@rpcudp/core';
import { resuming, type ResumingOptions } from './resuming.js';

const unavailable = (): RpcError => new RpcError('UNAVAILABLE', 'The server was restarted.');

/** A stream of numbers that breaks after some of them. */
function broken(values: readonly number[], error: Error = unavailable()): RpcStream<number> {
  return RpcStream.from(async function* () {
    yield* values;
    throw error;
  });
}

/** Options that wait for nothing, and what was waited for. */
function noWaiting(options: ResumingOptions = {}): { options: ResumingOptions; pauses: number[] } {
  const pauses: number[] = [];
  const wait = (pauseMs: number): Promise<void> => Promise.resolve(void pauses.push(pauseMs));
  return { options: { wait, random: () => 1, ...options }, pauses };
}

async function read<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

test('a stream that breaks is opened again, from the last value that was read', async () => {
  const opened: unknown[] = [];
  const streams = [broken([1, 2]), broken([]), RpcStream.from([3, 4])];
  const { options } = noWaiting();
  const open = (last?: number): RpcStream<number> => {
    opened.push(last);
    return streams.shift()!;
  };

  expect(await read(resuming(open, options))).toEqual([1, 2, 3, 4]);
  expect(opened).toEqual([undefined, 2, 2]);
});

test('each attempt that fails doubles the wait, up to its bound, and a value makes it short again', async () => {
  const streams = [broken([]), broken([]), broken([]), broken([1]), RpcStream.from<number>([])];
  const told: string[] = [];
  const { options, pauses } = noWaiting({
    pauseMsMax: 300,
    onPause: ({ code }, pauseMs) => told.push(`${code} ${pauseMs}`),
  });

  expect(await read(resuming(() => streams.shift()!, options))).toEqual([1]);
  expect(pauses).toEqual([100, 200, 300, 100]);
  expect(told[0]).toBe('UNAVAILABLE 100');
});

test('waits differ from one client to the next', async () => {
  const streams = [broken([]), RpcStream.from<number>([])];
  const { options, pauses } = noWaiting({ random: () => 0 });
  await read(resuming(() => streams.shift()!, options));

  expect(pauses).toEqual([50]);
});

test.each([
  ['an error that another attempt would meet again', {}, new RpcError('NOT_FOUND', 'No such symbol.'), 1],
  ['an error of the program', {}, new Error('a bug'), 1],
  ['more failures than were asked for', { attemptsMax: 2 }, unavailable(), 3],
  ['an error that is not to be gone on after', { goesOn: () => false }, unavailable(), 1],
])('%s ends the stream', async (_what, options, error, attempts) => {
  let opened = 0;
  const values = resuming(() => {
    opened += 1;
    return broken([], error);
  }, noWaiting(options).options);

  await expect(read(values)).rejects.toThrow(error.message);
  expect(opened).toBe(attempts);
});

test('leaving the loop ends the stream behind it', async () => {
  let ended = 0;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (let value = 0; ; value += 1) yield value;
    } finally {
      ended += 1;
    }
  }
  for await (const value of resuming(() => RpcStream.from(endless()))) if (value === 2) break;
  // The generator hears of it in a later turn.
  await new Promise(setImmediate);

  expect(ended).toBe(1);
});

test('cancelling reaches a reader that waits for a value, and the stream behind it', async () => {
  const quiet = RpcStream.from<number>({
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  });
  const cancel = jest.spyOn(quiet, 'cancel');
  const values = resuming(() => quiet);
  const all = read(values);
  await Promise.resolve();
  values.cancel();

  expect(await all).toEqual([]);
  expect(cancel).toHaveBeenCalled();
});

test('cancelling ends the wait for another attempt', async () => {
  const values = resuming(() => broken([]), { pauseMs: 2 ** 30, pauseMsMax: 2 ** 30, onPause: () => values.cancel() });

  expect(await read(values)).toEqual([]);
});

test('what all of them missed is counted together', async () => {
  const missing = (values: readonly number[], missed: number, error?: Error): RpcStream<number> =>
    Object.defineProperty(error === undefined ? RpcStream.from(values) : broken(values, error), 'missed', {
      value: missed,
    });
  const streams = [missing([1], 3, unavailable()), missing([2], 4)];
  const values = resuming(() => streams.shift()!, noWaiting().options);
  await read(values);

  expect(values.missed).toBe(7);
});
