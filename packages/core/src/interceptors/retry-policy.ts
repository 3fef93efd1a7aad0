/** When a call is tried again, and after how long. */
import { isMillis } from '../durations.js';
import { RPC_ERROR_CODES, RpcError, type RpcErrorCode } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { InterceptedCall } from '../interceptor.js';
import {
  RETRY_ATTEMPTS_DEFAULT,
  RETRY_BACKOFF_MS_DEFAULT,
  RETRY_BACKOFF_MS_MAX_DEFAULT,
} from '../interceptor-limits.js';
import { RUNS_ONCE } from '../interception/repeatable.js';
import { TIMEOUT_MS_MAX } from '../limits.js';
import { takesMany } from '../shape.js';
import { checkNumber, checkWhole } from './check-number.js';

/** What says when a call is tried again. */
export interface RetryPolicyOptions {
  /** How often a call is tried altogether. Default: 3. */
  readonly attempts?: number;
  /**
   * How long to wait at most before the second attempt, in milliseconds; each that follows doubles it. The wait is chosen by chance
   * between 0 and that, so that clients do not come back in step. Default: 50.
   */
  readonly backoffMs?: number;
  /** Where that ends, in milliseconds. Default: 2,000. */
  readonly backoffMsMax?: number;
  /**
   * How long one attempt of a call that may run again waits, in milliseconds: silence ends the attempt then, and not the call. On
   * the rpcudp wire, which sends every call once, this is what brings a lost one back. Default: as long as the call.
   */
  readonly attemptTimeoutMs?: number;
  /** Errors after which a call is tried again. Default: `UNAVAILABLE` and `RESOURCE_EXHAUSTED`. */
  readonly codes?: readonly RpcErrorCode[];
  /** A number from 0 to 1, of which 1 is left out. Default: `Math.random`. */
  readonly random?: () => number;
}

const CODES: readonly RpcErrorCode[] = ['UNAVAILABLE', 'RESOURCE_EXHAUSTED'];

/** The options, checked. */
export class RetryPolicy {
  readonly attempts: number;
  readonly attemptTimeoutMs: number | undefined;
  readonly #backoffMs: number;
  readonly #backoffMsMax: number;
  readonly #codes: readonly RpcErrorCode[];
  readonly #random: () => number;

  /** @throws RpcError `INVALID_ARGUMENT` */
  constructor(options: RetryPolicyOptions) {
    const { backoffMs = RETRY_BACKOFF_MS_DEFAULT, backoffMsMax = RETRY_BACKOFF_MS_MAX_DEFAULT } = options;
    this.attempts = checkWhole('attempts', options.attempts ?? RETRY_ATTEMPTS_DEFAULT, [1, 100]);
    const { attemptTimeoutMs } = options;
    if (attemptTimeoutMs !== undefined) checkNumber('attemptTimeoutMs', attemptTimeoutMs, [1, TIMEOUT_MS_MAX]);
    this.attemptTimeoutMs = attemptTimeoutMs;
    this.#backoffMs = checkNumber('backoffMs', backoffMs, [0, TIMEOUT_MS_MAX]);
    this.#backoffMsMax = checkNumber('backoffMsMax', backoffMsMax, [0, TIMEOUT_MS_MAX]);
    this.#codes = checkCodes(options.codes ?? CODES);
    this.#random = options.random ?? Math.random;
  }

  /** Whether an error is one after which the call may be tried again. */
  allows(call: InterceptedCall, error: unknown): boolean {
    if (!RpcError.is(error) || takesMany(call.method.stream)) return false;
    const expected = this.#codes.includes(error.code) || (this.attemptTimeoutMs !== undefined && isLate(error));
    return expected && (error.executed === 'no' || mayRunAgain(call));
  }

  /** Whether a call may be tried again after silence. */
  allowsAfterSilence(call: InterceptedCall): boolean {
    return this.attemptTimeoutMs !== undefined && mayRunAgain(call);
  }

  /** How long the next attempt of a call waits, of what is left for it. */
  timeoutMs(call: InterceptedCall, leftMs: number): number {
    return Math.min(leftMs, mayRunAgain(call) ? (this.attemptTimeoutMs ?? Infinity) : Infinity);
  }

  /** How long to wait after an attempt has failed, the first being 1. */
  pauseMs(attempt: number, error: unknown): number {
    const mostMs = Math.min(this.#backoffMs * 2 ** (attempt - 1), this.#backoffMsMax);
    return retryAfterMs(error) + this.#random() * mostMs;
  }
}

/** Whether the other side runs the call once, or it does not matter. */
function mayRunAgain({ method: { delivery, stream }, values }: InterceptedCall): boolean {
  return !takesMany(stream) && (delivery === 'idempotent' || values.get(RUNS_ONCE));
}

/** Silence of a stream is an error. */
function isLate({ code, origin }: RpcError): boolean {
  return code === 'DEADLINE_EXCEEDED' && origin === 'local';
}

/** What a peer that has no room asks for. */
function retryAfterMs(error: unknown): number {
  const details = (error as { readonly details?: unknown } | undefined)?.details;
  const afterMs = (details as { readonly retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  return isMillis(afterMs, 0) ? afterMs : 0;
}

function checkCodes(codes: readonly RpcErrorCode[]): readonly RpcErrorCode[] {
  const other = codes.find((code) => !RPC_ERROR_CODES.includes(code));
  if (other === undefined) return codes;
  throw new RpcError('INVALID_ARGUMENT', `codes must be codes of RpcError, and ${inspectOption(other)} is none.`);
}
