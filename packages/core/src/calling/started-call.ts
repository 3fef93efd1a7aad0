import type { Address } from '../address.js';
import type { Delivery } from '../delivery.js';
import type {
  CallEngine,
  CallHandle,
  Acknowledged,
  Millis,
  OutgoingCall,
  OutgoingStreams,
  PeerHandle,
  PeerSecurity,
  WireMethod,
} from '../engine/engine.js';
import { RpcError, type Executed } from '../errors.js';
import { NextStep, ProgressSnapshot, describeProgress, type CallProgress, type Transferred } from '../progress.js';
import { PendingCall, type Reply } from '../reply.js';
import type { MethodContract } from '../service/contract.js';

/** What is called to find out whether a peer is there: nothing. */
export const READINESS: MethodContract = {
  service: 'rpcudp',
  name: 'ready',
  property: 'ready',
  timeoutMs: undefined,
  delivery: 'at-most-once',
  shape: 'unary',
  args: undefined,
  result: undefined,
  parameterTypes: undefined,
};

/** Who is called. */
export interface CallTarget {
  readonly engine: CallEngine<StartedCall>;
  /** Where that is, for messages. */
  readonly remote: string;
  /** The peer itself, where it has called us: it may move. */
  readonly via: PeerHandle | undefined;
  /** Who must answer; undefined if anybody may. */
  readonly security: PeerSecurity | undefined;
}

/** What a {@link StartedCall} is made of. */
export interface StartedCallParts {
  readonly target: CallTarget;
  readonly contract: MethodContract;
  /** What the engine calls the method. */
  readonly method: WireMethod;
  /** The encoded arguments. */
  readonly args: Uint8Array;
  /** The encoded metadata, if there is any. */
  readonly metadata: Uint8Array | undefined;
  /** What that says of the trace that it belongs to. */
  readonly traceparent: string | undefined;
  readonly started: Millis;
  readonly timeoutMs: Millis;
  readonly waitForReady: boolean;
  readonly signal: AbortSignal | undefined;
  readonly inheritedSignal: AbortSignal | undefined;
}

const NOTHING_ACKNOWLEDGED: Acknowledged = { acknowledgedBytes: 0, inParts: false };

/** A call of ours: at once what the engine knows of it, what the caller of it sees, and what joins the two. */
export class StartedCall extends PendingCall<unknown> implements OutgoingCall {
  /** Where it goes; set when the engine gets the call. */
  to!: Address;
  /** The engine's name for it, from then on. */
  handle: CallHandle;
  /** Its place among the calls whose peer's name is not resolved yet, or among those whose answer is being checked. */
  heapIndex = -1;
  /** Its place among all calls that have not ended. */
  rosterIndex = -1;
  /** Why it cannot leave yet, where that is known. */
  hindrance: RpcError | undefined;
  /** Whether its answer has come, or that it arrived; the `clientResult` schema may still be at work on it. */
  answered = false;
  /** What came for an answer: of the result, or of all values of a stream, and how many values. */
  answerBytes = 0;
  answerItems = 0;
  /** How long it has waited when it ended in silence. */
  waitedMs: Millis = 0;

  /** What those who watch its progress wait for; undefined while nobody does. */
  #next: NextStep | undefined;

  readonly engine: CallEngine<StartedCall>;
  readonly contract: MethodContract;
  readonly remote: string;
  readonly via: PeerHandle | undefined;
  readonly security: PeerSecurity | undefined;
  readonly method: WireMethod;
  readonly args: Uint8Array;
  readonly metadata: Uint8Array | undefined;
  readonly traceparent: string | undefined;
  readonly started: Millis;
  readonly deadline: Millis;
  readonly waitForReady: boolean;
  readonly signal: AbortSignal | undefined;
  /** That of the handler that made it. */
  readonly inheritedSignal: AbortSignal | undefined;

  constructor(parts: StartedCallParts) {
    super();
    const { target } = parts;
    this.engine = target.engine;
    this.contract = parts.contract;
    this.remote = target.remote;
    this.via = target.via;
    this.security = target.security;
    this.method = parts.method;
    this.args = parts.args;
    this.metadata = parts.metadata;
    this.traceparent = parts.traceparent;
    this.started = parts.started;
    this.deadline = parts.started + parts.timeoutMs;
    this.waitForReady = parts.waitForReady;
    this.signal = parts.signal;
    this.inheritedSignal = parts.inheritedSignal;
  }

  /** Which of its values are streams: see `StartedStream`. */
  get streams(): OutgoingStreams | undefined {
    return undefined;
  }

  /** Where it goes is known: the engine gets it next. */
  goesTo(to: Address): void {
    this.to = to;
  }

  /** The engine has it. */
  handed(): void {
    // What there is to do then is the affair of calls with streams.
  }

  get delivery(): Delivery {
    return this.contract.delivery;
  }

  get oneWay(): boolean {
    return this.contract.shape === 'one-way';
  }

  get probe(): boolean {
    return this.contract === READINESS;
  }

  /** Whether the other side has run it, as far as can be known without what it may still say. */
  get executed(): Executed {
    if (this.answered) return 'yes';
    return this.handle !== undefined && this.engine.wasSent(this.handle) ? 'unknown' : 'no';
  }

  /** What is called, for messages. */
  get label(): string {
    return labelOf(this.contract, this);
  }

  override get progress(): CallProgress {
    const totalBytes = this.args.length;
    return new ProgressSnapshot(this, this.answered ? totalBytes : this.#acknowledged.acknowledgedBytes, totalBytes);
  }

  /** How much of it has arrived, if it was too large to travel whole. */
  get parts(): Transferred | undefined {
    const { acknowledgedBytes, inParts } = this.#acknowledged;
    return inParts ? { acknowledgedBytes, totalBytes: this.args.length } : undefined;
  }

  get watched(): boolean {
    return this.#next !== undefined;
  }

  /** Resolves with the next step of its progress, which its end is, too. */
  advanced(): Promise<void> {
    if (this.ended) return Promise.resolve();
    return (this.#next ??= new NextStep()).taken;
  }

  /** More of it was acknowledged, or it has ended. */
  advance(): void {
    const next = this.#next;
    this.#next = undefined;
    next?.take();
  }

  override end(reply: Reply<unknown>): void {
    super.end(reply);
    this.advance();
  }

  override fail(error: RpcError): void {
    super.fail(error);
    this.advance();
  }

  override silenceError(): RpcError | undefined {
    const { executed, hindrance: cause } = this;
    const { parts } = this;
    const heard = `No response within ${Math.round(this.waitedMs)} ms from ${this.label}`;
    const message = parts === undefined ? `${heard}.` : `${heard}: ${describeProgress(parts)}.`;
    if (executed === 'no') {
      const why = cause?.message ?? 'It was never sent.';
      return new RpcError('DEADLINE_EXCEEDED', `${message} ${why}`, { executed, cause });
    }
    // It asked for no answer and was sent once, which is all that there was to do.
    if (this.oneWay && this.delivery === 'best-effort') return undefined;
    return new RpcError('DEADLINE_EXCEEDED', message, { executed, details: parts });
  }

  get #acknowledged(): Acknowledged {
    return this.handle === undefined ? NOTHING_ACKNOWLEDGED : this.engine.acknowledged(this.handle);
  }
}

/** What is called and where, for messages. */
export function labelOf({ service, property }: MethodContract, { remote }: Pick<CallTarget, 'remote'>): string {
  return `${service}.${property} at ${remote}`;
}
