/** What came of a call, as bytes that a store can keep. */
import type { Codec } from '../codec/codec.js';
import { RPC_ERROR_CODES, RpcError, type RpcErrorCode } from '../errors.js';

/** A value, or why there is none. */
export type KeptOutcome = { readonly value: unknown } | { readonly error: unknown };

/** Never throws: what cannot be kept is kept as an error that says no more than that the call ran. */
export function encodeOutcome(codec: Codec, outcome: KeptOutcome): Uint8Array {
  for (const content of contentsOf(outcome)) {
    try {
      // A copy, for a codec may write over its memory.
      return codec.encode(content).slice();
    } catch {
      // Less of it may do.
    }
  }
  return codec.encode(['error', 'INTERNAL', '']).slice();
}

function contentsOf(outcome: KeptOutcome): unknown[][] {
  if ('value' in outcome) return [['value', outcome.value]];
  const { error } = outcome;
  // The text of an error that is not ours stays on its side, today as when it is repeated.
  if (!RpcError.is(error)) return [];
  const { code, message, details } = error;
  const short = ['error', code, message];
  return details === undefined ? [short] : [[...short, details], short];
}

/** What a repeated call gives: the value. @throws RpcError what the first call ended with */
export function repeatOutcome(codec: Codec, bytes: Uint8Array): unknown {
  const [kind, first, message, details] = codec.decode(bytes) as unknown[];
  if (kind === 'value') return first;
  const code = RPC_ERROR_CODES.includes(first as RpcErrorCode) ? (first as RpcErrorCode) : 'INTERNAL';
  const text =
    typeof message === 'string' && message !== '' ? message : 'The handler failed, when it ran for this call.';
  throw new RpcError(code, text, { executed: 'yes', details });
}
