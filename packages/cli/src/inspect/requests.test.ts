import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { checkCall, readJson } from './requests.js';

const read = (...chunks: Buffer[]): Promise<unknown> => readJson(Readable.from(chunks) as IncomingMessage);
const call = { service: 'A', method: 'b', delivery: 'idempotent', shape: 'unary', args: [], timeoutMs: 5 };

test('a body is JSON, in however many pieces it comes', async () => {
  expect(await read(Buffer.from('{"a"'), Buffer.from(':1}'))).toEqual({ a: 1 });
  await expect(read(Buffer.from('{'))).rejects.toMatchObject({ status: 400 });
});

test('a body is no larger than 16 MiB', async () => {
  const piece = Buffer.alloc(9 * 1024 * 1024, ' ');
  await expect(read(piece, piece)).rejects.toMatchObject({ status: 413 });
});

test.each([
  { ...call, service: 1 },
  { ...call, args: {} },
  { ...call, timeoutMs: 0 },
  { ...call, timeoutMs: 1e12 },
  { ...call, stream: 5 },
  {},
  null,
])('%j is no call', (body) => {
  expect(() => checkCall(body)).toThrow('A call has service, method, delivery, shape, args and timeoutMs.');
});

test('a call is one', () => {
  expect(checkCall({ ...call, stream: 'server' })).toMatchObject({ service: 'A', stream: 'server' });
});
