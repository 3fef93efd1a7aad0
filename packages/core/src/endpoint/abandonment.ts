import { RpcError } from '../errors.js';

const MESSAGES = {
  CANCELLED: 'The caller cancelled the call, or cannot be reached any more.',
  DEADLINE_EXCEEDED: 'The handler took too long.',
} as const;

/** Why nobody waits for a handler's answer any more. */
export function abandonment(code: keyof typeof MESSAGES): RpcError {
  return new RpcError(code, MESSAGES[code]);
}
