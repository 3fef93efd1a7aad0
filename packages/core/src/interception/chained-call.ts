/** The calls that interceptors are given, and what they may change of them. */
import type { ContextValues } from '../context-values.js';
import { isMillis } from '../durations.js';
import type { Executed } from '../errors.js';
import { inspectOption } from '../inspect-option.js';
import type { InterceptedCall } from '../interceptor.js';
import type { MethodContract } from '../service/contract.js';

/** What interceptors can change of a call. */
export interface Changes {
  readonly args: readonly unknown[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly idleMs: number | undefined;
  readonly totalMs: number | undefined;
}

/** What they cannot. */
export interface Facts {
  readonly side: 'client' | 'server';
  readonly method: MethodContract;
  readonly stream: boolean;
  readonly remote: string;
  readonly carriesMetadata: boolean;
  readonly values: ContextValues;
  /** Whether the method has run by now. */
  readonly executed: Executed;
}

/**
 * A call as one interceptor sees it. Its own properties are those that a copy by `...call` must have; the others would cost
 * calls something that few interceptors ask for.
 */
export abstract class ChainedCall implements InterceptedCall {
  readonly side: 'client' | 'server';
  readonly method: MethodContract;
  readonly args: readonly unknown[];
  readonly stream: boolean;
  readonly remote: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly carriesMetadata: boolean;
  readonly timeoutMs: number | undefined;
  readonly idleMs: number | undefined;
  readonly totalMs: number | undefined;
  readonly values: ContextValues;
  abstract readonly signal: AbortSignal | undefined;
  /** The one that was passed on, if any was. */
  abstract readonly passedSignal: AbortSignal | undefined;
  readonly #facts: Facts;

  constructor(facts: Facts, changes: Changes) {
    this.#facts = facts;
    this.side = facts.side;
    this.method = facts.method;
    this.args = changes.args;
    this.stream = facts.stream;
    this.remote = facts.remote;
    this.metadata = changes.metadata;
    this.carriesMetadata = facts.carriesMetadata;
    this.timeoutMs = changes.timeoutMs;
    this.idleMs = changes.idleMs;
    this.totalMs = changes.totalMs;
    this.values = facts.values;
  }

  get executed(): Executed {
    return this.#facts.executed;
  }

  /** The call as an interceptor passes it on. @throws TypeError if that is none */
  changed(given: InterceptedCall): this {
    return (given as unknown) === this ? this : this.with(changesOf(this, this.passedSignal, given));
  }

  abstract with(changes: Changes): this;
}

/** What a copy does not name stays as it was. */
function changesOf(call: ChainedCall, signal: AbortSignal | undefined, given: unknown): Changes {
  if (typeof given !== 'object' || given === null)
    throw misuse('next() takes the call, or a copy of it such as { ...call, args }', given);
  const { args = call.args, metadata = call.metadata } = given as Partial<InterceptedCall>;
  if (!Array.isArray(args)) throw misuse('args must be an array', args);
  checkWords(metadata);
  const changes = { signal, ...timesOf(call), ...pick(given) };
  checkSignalLike(changes.signal);
  for (const time of TIMES) checkTime(time, changes[time]);
  return { args, metadata, ...changes };
}

const TIMES = ['timeoutMs', 'idleMs', 'totalMs'] as const;

function timesOf({ timeoutMs, idleMs, totalMs }: ChainedCall): Pick<Changes, (typeof TIMES)[number]> {
  return { timeoutMs, idleMs, totalMs };
}

/** Those that are there, also if they are undefined: that takes a signal or a time away. */
function pick(given: Partial<InterceptedCall>): Partial<Omit<Changes, 'args' | 'metadata'>> {
  const named = (['signal', ...TIMES] as const).filter((name) => name in given);
  return Object.fromEntries(named.map((name) => [name, given[name]]));
}

function checkWords(metadata: unknown): void {
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  if (isObject && Object.values(metadata).every((word) => typeof word === 'string')) return;
  throw misuse('metadata must be an object whose values are strings', metadata);
}

function checkSignalLike(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const { addEventListener } = (signal as Partial<AbortSignal> | null) ?? {};
  if (typeof addEventListener === 'function') return;
  throw misuse('signal must be an AbortSignal', signal);
}

function checkTime(name: string, ms: number | undefined): void {
  if (ms === undefined || ms === Infinity || isMillis(ms, 0)) return;
  throw misuse(`${name} must be a number of milliseconds`, ms);
}

/** A mistake of an interceptor: for the log of its own side alone. */
function misuse(expected: string, given: unknown): TypeError {
  return new TypeError(`An interceptor passed on what is no call: ${expected}, not ${inspectOption(given)}.`);
}
