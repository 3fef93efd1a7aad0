import type { Codec } from '../codec/codec.js';
import { messagePack } from '../codec/messagepack.js';
import type { WireName } from '../engine/engine.js';
import type { CongestionControl } from '../engine/native/congestion/controller.js';
import type { RetryBudgetOptions } from '../engine/native/associations/retry-budget.js';
import { heldBytesMax } from '../engine/native/messages/unfinished-message.js';
import { RpcError } from '../errors.js';
import {
  DATAGRAM_BYTES_MAX,
  HANDLER_TIMEOUT_MS_DEFAULT,
  MESSAGE_BYTES_MAX_DEFAULT,
  MESSAGE_BYTES_MAX_LIMIT,
  NATIVE_DATAGRAM_BYTES_DEFAULT,
  PENDING_CALLS_MAX_DEFAULT,
  RPCUDP_EXCESS_BYTES_PER_SECOND,
  RUNNING_HANDLERS_MAX_DEFAULT,
  TIMEOUT_MS_DEFAULT,
} from '../limits.js';
import { REASSEMBLY_BYTES_MAX, REASSEMBLY_MESSAGES, RETRY_TOKENS, RETRY_TOKENS_PER_ANSWER } from '../native-limits.js';
import { inspectOption } from '../inspect-option.js';
import { checkTimeout } from '../calling/check-options.js';
import { checkSecurity, type Security, type SecurityOptions } from '../security/security-options.js';
import { problemOfList, type EndpointInterceptors } from '../interception/check-interceptors.js';
import type { DriverOptions } from './engines.js';
import type { Logger, LogLevel } from '../reporting/log.js';
import type { QlogSink } from '../reporting/qlog/qlog-sink.js';

/** What every endpoint takes, whatever carries its datagrams. */
export interface EndpointOptions {
  /**
   * The wires it speaks, the first of which its calls use unless a peer's options name another. `'native'` loses no call
   * and runs none twice; `'rpcudp'` is that of the Python library. Default: `['native']`.
   */
  readonly wires?: readonly WireName[];
  /** How long its calls wait for an answer, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number;
  /** How many calls may wait for an answer; the next one fails with `RESOURCE_EXHAUSTED`. Default: 4,096. */
  readonly maxPending?: number;
  /**
   * How many handlers may run at once. A call beyond is refused with `RESOURCE_EXHAUSTED` on the native wire, and dropped
   * and counted as `overload` on the rpcudp wire. On the native wire the last quarter is shared out among hosts and networks:
   * those of one host get three quarters at most. Default: 4,096.
   */
  readonly maxRunning?: number;
  /**
   * After how long a handler is given up on the rpcudp wire, in milliseconds: its `signal` is aborted. On the native wire
   * the caller's deadline does that. Default: 60,000.
   */
  readonly handlerTimeoutMs?: number;
  /**
   * How values become bytes. Both sides need the same, and on the rpcudp wire it must write MessagePack, which is part of
   * that wire's frame. Default: `messagePack()`.
   */
  readonly codec?: Codec;
  /**
   * Bytes of one datagram on the native wire. More than the default suits links that carry it whole: loopback, a data
   * centre with large frames. `'probe'` finds out for each peer what its path carries, up to 1,472 bytes (1,452 over IPv6), and
   * goes back to 1,200 where that does not get through any more. Default: 1,200; from 1,200 to 65,507.
   */
  readonly datagramBytes?: number | 'probe';
  /**
   * How the native wire finds out how much may be on its way to a peer. `'bbr'` measures bandwidth and round trip, so that a
   * lost packet is not taken for a full queue, and keeps queues short; `'cubic'` and `'new-reno'` go by losses, as most of TCP
   * does. Default: `'bbr'`.
   */
  readonly congestionControl?: CongestionControl;
  /** Bytes of one message accepted on the native wire. Default: 1 MiB; at most 64 MiB. */
  readonly messageBytesMax?: number;
  /**
   * How many idempotent calls may go on again on the native wire where going on has failed before: the budget of gRFC A6.
   * After a restart of the peer all of them go on, whatever it says; only repeated failures cost tokens. Default: 10 tokens,
   * of which 5 can be spent, and 0.1 back for each answer.
   */
  readonly retryBudget?: Partial<RetryBudgetOptions>;
  /**
   * What the rpcudp wire answers to one source (an IPv4 address, or 64 bits of an IPv6 one) in a second beyond three bytes
   * for each that came from it, in bytes. Requests of that wire can carry a forged address, and nothing proves it; what is
   * beyond is dropped and counted as `overload`. `Infinity` for no bound, where nobody can forge. Default: 262,144.
   */
  readonly rpcudpExcessBytesPerSecond?: number;
  /**
   * How it proves who it is, and lets in only whom it should: see {@link SecurityOptions}. Encrypts all that it sends and
   * receives on the native wire; `{}` for one that has no identity, and calls peers that have one. Default: nothing is
   * encrypted, and whoever can read the datagrams can forge them.
   */
  readonly security?: SecurityOptions;
  /**
   * Whether peers may ask what it serves: it then serves `rpcudp.Reflection`, on the native wire, which it needs for that.
   * Default: false.
   */
  readonly reflection?: boolean;
  /**
   * Whether peers may ask whether it, and each of its services, can be called: it then serves `rpcudp.Health`, on the native wire,
   * which it needs for that. That tells whoever may call it whether a service of a name is there; its names it does not tell.
   * Default: false.
   */
  readonly health?: boolean;
  /**
   * Whether peers may watch what it does: it then serves `rpcudp.Inspection`, on the native wire, which it needs for that. That
   * tells whoever may call it the addresses of all peers, which methods are called when, how long that takes, and how large
   * arguments and results are; never what is in them. Default: false.
   */
  readonly inspection?: boolean;
  /**
   * Where it writes what happens in it, as a qlog: packets, losses, what is known of the way, calls; nothing of what is in them
   * but sizes and names of methods. Default: nowhere, and then nothing of it is worked out.
   */
  readonly qlog?: QlogSink;
  /**
   * What stands around its calls and its handlers: see `docs/guides/interceptors.md`. The first is the outermost, and all are outside
   * of those of clients and services.
   */
  readonly interceptors?: EndpointInterceptors;
  /** Where log lines go, beside the `debug` package. Default: nowhere, but failed handlers go to `console.error`. */
  readonly logger?: Logger;
  /** From which level on the logger gets lines. Default: `'info'`. */
  readonly logLevel?: LogLevel;
}

const WIRES: readonly string[] = ['native', 'rpcudp'] satisfies WireName[];
const CONTROLS: readonly string[] = ['bbr', 'cubic', 'new-reno'] satisfies CongestionControl[];
const LOG_LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'] satisfies LogLevel[];

/** Checks the options and fills in the defaults. @throws RpcError `INVALID_ARGUMENT` */
export function driverOptions(options: EndpointOptions): DriverOptions {
  checkTimeout(options.timeoutMs);
  checkTimeout(options.handlerTimeoutMs, 'handlerTimeoutMs');
  const messageBytesMax = whole('messageBytesMax', options.messageBytesMax ?? MESSAGE_BYTES_MAX_DEFAULT, MESSAGE_RANGE);
  const wires = checkWires(options.wires ?? ['native']);
  return {
    wires,
    reflection: checkOwnService('reflection', options.reflection ?? false, wires),
    health: checkOwnService('health', options.health ?? false, wires),
    inspection: checkOwnService('inspection', options.inspection ?? false, wires),
    codec: options.codec ?? messagePack(),
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS_DEFAULT,
    maxPending: positive('maxPending', options.maxPending ?? PENDING_CALLS_MAX_DEFAULT),
    maxRunning: positive('maxRunning', options.maxRunning ?? RUNNING_HANDLERS_MAX_DEFAULT),
    handlerTimeoutMs: options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS_DEFAULT,
    datagramBytes: checkDatagramBytes(options.datagramBytes),
    congestionControl: oneOf('congestionControl', CONTROLS, options.congestionControl, 'bbr'),
    messageBytesMax,
    reassemblyBytesMax: Math.max(REASSEMBLY_BYTES_MAX, REASSEMBLY_MESSAGES * heldBytesMax(messageBytesMax)),
    retryBudget: checkRetryBudget(options.retryBudget),
    rpcudpExcessBytesPerSecond: checkExcess(options.rpcudpExcessBytesPerSecond),
    security: securityOf(options, wires),
    qlog: checkQlog(options.qlog),
    interceptors: interceptorsOf(options),
    logger: options.logger,
    logLevel: oneOf('logLevel', LOG_LEVELS, options.logLevel, 'info'),
  };
}

/** Fails closed: security that is undefined by accident is no wish for none. */
function securityOf(options: EndpointOptions, wires: readonly WireName[]): Security | undefined {
  if (!('security' in options)) return undefined;
  const { security } = options as { readonly security: SecurityOptions | undefined };
  if (security === undefined)
    throw invalidOption('security', 'an object. Leave it out if nothing is to be encrypted', security);
  const checked = checkSecurity(security);
  if (wires.includes('native')) return checked;
  throw new RpcError(
    'INVALID_ARGUMENT',
    "security needs the native wire: no other one can be encrypted. Add 'native' to wires.",
  );
}

/** Fails closed: interceptors that are undefined or misspelt are no wish for none. */
function interceptorsOf(options: EndpointOptions): EndpointInterceptors {
  if (!('interceptors' in options)) return {};
  const interceptors: unknown = options.interceptors;
  const expected = 'an object { client, server }, each an array of functions. Leave it out if there are none';
  if (typeof interceptors !== 'object' || interceptors === null)
    throw invalidOption('interceptors', expected, interceptors);
  for (const [side, list] of Object.entries(interceptors)) {
    if (side !== 'client' && side !== 'server')
      throw new RpcError('INVALID_ARGUMENT', `interceptors must be ${expected}: it has "${side}".`);
    const problem = problemOfList(list);
    if (problem !== undefined) throw new RpcError('INVALID_ARGUMENT', `interceptors.${side} must be ${problem}.`);
  }
  return interceptors;
}

type Range = readonly [least: number, most: number];

const DATAGRAM_RANGE: Range = [NATIVE_DATAGRAM_BYTES_DEFAULT, DATAGRAM_BYTES_MAX];
const MESSAGE_RANGE: Range = [1, MESSAGE_BYTES_MAX_LIMIT];

function checkWires(wires: readonly WireName[]): WireName[] {
  if (wires.length === 0) throw invalidOption('wires', "at least one wire, such as ['native']", wires);
  for (const wire of wires) oneOf('wires', WIRES, wire, wire);
  return [...new Set(wires)];
}

/** The rpcudp wire has no names of services, so a peer's own method could collide with those of ours there. */
function checkOwnService(option: string, served: boolean, wires: readonly WireName[]): boolean {
  if (typeof served !== 'boolean') throw invalidOption(option, 'true or false', served);
  if (!served || wires.includes('native')) return served;
  throw new RpcError(
    'INVALID_ARGUMENT',
    `${option} needs the native wire. Add 'native' to wires, or leave ${option} out.`,
  );
}

function checkQlog(sink: QlogSink | null | undefined): QlogSink | undefined {
  if (sink === undefined || (typeof sink === 'object' && typeof sink?.write === 'function')) return sink;
  throw invalidOption('qlog', 'a stream, or an object with write(text)', sink);
}

function checkRetryBudget(budget: Partial<RetryBudgetOptions> | null = {}): RetryBudgetOptions {
  if (typeof budget !== 'object' || budget === null)
    throw invalidOption('retryBudget', 'an object { tokens, tokensPerAnswer }', budget);
  const { tokens = RETRY_TOKENS, tokensPerAnswer = RETRY_TOKENS_PER_ANSWER } = budget;
  for (const [name, value] of Object.entries({ tokens, tokensPerAnswer })) {
    if (typeof value !== 'number' || !(value >= 0))
      throw invalidOption(`retryBudget.${name}`, 'a number from 0', value);
  }
  return { tokens, tokensPerAnswer };
}

function checkExcess(bytes = RPCUDP_EXCESS_BYTES_PER_SECOND): number {
  if (typeof bytes === 'number' && bytes >= 0) return bytes;
  throw invalidOption('rpcudpExcessBytesPerSecond', 'a number of bytes from 0, or Infinity', bytes);
}

function checkDatagramBytes(bytes: number | 'probe' = NATIVE_DATAGRAM_BYTES_DEFAULT): number | 'probe' {
  const [least, most] = DATAGRAM_RANGE;
  if (bytes === 'probe' || (Number.isInteger(bytes) && bytes >= least && bytes <= most)) return bytes;
  throw invalidOption('datagramBytes', `a whole number from ${least} to ${most}, or 'probe'`, bytes);
}

function positive(option: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw invalidOption(option, 'a whole number above 0', value);
}

function whole(option: string, value: number, [least, most]: Range): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidOption(option, `a whole number from ${least} to ${most}`, value);
}

function oneOf<T extends string>(option: string, words: readonly string[], given: T | undefined, byDefault: T): T {
  const word = given ?? byDefault;
  if (words.includes(word)) return word;
  throw invalidOption(option, words.map((allowed) => `'${allowed}'`).join(' or '), word);
}

function invalidOption(option: string, expected: string, got: unknown): RpcError {
  return new RpcError('INVALID_ARGUMENT', `${option} must be ${expected}, not ${inspectOption(got)}.`);
}
