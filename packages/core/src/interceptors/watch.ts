/** How ready-made interceptors of both sides learn what came of a call, without getting into its way. */
import type { AnyInterceptor, ClientOutcome, InterceptedCall } from '../interceptor.js';
import { isThenable } from '../thenable.js';

/** What came of a call: an answer, silence, an error, or that whoever read its stream has left. */
export interface Ending {
  readonly kind: 'answered' | 'silent' | 'failed' | 'left';
  readonly error?: unknown;
  /** How many values a stream has had. */
  readonly values?: number;
}

/** Is told when a call begins, and gives what is told how it ended. What it throws refuses the call. */
export type Watch = (call: InterceptedCall) => (ending: Ending) => void;

/**
 * An interceptor that changes nothing. A handler that is synchronous stays so; a stream begins when its first value is asked for.
 */
export function watching(watch: Watch): AnyInterceptor {
  function intercept(call: InterceptedCall, next: (call: InterceptedCall) => unknown): unknown {
    return call.stream ? watchedStream(watch, call, next) : watchedCall(watch, call, next);
  }
  return intercept as AnyInterceptor;
}

function watchedCall(watch: Watch, call: InterceptedCall, next: (call: InterceptedCall) => unknown): unknown {
  const ended = watch(call);
  let outcome: unknown;
  try {
    outcome = next(call);
  } catch (error) {
    ended({ kind: 'failed', error });
    throw error;
  }
  if (isThenable(outcome)) {
    void outcome.then(
      (settled) => ended(endingOf(call, settled)),
      (error: unknown) => ended({ kind: 'failed', error }),
    );
  } else ended({ kind: 'answered' });
  // The very same, so that it stays the call that it is.
  return outcome;
}

function endingOf({ side }: InterceptedCall, outcome: unknown): Ending {
  const isSilence = side === 'client' && (outcome as { readonly received?: unknown } | undefined)?.received === false;
  return { kind: isSilence ? 'silent' : 'answered' };
}

async function* watchedStream(
  watch: Watch,
  call: InterceptedCall,
  next: (call: InterceptedCall) => unknown,
): AsyncGenerator<unknown, void, undefined> {
  const ended = watch(call);
  let ending: Ending = { kind: 'left' };
  let values = 0;
  try {
    for await (const value of (await next(call)) as Awaited<ClientOutcome> & AsyncIterable<unknown>) {
      values += 1;
      yield value;
    }
    ending = { kind: 'answered' };
  } catch (error) {
    ending = { kind: 'failed', error };
    throw error;
  } finally {
    ended({ ...ending, values });
  }
}
