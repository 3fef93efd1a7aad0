import { RpcStream } from './stream.js';

async function read<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

test('a stream of anything that can be iterated gives its values', async () => {
  async function* generator(): AsyncGenerator<number> {
    yield* [1, 2];
  }

  expect(await read(RpcStream.from([1, 2]))).toEqual([1, 2]);
  expect(await read(RpcStream.from(new Set([1, 2])))).toEqual([1, 2]);
  expect(await read(RpcStream.from(generator()))).toEqual([1, 2]);
  expect(RpcStream.from([1]).missed).toBe(0);
});

test('it is opened when the first value is asked for, and read once', async () => {
  const open = jest.fn(() => [1, 2, 3]);
  const stream = RpcStream.from(open);
  expect(open).not.toHaveBeenCalled();
  for await (const value of stream) if (value === 2) break;

  expect(open).toHaveBeenCalledTimes(1);
  expect(() => stream[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
});

test('cancelling it ends the loop of whoever reads it, and tells its source, even one that keeps it waiting', async () => {
  const end = jest.fn(() => Promise.resolve({ done: true as const, value: undefined }));
  const silent = { next: () => new Promise<IteratorResult<number>>(() => undefined), return: end };
  const stream = RpcStream.from({ [Symbol.asyncIterator]: () => silent });
  const all = read(stream);
  await Promise.resolve();
  stream.cancel();
  stream.cancel();

  expect(await all).toEqual([]);
  expect(end).toHaveBeenCalledTimes(1);
});

test('disposing of it cancels it', async () => {
  const open = jest.fn(() => [1]);
  const stream = RpcStream.from(open);
  await stream[Symbol.asyncDispose]();

  expect(await read(stream)).toEqual([]);
  expect(open).not.toHaveBeenCalled();
});

test('an error of its source is one of its reader', async () => {
  const failing = RpcStream.from<number>(() => {
    throw new Error('broken');
  });

  await expect(read(failing)).rejects.toThrow('broken');
});
