import { RpcError, type RpcErrorCode } from '@rpcudp/core';
import type { RpcErrorOptions } from '@rpcudp/core/endpoint';
import { failureOf, silence } from './rpc-failure.js';

const target = { address: '127.0.0.1:1234', wire: 'native', secured: false } as const;

test.each<[RpcErrorCode, RpcErrorOptions, exitCode: number]>([
  ['OUT_OF_RANGE', { origin: 'remote', executed: 'yes' }, 1],
  ['UNAVAILABLE', { origin: 'remote', executed: 'no' }, 1],
  ['DATA_LOSS', { executed: 'yes' }, 1],
  ['PAYLOAD_TOO_LARGE', { executed: 'yes' }, 1],
  ['PAYLOAD_TOO_LARGE', {}, 2],
  ['INVALID_ARGUMENT', {}, 2],
  ['FAILED_PRECONDITION', {}, 2],
  ['UNAVAILABLE', {}, 3],
  ['UNAVAILABLE', { executed: 'unknown' }, 3],
  ['PERMISSION_DENIED', {}, 3],
  ['UNAUTHENTICATED', {}, 1],
])('%s with %j ends with the exit code %i', (code, options, exitCode) => {
  expect(failureOf(new RpcError(code, 'Why.', options), target).exitCode).toBe(exitCode);
});

test('a refusal says who said no, whether anything ran, and which word it was', () => {
  const refused = (executed: 'no' | 'yes' | 'unknown'): string =>
    failureOf(new RpcError('ABORTED', 'Why.', { origin: 'remote', executed }), target).message;
  expect(refused('yes')).toBe('127.0.0.1:1234 said no (the handler ran): ABORTED: Why.');
  expect(refused('no')).toBe('127.0.0.1:1234 said no (nothing ran): ABORTED: Why.');
  expect(refused('unknown')).toBe('127.0.0.1:1234 said no (it may have run): ABORTED: Why.');
});

test('where nobody can say whether the method ran, the message does not claim to', () => {
  const { message } = failureOf(
    new RpcError('UNAVAILABLE', 'The peer was restarted.', { executed: 'unknown' }),
    target,
  );
  expect(message).toBe('The peer was restarted. Whether the method ran is unknown.');
});

test('programs get the words of the error itself', () => {
  const error = new RpcError('ABORTED', 'Why.', { origin: 'remote', executed: 'yes', details: { least: 1 } });
  expect(failureOf(error, target).fields).toEqual({
    code: 'ABORTED',
    message: 'Why.',
    origin: 'remote',
    executed: 'yes',
    details: { least: 1 },
  });
});

test('silence says how much of large arguments arrived, if any did', () => {
  const totalBytes = 1_000_000;
  expect(silence(target, 50, { acknowledgedBytes: 0, totalBytes })).toEqual(silence(target, 50));
  expect(silence(target, 50, { acknowledgedBytes: 30, totalBytes: 30 })).toEqual(silence(target, 50));
  const some = silence(target, 50, { acknowledgedBytes: 5000, totalBytes });
  expect(some.message).toBe(
    'No response from 127.0.0.1:1234 within 50 ms. 5000 of 1000000 bytes of the arguments were acknowledged: raise --timeout.',
  );
  expect(some.fields).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { acknowledgedBytes: 5000, totalBytes } });
  const all = silence(target, 50, { acknowledgedBytes: totalBytes, totalBytes });
  expect(all.message).toContain('ms. All 1000000 bytes of the arguments were acknowledged');
});

test('silence means something else on each wire', () => {
  expect(silence(target, 50).message).toContain('Python peers need --wire rpcudp, and those with security --peer-key');
  expect(silence({ ...target, secured: true }, 50).message).toMatch(/ms\. Check host and port, or raise --timeout\.$/);
  expect(silence({ ...target, wire: 'rpcudp' }, 50).message).toContain('a method that is unknown or failed');
});
