import { formatAddress, type Address } from '../address.js';
import type { CallOutcome, IncomingRequest, Millis } from '../engine/engine.js';
import type { RpcError } from '../errors.js';
import { INSPECTED_CALLS_MAX, INSPECTED_SOURCES_MAX } from '../limits.js';
import type { AnsweredBytes, CallObserver, ObservedCall, RequestEnd } from '../reporting/call-observer.js';
import type { NamedMethod } from '../reporting/log-entries.js';
import { bounded } from '../reporting/quote.js';
import { joinedBytes } from '../joined-bytes.js';
import type { CallSide, InspectedCall } from './inspection-update.js';
import { Latencies } from './latencies.js';
import { MethodTable, type MethodFigures } from './method-figures.js';

/** What an endpoint serves to show itself. Its own calls are not shown: whoever looks would see himself looking. */
export const INSPECTION_NAME = 'rpcudp.Inspection';

/** What a {@link CallRecorder} knows of time. */
export interface RecorderClocks {
  now(): Millis;
  wallClock(): Millis;
}

/** A call that has not ended. */
interface OpenCall {
  readonly call: InspectedCall;
  readonly started: Millis;
  readonly figures: MethodFigures | undefined;
  readonly isStream: boolean;
}

/** How a call ended. */
type Ending = Pick<InspectedCall, 'outcome' | 'code' | 'executed'> & { readonly answered?: AnsweredBytes | undefined };

/**
 * Remembers the calls of an endpoint for those who watch it: all that run, and the last that have ended. Of what they carried it
 * knows sizes alone.
 */
export class CallRecorder implements CallObserver {
  readonly methods = new MethodTable();
  /** By side. */
  readonly latencies: Readonly<Record<CallSide, Latencies>> = { client: new Latencies(), server: new Latencies() };
  /** By what the endpoint calls them; as many as may run, which the endpoint bounds. */
  readonly #open = new Map<object, OpenCall>();
  /** A ring. */
  readonly #ended: InspectedCall[] = [];
  /** By address, the one that was heard last at the end. */
  readonly #dropped = new Map<string, number>();
  readonly #clocks: RecorderClocks;
  #started = 0;
  #endedCount = 0;

  constructor(clocks: RecorderClocks) {
    this.#clocks = clocks;
  }

  /** How many calls have ended; the last of them are in {@link CallRecorder.endedSince}. */
  get endedCount(): number {
    return this.#endedCount;
  }

  /** Those that have ended since so many had, oldest first, as far as they are remembered. */
  endedSince(count: number): InspectedCall[] {
    const first = Math.max(count, this.#endedCount - this.#ended.length);
    const wanted = Math.max(0, this.#endedCount - first);
    return Array.from({ length: wanted }, (_, index) => this.#ended[(first + index) % INSPECTED_CALLS_MAX]!);
  }

  /** Those that have not ended, as many as fit. */
  running(max: number): InspectedCall[] {
    const running: InspectedCall[] = [];
    for (const { call } of this.#open.values()) {
      if (running.length >= max) break;
      running.push(call);
    }
    return running;
  }

  /** How much of an address was dropped, if it is among those that were heard last. */
  droppedOf(address: string): number {
    return this.#dropped.get(address) ?? 0;
  }

  callStarted(call: ObservedCall): void {
    const { contract, remote, args, streams } = call;
    if (contract.service === INSPECTION_NAME) return;
    this.#start(call, 'client', contract, { peer: remote, argsBytes: args.length, isStream: streams !== undefined });
  }

  callEnded(call: ObservedCall, outcome: CallOutcome, error: RpcError | undefined): void {
    const executed = error?.executed ?? call.executed;
    const answered = outcome === 'answered' || call.answerItems > 0 ? call : undefined;
    this.#end(call, { outcome, executed, ...(error && { code: error.code }), answered });
  }

  requestStarted(request: IncomingRequest, method: NamedMethod): void {
    if (method.service === INSPECTION_NAME) return;
    const isStream = request.stream !== undefined;
    const peer = formatAddress(request.from);
    this.#start(request, 'server', method, { peer, argsBytes: joinedBytes(request.args, request.argsRest), isStream });
  }

  requestEnded(request: IncomingRequest, method: NamedMethod, end: RequestEnd): void {
    if (!this.#open.has(request)) this.requestStarted(request, method);
    this.#end(request, end);
  }

  requestUnknown(request: IncomingRequest): void {
    const { method, from, args } = request;
    const property = typeof method === 'number' ? `0x${method.toString(16).padStart(8, '0')}` : bounded(method);
    const call = this.#newCall('server', { service: '?', property }, formatAddress(from), args.length);
    this.#remember({ ...call, durationMs: 0, outcome: 'refused', code: 'UNIMPLEMENTED', executed: 'no' });
  }

  dropped(from: Address): void {
    const address = formatAddress(from);
    const count = this.#dropped.get(address) ?? 0;
    this.#dropped.delete(address);
    this.#dropped.set(address, count + 1);
    if (this.#dropped.size > INSPECTED_SOURCES_MAX) this.#dropped.delete(this.#dropped.keys().next().value!);
  }

  #start(
    key: object,
    side: CallSide,
    name: NamedMethod,
    { peer, argsBytes, isStream }: { readonly peer: string; readonly argsBytes: number; readonly isStream: boolean },
  ): void {
    const figures = this.methods.of(side, name);
    if (figures !== undefined) figures.started += 1;
    const call = this.#newCall(side, name, peer, argsBytes);
    this.#open.set(key, { call, started: this.#clocks.now(), figures, isStream });
  }

  #end(key: object, { answered, ...ending }: Ending): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    const { call, started, figures, isStream } = open;
    const durationMs = this.#clocks.now() - started;
    if (figures !== undefined) figures[ending.outcome === 'answered' ? 'answered' : 'failed'] += 1;
    if (!isStream) {
      figures?.latencies.add(durationMs);
      this.latencies[call.side].add(durationMs);
    }
    this.#remember({ ...call, durationMs: toMicros(durationMs), ...ending, ...sizesOf(answered, isStream) });
  }

  #newCall(side: CallSide, { service, property }: NamedMethod, peer: string, argsBytes: number): InspectedCall {
    this.#started += 1;
    return { id: this.#started, side, service, method: property, peer, startedAt: this.#clocks.wallClock(), argsBytes };
  }

  #remember(call: InspectedCall): void {
    this.#ended[this.#endedCount % INSPECTED_CALLS_MAX] = call;
    this.#endedCount += 1;
  }
}

function sizesOf(
  answered: AnsweredBytes | undefined,
  isStream: boolean,
): Pick<InspectedCall, 'answerBytes' | 'answerItems'> {
  if (answered === undefined) return {};
  const { answerBytes, answerItems } = answered;
  return { answerBytes, ...(isStream && { answerItems }) };
}

function toMicros(ms: Millis): Millis {
  return Math.round(ms * 1000) / 1000;
}
