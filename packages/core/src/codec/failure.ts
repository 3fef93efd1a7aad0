import type { Codec } from './codec.js';
import { RpcError, type ErrorOrigin, type Executed, type RpcErrorCode } from '../errors.js';
import { FAILURE_BYTES_MAX } from '../limits.js';

/** What is told of a failure beside its code. */
export type FailureReason = Pick<RpcError, 'message' | 'details'>;

/** A "no" as it travels: message and details. What cannot be encoded, or is too much, is left out. */
export function encodeFailure(codec: Codec, { message, details }: FailureReason): Uint8Array | undefined {
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

/**
 * The error for the caller, with the message that was given over there. Where there is none, as for every "no" of this
 * library's own, this side finds the words: it knows what was called and where, which `label` says.
 */
export function decodeFailure(codec: Codec, failure: ReceivedFailure, label: string): RpcError {
  const { code, executed, origin } = failure;
  const [message = '', details] = decodeContent(codec, failure.payload);
  const text = message === '' ? `${label}: ${ownWords(failure)}` : message;
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

/** Each names the endpoint that it means: an error of a call back, or one that a handler passes on, is read elsewhere. */
function ownWords({ code, executed, origin }: ReceivedFailure): string {
  if (code === 'UNAVAILABLE' && executed === 'no')
    return 'The peer is draining or closing, or was restarted before the call ran.';
  const words = origin === 'local' ? WORDS_OF_THE_CALLER[code] : undefined;
  return words ?? WORDS_OF_THE_PEER[code] ?? 'The peer gave no reason.';
}

type Words = Partial<Record<RpcErrorCode, string>>;

/** What the endpoint that calls says of an answer that it cannot take. */
const WORDS_OF_THE_CALLER: Words = {
  INVALID_ARGUMENT: 'The parts of the answer contradict each other.',
  PAYLOAD_TOO_LARGE:
    'The answer is larger than the endpoint that called accepts. Bind that one with a larger messageBytesMax, or ask for ' +
    'less at a time.',
  RESOURCE_EXHAUSTED: 'The endpoint that called has no room for the parts of the answer.',
  UNAUTHENTICATED:
    'The peer did not understand the handshake: it has another key or shared secret than it was called with, or none.',
};

const WORDS_OF_THE_PEER: Words = {
  CLOSED: 'The peer closed before its handler had answered.',
  INTERNAL: 'The handler failed.',
  INVALID_ARGUMENT: 'The parts of the call contradict each other.',
  PAYLOAD_TOO_LARGE:
    'The call is larger than the peer accepts. Bind the peer with a larger messageBytesMax, or send less at a time.',
  RESOURCE_EXHAUSTED: 'The peer has no room for another call.',
  UNAUTHENTICATED: 'The call must not run twice, and the peer takes such calls only when the handshake is over.',
  UNAVAILABLE: 'The peer was restarted or closed while the call was on its way.',
  UNIMPLEMENTED: 'The peer serves no such service or method.',
};
