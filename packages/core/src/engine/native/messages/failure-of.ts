import { RPC_ERROR_CODES } from '../../../errors.js';
import type { FailureFrame } from '../../../wire/native/frame-types.js';
import { EXECUTED, type EngineOutput, type OutgoingCall } from '../../engine.js';
import type { OutgoingNativeCall } from './outgoing-call.js';

/** What a FAILURE frame says of a call. */
export function failureOf<C extends OutgoingCall>(
  { call, restarts }: OutgoingNativeCall<C>,
  { code, executed, details: payload }: FailureFrame,
): Extract<EngineOutput<C>, { kind: 'failure' }> {
  const told = EXECUTED[executed] ?? 'unknown';
  return {
    kind: 'failure',
    call,
    code: RPC_ERROR_CODES[code] ?? 'UNKNOWN',
    // Who refuses it now does not know what an association did with it that has ended since.
    executed: told === 'no' && restarts > 0 ? 'unknown' : told,
    origin: 'remote',
    payload,
  };
}
