import { RpcError, type RpcErrorCode } from '@rpcudp/core';
import { PendingCall } from '@rpcudp/core';
import { RPC_ERROR_CODES, type Executed } from '@rpcudp/core/endpoint';
import { endOfError, endOfReply, movesOn, spend } from './call-end';

const remote = (code: RpcErrorCode, executed: Executed) => new RpcError(code, 'x', { origin: 'remote', executed });
const local = (code: RpcErrorCode, executed: Executed = 'unknown') => new RpcError(code, 'x', { executed });

test('what is refused before it runs is no failure, and says for how long', () => {
  expect(endOfError(remote('UNAVAILABLE', 'no'))).toEqual({ kind: 'refused', retryAfterMs: 0 });
  const full = new RpcError('RESOURCE_EXHAUSTED', 'x', {
    origin: 'remote',
    executed: 'no',
    details: { retryAfterMs: 7 },
  });
  expect(endOfError(full)).toEqual({ kind: 'refused', retryAfterMs: 7 });
});

test('only UNAVAILABLE and RESOURCE_EXHAUSTED go to another target, and not what this endpoint has no room for', () => {
  expect(RPC_ERROR_CODES.filter((code) => movesOn(remote(code, 'no')))).toEqual(['RESOURCE_EXHAUSTED', 'UNAVAILABLE']);
  expect(movesOn(new RpcError('RESOURCE_EXHAUSTED', 'x', { details: { maxPending: 4_096 } }))).toBe(false);
  expect(movesOn(new RpcError('RESOURCE_EXHAUSTED', 'x'))).toBe(true);
});

test('what tells of the server is a failure, and what tells of the call is an answer', () => {
  const kinds = (error: (code: RpcErrorCode) => RpcError) =>
    Object.fromEntries(RPC_ERROR_CODES.map((code) => [code, endOfError(error(code)).kind]));
  const answered = kinds((code) => remote(code, 'yes'));
  const failures = ['INTERNAL', 'UNKNOWN', 'DATA_LOSS', 'UNAVAILABLE', 'RESOURCE_EXHAUSTED'];
  for (const [code, kind] of Object.entries(answered))
    expect(kind).toBe(failures.includes(code) ? 'failed' : 'answered');
  expect(kinds((code) => local(code))).toMatchObject({
    UNAVAILABLE: 'lost',
    DEADLINE_EXCEEDED: 'silent',
    DATA_LOSS: 'failed',
    CANCELLED: 'untold',
    INVALID_ARGUMENT: 'untold',
    CLOSED: 'untold',
  });
});

test('silence is a failure, but for a call that is only sent', () => {
  expect(endOfReply({ received: false }, new PendingCall()).kind).toBe('silent');
  class OneWay extends PendingCall<unknown> {
    override silenceError(): undefined {
      return undefined;
    }
  }
  expect(endOfReply({ received: false }, new OneWay()).kind).toBe('untold');
});

test('the budget is spent by what another target may not have, and filled by answers', () => {
  const told: string[] = [];
  const throttle = { succeeded: () => told.push('+'), failed: () => told.push('-') };
  const ends = [
    remote('UNAVAILABLE', 'no'),
    remote('UNAVAILABLE', 'yes'),
    local('UNAVAILABLE'),
    local('DEADLINE_EXCEEDED'),
  ];
  for (const error of [...ends, remote('INTERNAL', 'yes'), local('CANCELLED'), remote('NOT_FOUND', 'yes')])
    spend(throttle, endOfError(error));
  expect(told.join('')).toBe('----+');
});
