import type { Codec } from './codec.js';
import { RpcError, type ErrorOrigin, type Executed, type RpcErrorCode } from '../errors.js';
import { FAILURE_BYTES_MAX } from '../limits.js';

/** A "no" as it travels: message and details. What cannot be encoded, or is too much, is left out. */
export function encodeFailure(codec: Codec, { message, details }: RpcError): Uint8Array | undefined {
  for (const content of details === undefined ? [[message]] : [[message, details], [message]]) {
    try {
      const payload = codec.encode(content);
      if (payload.length <= FAILURE_BYTES_MAX) return payload;
    } catch {
      // The details cannot travel; the message may.
    }
  }
  return undefined;
}

/** What an engine says about a call that failed. */
export interface ReceivedFailure {
  readonly code: RpcErrorCode;
  readonly executed: Executed;
  readonly origin: ErrorOrigin;
  readonly payload: Uint8Array | undefined;
}

/** The error for the caller, with the message that was given over there; `label` says what was called if there is none. */
export function decodeFailure(codec: Codec, failure: ReceivedFailure, label: string): RpcError {
  const { code, executed, origin } = failure;
  const [message, details] = decodeContent(codec, failure.payload);
  const text = message ?? `${label}: ${DEFAULT_MESSAGES[code] ?? 'The peer gave no reason.'}`;
  return new RpcError(code, text, { origin, executed, details });
}

function decodeContent(codec: Codec, payload: Uint8Array | undefined): readonly [string | undefined, unknown] {
  if (payload === undefined || payload.length === 0) return [undefined, undefined];
  try {
    const content = codec.decode(payload);
    if (Array.isArray(content) && typeof content[0] === 'string') return [content[0], content[1]];
  } catch {
    // A reason that cannot be read is no reason.
  }
  return [undefined, undefined];
}

const DEFAULT_MESSAGES: Partial<Record<RpcErrorCode, string>> = {
  UNAVAILABLE: 'The peer was restarted or closed while the call was on its way.',
  RESOURCE_EXHAUSTED: 'The peer has no room for another call.',
  PAYLOAD_TOO_LARGE: 'The message is larger than the receiver accepts. Raise messageBytesMax there, or send less.',
};
