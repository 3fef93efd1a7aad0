import type { CallOptions } from '../channel.js';
import type { Codec } from '../codec/codec.js';
import { checkMetadata } from '../codec/metadata.js';
import { expectedMillis, isMillis } from '../durations.js';
import type { CallEngine } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';

/** How long a stream waits; `Infinity` for ever. */
export interface StreamTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

/** What options depend on. */
type WireTold = Pick<CallEngine, 'wire' | 'traits'>;

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkTimeout(timeoutMs: number | undefined, option = 'timeoutMs'): void {
  if (timeoutMs === undefined || isMillis(timeoutMs, 1)) return;
  throw invalid(option, expectedMillis(1), timeoutMs);
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const { aborted, addEventListener, removeEventListener } = (signal as Partial<AbortSignal> | null) ?? {};
  const listens = typeof addEventListener === 'function' && typeof removeEventListener === 'function';
  if (listens && typeof aborted === 'boolean') return;
  throw invalid('signal', 'an AbortSignal', signal);
}

/** @throws RpcError `INVALID_ARGUMENT`, or `FAILED_PRECONDITION` if calls cannot wait for their peer on this wire */
export function checkWaitForReady({ wire, traits }: WireTold, waitForReady: boolean | undefined): void {
  if (waitForReady === undefined) return;
  if (typeof waitForReady !== 'boolean') throw invalid('waitForReady', 'true or false', waitForReady);
  if (!waitForReady || traits.tellsReadiness) return;
  throw new RpcError(
    'FAILED_PRECONDITION',
    `The ${wire} wire cannot ask whether a peer is there, so no call can wait for that. Leave waitForReady out there, and ` +
      'call a method of the peer instead of ready().',
  );
}

/** @throws RpcError `INVALID_ARGUMENT`, or `FAILED_PRECONDITION` if calls cannot have streams on this wire */
export function checkStreams({ wire, streams }: Pick<CallEngine, 'wire' | 'streams'>, options: StreamTimes): void {
  for (const [option, value] of Object.entries<number>({ ...options }))
    if (value !== Infinity) checkTimeout(value, option);
  if (streams !== undefined) return;
  throw new RpcError(
    'FAILED_PRECONDITION',
    `The ${wire} wire carries no streams. Call the method over the native wire, or one that answers once.`,
  );
}

/** The metadata of a call as it travels. @throws RpcError `INVALID_ARGUMENT` or `FAILED_PRECONDITION` */
export function encodeMetadata(
  { wire, traits }: WireTold,
  codec: Codec,
  metadata: CallOptions['metadata'],
): Uint8Array | undefined {
  if (metadata === undefined || Object.keys(checkMetadata(metadata)).length === 0) return undefined;
  if (traits.carriesMetadata) return codec.encode(metadata);
  throw new RpcError('FAILED_PRECONDITION', `The ${wire} wire cannot carry metadata. Leave metadata out.`);
}

function invalid(option: string, expected: string, got: unknown): RpcError {
  return new RpcError('INVALID_ARGUMENT', `${option} must be ${expected}, not ${inspectOption(got)}.`);
}
