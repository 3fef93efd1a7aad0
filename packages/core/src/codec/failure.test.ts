import { messagePack } from './messagepack';
import { RpcError } from '../errors';
import { FAILURE_BYTES_MAX } from '../limits';
import { decodeFailure, encodeFailure } from './failure';

const codec = messagePack();
const WHAT = { code: 'ABORTED', executed: 'yes', origin: 'remote' } as const;
const LABEL = 'Lab.add at 10.0.0.1:1';

/** What the caller gets of an error. */
function travelled(error: RpcError): RpcError {
  return decodeFailure(codec, { ...WHAT, payload: encodeFailure(codec, error) }, LABEL);
}

test('an error arrives with its message and details', () => {
  const arrived = travelled(new RpcError('ABORTED', 'Not now.', { details: { door: 3 } }));
  expect(arrived).toMatchObject({ ...WHAT, message: 'Not now.', details: { door: 3 } });
});

test('details that make it more than 4,096 bytes are left out', () => {
  const bytesOf = (details: string): number => encodeFailure(codec, new RpcError('ABORTED', 'no', { details }))!.length;
  const around = bytesOf('x'.repeat(3000)) - 3000;
  expect(bytesOf('x'.repeat(FAILURE_BYTES_MAX - around))).toBe(FAILURE_BYTES_MAX);
  const details = 'x'.repeat(FAILURE_BYTES_MAX - around + 1);
  expect(travelled(new RpcError('ABORTED', 'no', { details }))).toMatchObject({ message: 'no', details: undefined });
});

test('details that cannot be encoded are left out', () => {
  const arrived = travelled(new RpcError('ABORTED', 'no', { details: () => 1 }));
  expect(arrived).toMatchObject({ message: 'no', details: undefined });
});

test('a message of more than 4,096 bytes is left out, too: what was called is said instead', () => {
  const error = new RpcError('ABORTED', 'x'.repeat(FAILURE_BYTES_MAX));
  expect(encodeFailure(codec, error)).toBeUndefined();
  expect(travelled(error).message).toBe(`${LABEL}: The peer gave no reason.`);
});

test.each([
  ['nothing', undefined],
  ['no bytes', new Uint8Array(0)],
  ['bytes that mean nothing', Uint8Array.of(0xc1)],
  ['no pair', codec.encode({ message: 'no' })],
  ['a message that is no text', codec.encode([7])],
])('a reason that is %s is no reason', (_what, payload) => {
  const failure = decodeFailure(codec, { ...WHAT, code: 'UNAVAILABLE', payload }, LABEL);
  expect(failure.message).toBe(`${LABEL}: The peer was restarted or closed while the call was on its way.`);
});
