import {
  DATAGRAM_BYTES_MAX,
  HANDLER_TIMEOUT_MS_DEFAULT,
  MESSAGE_BYTES_MAX_DEFAULT,
  MESSAGE_BYTES_MAX_LIMIT,
  NATIVE_DATAGRAM_BYTES_DEFAULT,
  PENDING_CALLS_MAX_DEFAULT,
  RPCUDP_EXCESS_BYTES_PER_SECOND,
  RUNNING_HANDLERS_MAX_DEFAULT,
  TIMEOUT_MS_DEFAULT,
  TIMEOUT_MS_MAX,
} from '../limits';
import { REASSEMBLY_BYTES_MAX, REASSEMBLY_MESSAGES, RETRY_TOKENS, RETRY_TOKENS_PER_ANSWER } from '../native-limits';
import { heldBytesMax } from '../engine/native/messages/unfinished-message';
import { driverOptions, type EndpointOptions } from './options';

test('what is left out is as documented', () => {
  expect(driverOptions({})).toMatchObject({
    wires: ['native'],
    timeoutMs: TIMEOUT_MS_DEFAULT,
    maxPending: PENDING_CALLS_MAX_DEFAULT,
    maxRunning: RUNNING_HANDLERS_MAX_DEFAULT,
    handlerTimeoutMs: HANDLER_TIMEOUT_MS_DEFAULT,
    datagramBytes: NATIVE_DATAGRAM_BYTES_DEFAULT,
    messageBytesMax: MESSAGE_BYTES_MAX_DEFAULT,
    reassemblyBytesMax: REASSEMBLY_BYTES_MAX,
    retryBudget: { tokens: RETRY_TOKENS, tokensPerAnswer: RETRY_TOKENS_PER_ANSWER },
    rpcudpExcessBytesPerSecond: RPCUDP_EXCESS_BYTES_PER_SECOND,
    logger: undefined,
    logLevel: 'info',
  });
});

test('datagramBytes may be a word, for a size that is found out for each peer', () => {
  expect(driverOptions({ datagramBytes: 'probe' }).datagramBytes).toBe('probe');
  expect(() => driverOptions({ datagramBytes: 'auto' as 'probe' })).toThrow(
    'datagramBytes must be a whole number from 1200 to 65507, or \'probe\', not "auto".',
  );
});

test('a retry budget may be given in part, be empty or have no end', () => {
  const budgetOf = (retryBudget: EndpointOptions['retryBudget'] & object): object =>
    driverOptions({ retryBudget }).retryBudget;
  expect(budgetOf({ tokens: 3 })).toEqual({ tokens: 3, tokensPerAnswer: RETRY_TOKENS_PER_ANSWER });
  expect(budgetOf({ tokens: 0, tokensPerAnswer: 0 })).toEqual({ tokens: 0, tokensPerAnswer: 0 });
  expect(budgetOf({ tokens: Infinity }).valueOf()).toMatchObject({ tokens: Infinity });
});

test.each([
  ['timeoutMs', 1, TIMEOUT_MS_MAX],
  ['handlerTimeoutMs', 1, TIMEOUT_MS_MAX],
  ['datagramBytes', NATIVE_DATAGRAM_BYTES_DEFAULT, DATAGRAM_BYTES_MAX],
  ['messageBytesMax', 1, MESSAGE_BYTES_MAX_LIMIT],
  ['maxPending', 1, Number.MAX_SAFE_INTEGER],
  ['maxRunning', 1, Number.MAX_SAFE_INTEGER],
] as const)('%s may be from %d to %d', (option, least, most) => {
  for (const value of [least, most]) expect(driverOptions({ [option]: value })).toMatchObject({ [option]: value });
  for (const value of [least - 1, most + 1].filter(Number.isSafeInteger)) {
    expect(() => driverOptions({ [option]: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(new RegExp(`^${option} must be .*, not ${value}\\.$`)) as string,
      }),
    );
  }
});

test.each([
  ['timeoutMs', '200', '"200"'],
  ['handlerTimeoutMs', null, 'null'],
  ['maxPending', '7', '"7"'],
  ['maxRunning', [7], 'an array'],
  ['datagramBytes', {}, 'an object'],
  ['messageBytesMax', NaN, 'NaN'],
  ['messageBytesMax', () => 7, 'a function'],
  ['rpcudpExcessBytesPerSecond', -1, '-1'],
  ['rpcudpExcessBytesPerSecond', Number.NaN, 'NaN'],
  ['retryBudget', null, 'null'],
  ['retryBudget', 5, '5'],
  ['logLevel', { toString: () => 'info' }, 'an object'],
])('%s that is %p is refused by name', (option, value, shown) => {
  const options = { [option]: value } as EndpointOptions;
  expect(() => driverOptions(options)).toThrow(new RegExp(`^${option} must be .*, not ${shown}\\.$`));
});

test.each([
  ['tokens', -1, '-1'],
  ['tokens', NaN, 'NaN'],
  ['tokensPerAnswer', '1', '"1"'],
])('retryBudget with %s of %p is refused by name', (name, value, shown) => {
  const options = { retryBudget: { [name]: value } } as EndpointOptions;
  expect(() => driverOptions(options)).toThrow(`retryBudget.${name} must be a number from 0, not ${shown}.`);
});

test('a larger message makes room for two of them, whatever all together may take otherwise', () => {
  const most = driverOptions({ messageBytesMax: MESSAGE_BYTES_MAX_LIMIT });
  expect(most.reassemblyBytesMax).toBeGreaterThan(REASSEMBLY_MESSAGES * MESSAGE_BYTES_MAX_LIMIT);
  expect(most.reassemblyBytesMax).toBe(REASSEMBLY_MESSAGES * heldBytesMax(MESSAGE_BYTES_MAX_LIMIT));
  const eighth = driverOptions({ messageBytesMax: REASSEMBLY_BYTES_MAX / 8 });
  expect(eighth.reassemblyBytesMax).toBe(REASSEMBLY_BYTES_MAX);
});

test('a wire that is named twice is spoken once', () => {
  expect(driverOptions({ wires: ['rpcudp', 'native', 'rpcudp'] }).wires).toEqual(['rpcudp', 'native']);
});
