/** What several stages have in common. */
import { RpcError } from '../errors.js';
import type { HandledStream } from './handled-stream.js';
import type { Failure, Handling } from './handling.js';

/** What reads and sends for a handler that has streams. */
export function streamOf({ request }: Handling): HandledStream {
  return request.stream!.handling as HandledStream;
}

/** Anything but a refusal is a guard that failed itself, which is this side's fault. */
export function refusedArguments(error: unknown): Failure {
  return RpcError.is(error) && error.code === 'INVALID_ARGUMENT'
    ? { kind: 'refused', reason: 'refused-args', error }
    : { kind: 'failed', executed: 'no', error };
}

/**
 * Once the handler was started, the method ran, whatever an error that it passes on says of itself. An interceptor may have
 * answered in its place.
 */
export function failedAfter(error: unknown, { handlerStarted }: Handling): Failure {
  return { kind: 'failed', executed: handlerStarted ? 'yes' : 'no', error };
}
