import { isError } from './brands.js';

/**
 * The one error class of rpcudp and its closed list of codes.
 *
 * The words are those of gRPC's status codes where gRPC has one, so that they mean here what they mean everywhere else.
 * `docs/errors.md` has one heading for each code; a test keeps the two lists equal.
 */
export const RPC_ERROR_CODES = [
  'ABORTED',
  'ADDRESS_IN_USE',
  'ALREADY_EXISTS',
  'CANCELLED',
  'CLOSED',
  'DATA_LOSS',
  'DEADLINE_EXCEEDED',
  'FAILED_PRECONDITION',
  'INTERNAL',
  'INVALID_ARGUMENT',
  'INVALID_SERVICE',
  'NOT_FOUND',
  'OUT_OF_RANGE',
  'PAYLOAD_TOO_LARGE',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'UNAUTHENTICATED',
  'UNAVAILABLE',
  'UNIMPLEMENTED',
  'UNKNOWN',
] as const;

/** What went wrong, as a word from a closed list. */
export type RpcErrorCode = (typeof RPC_ERROR_CODES)[number];

/**
 * Whether the method ran: `'no'` only if the other side said so or nothing was ever sent, `'yes'` only if the other side
 * said so, and `'unknown'` whenever an honest answer is impossible.
 */
export type Executed = 'no' | 'yes' | 'unknown';

/** Which side the error comes from: this process, or the peer that was called. */
export type ErrorOrigin = 'local' | 'remote';

/** What may be said about an {@link RpcError} beside its code and message. */
export interface RpcErrorOptions {
  /** Default: `'local'`. */
  readonly origin?: ErrorOrigin;
  /** Default: `'no'` for a local error, `'unknown'` for a remote one. */
  readonly executed?: Executed;
  /** Anything the codec can carry; reaches the other side with the error where the wire can carry errors. */
  readonly details?: unknown;
  /** The error underneath. Never leaves this process. */
  readonly cause?: unknown;
}

/**
 * A symbol from the global registry: two copies of this package in one process recognise each other's errors. It is not in
 * the type, where it would make the errors of the two copies two types.
 */
const BRAND = Symbol.for('rpcudp.RpcError');

/**
 * The only error that rpcudp raises. Silence is not an error: a call that nobody answered gives `{ received: false }`.
 *
 * A handler throws it to say no on purpose: its code, message and details reach the caller, on a wire that can carry
 * them. Anything else a handler throws arrives as `INTERNAL`, without its text.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: RpcErrorCode;
  readonly origin: ErrorOrigin;
  readonly executed: Executed;
  readonly details: unknown;

  constructor(code: RpcErrorCode, message: string, options: RpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.origin = options.origin ?? 'local';
    this.executed = options.executed ?? (this.origin === 'local' ? 'no' : 'unknown');
    this.details = options.details;
  }

  /** Whether a value is an RpcError, also one made by another copy of this package. Prefer it to `instanceof`. */
  static is(value: unknown): value is RpcError {
    try {
      const { code, message } = value as Record<string, unknown>;
      return BRAND in (value as object) && typeof code === 'string' && typeof message === 'string';
    } catch {
      // Null, a primitive, or a Proxy whose traps throw: a handler may throw anything.
      return false;
    }
  }

  /** The value itself if it is an RpcError; otherwise an `INTERNAL` error with the value as its cause. */
  static from(value: unknown): RpcError {
    if (RpcError.is(value)) return value;
    const message = textOf(value);
    return new RpcError('INTERNAL', message, { cause: value, executed: 'unknown' });
  }
}

Object.defineProperty(RpcError.prototype, BRAND, { value: true });

/** What a thrown value says, if it can be made to say anything. */
function textOf(value: unknown): string {
  try {
    return String(isError(value) ? value.message : value);
  } catch {
    return 'Something was thrown that cannot be shown.';
  }
}
