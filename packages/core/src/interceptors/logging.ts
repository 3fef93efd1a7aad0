import { RpcError } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { AnyInterceptor, InterceptedCall } from '../interceptor.js';
import { QUOTED_MESSAGE_CHARACTERS_MAX } from '../limits.js';
import { writerTo, type Logger } from '../reporting/log.js';
import type { LogEntry } from '../reporting/log-fields.js';
import { bounded, errorFields, quote } from '../reporting/quote.js';
import { SYSTEM_CLOCK, type InterceptorClock } from './clock.js';
import { watching, type Ending } from './watch.js';

/** What {@link logging} takes. */
export interface LoggingOptions {
  /** Where the lines go: `console`, winston and others fit as they are. */
  readonly logger: Logger;
  /** Default: that of this machine. */
  readonly clock?: InterceptorClock;
}

/**
 * Logs each call when it has ended, with what came of it and how long it took, on either side: `info` for an answer, `warn` for
 * anything else. What handlers fail with is in the log of their endpoint. Neither arguments nor results are logged.
 *
 * @throws RpcError `INVALID_ARGUMENT` if the logger is none
 */
export function logging({ logger, clock = SYSTEM_CLOCK }: LoggingOptions): AnyInterceptor {
  checkLogger(logger);
  const write = writerTo(logger);
  return watching((call) => {
    const began = clock.now();
    return (ending) => {
      const isFine = ending.kind === 'answered' || ending.kind === 'left';
      write(isFine ? 'info' : 'warn', entryOf(call, ending, clock.now() - began));
    };
  });
}

function checkLogger(logger: Logger): void {
  const given = (logger as Partial<Logger> | undefined) ?? {};
  if (typeof given.info === 'function' && typeof given.warn === 'function') return;
  throw new RpcError(
    'INVALID_ARGUMENT',
    `logger must have the methods debug, info, warn and error, as console has: not ${inspectOption(logger)}.`,
  );
}

function entryOf({ side, method, remote }: InterceptedCall, ending: Ending, durationMs: number): LogEntry {
  const { service, property } = method;
  const { kind: outcome, error, values } = ending;
  const took = `${durationMs.toFixed(1)} ms`;
  const count = values === undefined ? '' : `, ${values} value${values === 1 ? '' : 's'}`;
  const who = side === 'client' ? `${service}.${property} at ${remote}` : `${service}.${property} for ${remote}`;
  const fields = {
    event: side === 'client' ? ('call-ended' as const) : ('request-ended' as const),
    service,
    method: property,
    peer: remote,
    outcome,
    durationMs,
    ...(values === undefined ? {} : { values }),
  };
  if (outcome !== 'failed') return { line: `${who}: ${WORDS[outcome]} ${took}${count}`, fields };
  if (!RpcError.is(error))
    return {
      line: `${who}: failed after ${took}${count}`,
      fields: { ...fields, code: 'INTERNAL', ...errorFields(error) },
    };
  const { code, message, executed } = error;
  const said = quote(message, QUOTED_MESSAGE_CHARACTERS_MAX);
  const line = `${who}: ${code} ${said} after ${took}${count}`;
  return { line, fields: { ...fields, code, executed, message: bounded(message) } };
}

const WORDS = {
  answered: 'answered in',
  silent: 'no response within',
  left: 'left by its reader after',
} as const;
