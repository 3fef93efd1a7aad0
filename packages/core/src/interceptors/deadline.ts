import { RpcError } from '../errors.js';
import type { AnyInterceptor, InterceptedCall } from '../interceptor.js';
import { TIMEOUT_MS_MAX } from '../limits.js';
import { answersMany, takesMany } from '../shape.js';
import { iteratorOf, type PulledIterator, type Source } from '../stream.js';
import { isThenable } from '../thenable.js';
import { checkNumber } from './check-number.js';
import { SYSTEM_CLOCK, type InterceptorClock } from './clock.js';

/** What {@link deadline} takes beside the time. */
export interface DeadlineOptions {
  /** Default: that of this machine. */
  readonly clock?: InterceptorClock;
}

type Next = (call: InterceptedCall) => unknown;

/**
 * Bounds how long calls take, whatever they ask for: no call waits longer than `timeoutMs`, and none that waits less waits longer
 * for it. On the client the call waits no longer, and a stream is over by then. On the server the handler's signal is aborted then,
 * what it calls waits no longer, and the caller gets `DEADLINE_EXCEEDED`; a handler that is synchronous is not bounded.
 *
 * @param timeoutMs Milliseconds.
 * @throws RpcError `INVALID_ARGUMENT` if that is out of range
 */
export function deadline(timeoutMs: number, { clock = SYSTEM_CLOCK }: DeadlineOptions = {}): AnyInterceptor {
  checkNumber('timeoutMs', timeoutMs, [1, TIMEOUT_MS_MAX]);
  function intercept(call: InterceptedCall, next: Next): unknown {
    return call.side === 'client' ? next(sooner(call, timeoutMs)) : boundHandler(call, next, { timeoutMs, clock });
  }
  return intercept as AnyInterceptor;
}

function sooner(call: InterceptedCall, mostMs: number): InterceptedCall {
  const timeoutMs = Math.min(call.timeoutMs ?? Infinity, mostMs);
  const { stream } = call.method;
  if (!answersMany(stream) && !takesMany(stream)) return { ...call, timeoutMs };
  return { ...call, timeoutMs, totalMs: Math.min(call.totalMs ?? Infinity, mostMs) };
}

interface Bound {
  readonly timeoutMs: number;
  readonly clock: InterceptorClock;
}

function boundHandler(call: InterceptedCall, next: Next, bound: Bound): unknown {
  const timeoutMs = Math.min(call.timeoutMs ?? Infinity, bound.timeoutMs);
  const abort = new AbortController();
  const signal = call.signal === undefined ? abort.signal : AbortSignal.any([call.signal, abort.signal]);
  const outcome = next({ ...call, timeoutMs, signal });
  if (!call.stream && !isThenable(outcome)) return outcome;
  const timer = new Timer(call, { timeoutMs, clock: bound.clock }, abort);
  if (call.stream) return boundStream(outcome as Source<unknown> | PromiseLike<Source<unknown>>, timer);
  return Promise.race([outcome, timer.late]).finally(() => timer.stop());
}

/** Ends with the deadline what a handler answers with. */
async function* boundStream(
  outcome: Source<unknown> | PromiseLike<Source<unknown>>,
  timer: Timer,
): AsyncGenerator<unknown, void, undefined> {
  let values: PulledIterator | undefined;
  let over = false;
  try {
    values = iteratorOf(await Promise.race([outcome, timer.late]));
    for (;;) {
      const result = await Promise.race([values.next(), timer.late]);
      over = result.done === true;
      if (over) return;
      yield result.value;
    }
  } finally {
    timer.stop();
    // It may wait for something that takes its time, so it is told and not waited for.
    if (!over) endQuietly(values);
  }
}

function endQuietly(values: PulledIterator | undefined): void {
  void (async () => values?.return?.())().catch(() => undefined);
}

/** Tells a handler and those who wait for it that the time is over. */
class Timer {
  /** Rejects when it is. */
  readonly late: Promise<never>;
  readonly stop: () => void;

  constructor({ method }: InterceptedCall, { timeoutMs, clock }: Bound, abort: AbortController) {
    const message = `${method.service}.${method.property} took longer than ${timeoutMs} ms, the deadline of its server.`;
    const error = new RpcError('DEADLINE_EXCEEDED', message, { executed: 'unknown' });
    let reject: (error: RpcError) => void;
    this.late = new Promise<never>((_resolve, fail) => (reject = fail));
    // Where it is never waited for, nobody has to hear of it.
    this.late.catch(() => undefined);
    this.stop = clock.setTimer(timeoutMs, () => {
      abort.abort(error);
      reject(error);
    });
  }
}
