import type { Codec } from '../codec/codec.js';
import { messagePack } from '../codec/messagepack.js';
import type { WireName } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import {
  HANDLER_TIMEOUT_MS_DEFAULT,
  PENDING_CALLS_MAX_DEFAULT,
  RUNNING_HANDLERS_MAX_DEFAULT,
  TIMEOUT_MS_DEFAULT,
} from '../limits.js';
import { checkTimeout } from './caller.js';
import type { DriverOptions } from './endpoint-driver.js';
import type { Logger, LogLevel } from './log.js';

/** What every endpoint takes, whatever carries its datagrams. */
export interface EndpointOptions {
  /** The wires it speaks. Default: `['rpcudp']`, the only one yet. */
  readonly wires?: readonly WireName[];
  /** How long its calls wait for an answer, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number;
  /** How many calls may wait for an answer; the next one fails with `RESOURCE_EXHAUSTED`. Default: 4,096. */
  readonly maxPending?: number;
  /** How many handlers may run at once; requests beyond are dropped and counted as `overload`. Default: 4,096. */
  readonly maxRunning?: number;
  /** After how long a handler is given up, in milliseconds: its `signal` is aborted. Default: 60,000. */
  readonly handlerTimeoutMs?: number;
  /**
   * How values become bytes. Both sides need the same, and on the rpcudp wire it must write MessagePack, which is part of
   * that wire's frame. Default: `messagePack()`.
   */
  readonly codec?: Codec;
  /** Where log lines go, beside the `debug` package. Default: nowhere, but failed handlers go to `console.error`. */
  readonly logger?: Logger;
  /** From which level on the logger gets lines. Default: `'info'`. */
  readonly logLevel?: LogLevel;
}

const WIRES: readonly string[] = ['rpcudp'] satisfies WireName[];
const LOG_LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'] satisfies LogLevel[];

/** Checks the options and fills in the defaults. @throws RpcError `INVALID_ARGUMENT` */
export function driverOptions(options: EndpointOptions): DriverOptions {
  const wires = options.wires ?? ['rpcudp'];
  if (wires.length === 0) throw invalidOption('wires', "at least one wire, such as ['rpcudp']", wires);
  for (const wire of wires) checkOneOf('wires', WIRES, wire);
  checkTimeout(options.timeoutMs);
  checkTimeout(options.handlerTimeoutMs, 'handlerTimeoutMs');
  checkOneOf('logLevel', LOG_LEVELS, options.logLevel ?? 'info');
  return {
    wires: [...new Set(wires)],
    codec: options.codec ?? messagePack(),
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS_DEFAULT,
    maxPending: positive('maxPending', options.maxPending ?? PENDING_CALLS_MAX_DEFAULT),
    maxRunning: positive('maxRunning', options.maxRunning ?? RUNNING_HANDLERS_MAX_DEFAULT),
    handlerTimeoutMs: options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS_DEFAULT,
    logger: options.logger,
    logLevel: options.logLevel ?? 'info',
  };
}

function positive(option: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw invalidOption(option, 'a whole number above 0', value);
}

function checkOneOf(option: string, words: readonly string[], word: string): void {
  if (!words.includes(word)) throw invalidOption(option, words.map((allowed) => `'${allowed}'`).join(' or '), word);
}

function invalidOption(option: string, expected: string, got: unknown): RpcError {
  return new RpcError('INVALID_ARGUMENT', `${option} must be ${expected}, not ${JSON.stringify(got)}.`);
}
