import { Console } from 'node:console';
import createDebug from 'debug';
import type { Millis } from '../engine/engine.js';
import { WARNINGS_PER_SECOND_MAX } from '../limits.js';
import type { LogEntry, LogFields } from './log-fields.js';
import { describeError } from './quote.js';

/**
 * Where log lines go: `console`, winston and others fit as they are. Each line is one string, which is for people; `fields`
 * says the same for machines. A `Console` gets the line alone.
 */
export interface Logger {
  debug(line: string, fields: LogFields): void;
  info(line: string, fields: LogFields): void;
  warn(line: string, fields: LogFields): void;
  error(line: string, fields: LogFields): void;
}

/** From which level on a logger gets lines. At `'debug'` every datagram is one. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

const debuggers = {
  debug: createDebug('rpcudp:datagram'),
  warn: createDebug('rpcudp:warn'),
  error: createDebug('rpcudp:error'),
};

/**
 * The log of one endpoint: to the `debug` package under `rpcudp:*`, and to the user's logger.
 *
 * Strangers can cause warnings, so only so many of a kind are logged in a second; the next line of the kind says how
 * many were left out. Without a logger, errors (a handler that failed) go to `console.error`, for nobody would hear of
 * them otherwise.
 */
export class EndpointLog {
  readonly #logger: Logger | undefined;
  readonly #writer: LogWriter | undefined;
  readonly #level: number;
  readonly #now: () => Millis;
  #tracesDatagrams = false;
  readonly #windows = new Map<string, { start: Millis; lines: number; omitted: number }>();

  constructor(logger: Logger | undefined, level: LogLevel, now: () => Millis) {
    this.#logger = logger;
    this.#writer = logger && writerTo(logger);
    this.#level = LEVELS.indexOf(level);
    this.#now = now;
    this.refresh();
  }

  /** Whether lines about single datagrams are wanted; composing them costs more than the datagram. */
  get tracesDatagrams(): boolean {
    return this.#tracesDatagrams;
  }

  /** Asks again whether `debug` is enabled, which takes too long to be asked for each datagram. */
  refresh(): void {
    this.#tracesDatagrams = debuggers.debug.enabled || (this.#logger !== undefined && this.#level === 0);
  }

  datagram(entry: LogEntry): void {
    this.#write('debug', entry);
  }

  /** @param kind What is warned about; each kind has its own allowance. Not text from the network. */
  warn(kind: string, compose: () => LogEntry): void {
    if (!debuggers.warn.enabled && (this.#logger === undefined || this.#level > 2)) return;
    const omitted = this.#omittedBefore(kind);
    if (omitted === undefined) return;
    const entry = compose();
    this.#write('warn', omitted === 0 ? entry : withOmitted(entry, omitted));
  }

  /**
   * A warning about the program itself, which comes when it starts and which no stranger can cause. Whoever has no logger gets
   * it on the console: it is for those who write the program.
   */
  hint(entry: LogEntry): void {
    this.#write('warn', entry);
    if (this.#logger === undefined && this.#level <= 2 && !debuggers.warn.enabled)
      console.warn(`rpcudp: ${entry.line}`);
  }

  error(entry: LogEntry): void {
    this.#write('error', entry);
    if (this.#logger === undefined && !debuggers.error.enabled) console.error(`rpcudp: ${entry.line}`);
  }

  #write(level: 'debug' | 'warn' | 'error', entry: LogEntry): void {
    if (debuggers[level].enabled) debuggers[level]('%s', entry.line);
    if (LEVELS.indexOf(level) >= this.#level) this.#writer?.(level, entry);
  }

  /** How many lines of this kind were left out since the last one, or undefined if this one is to be left out too. */
  #omittedBefore(kind: string): number | undefined {
    const now = this.#now();
    let window = this.#windows.get(kind);
    if (window === undefined) {
      window = { start: now, lines: 0, omitted: 0 };
      this.#windows.set(kind, window);
    }
    if (now - window.start >= 1000) {
      window.start = now;
      window.lines = 0;
    }
    if (window.lines >= WARNINGS_PER_SECOND_MAX) {
      window.omitted += 1;
      return undefined;
    }
    window.lines += 1;
    const { omitted } = window;
    window.omitted = 0;
    return omitted;
  }
}

/** Writes lines to a logger. Never throws. */
export type LogWriter = (level: Exclude<LogLevel, 'silent'>, entry: LogEntry) => void;

export function writerTo(logger: Logger): LogWriter {
  // A console would print the fields after the line.
  const linesOnly = logger instanceof Console;
  return (level, { line, fields }) => {
    try {
      if (linesOnly) (logger[level] as (line: string) => void)(`rpcudp: ${line}`);
      else logger[level](`rpcudp: ${line}`, fields);
    } catch (error) {
      console.error(`rpcudp: the logger failed: ${describeError(error)}`);
    }
  };
}

function withOmitted({ line, fields }: LogEntry, omitted: number): LogEntry {
  return { line: `${line} (${omitted} more of this kind were not logged)`, fields: { ...fields, omitted } };
}
