import type { Address } from '../address.js';
import type { RpcPeer } from '../channel.js';
import { NO_METADATA, runInContext, type RpcContext, type RunningHandler } from '../context.js';
import type { Codec } from '../codec/codec.js';
import type { IncomingRequest, ItemStreams, Millis, Replier } from '../engine/engine.js';
import type { Listed } from '../engine/tables/roster.js';
import type { Executed, RpcError } from '../errors.js';
import type { ContextValues } from '../context-values.js';
import type { ServerCall } from '../interception/server-call.js';
import type { EndpointPorts } from '../ports.js';
import type { UnknownMethod } from '../reporting/log-entries.js';
import { encodeKey } from '../security/key-text.js';
import type { PeerIdentity } from '../security/public-key.js';
import type { MethodContract } from '../service/contract.js';
import type { TransportName } from '../wire-name.js';
import { HandlerContext, type HandledCall } from './handler-context.js';
import { Interception } from './interception.js';

/** Where requests come from: a wire of this endpoint, or another transport. */
export interface RequestSource {
  /** What handlers are told that its requests came by. */
  readonly wire: TransportName;
  /** Takes the answers. */
  readonly replier: Replier;
  /** What carries its streams; undefined if it has none. */
  readonly streams?: StreamSource | undefined;
  /** Reads its requests and writes the answers. */
  readonly codec: Codec;
  /** Whether it can tell callers no. */
  readonly refuses: boolean;
  /** Whether its requests can have metadata. */
  readonly carriesMetadata: boolean;
  /** What is served there, by what its requests call the methods. */
  readonly methods: ReadonlyMap<string | number, ServedMethod>;
  readonly clocks: Pick<EndpointPorts, 'now' | 'wallClock'>;
  /** What can be said of a method that a request names, and that is not served. */
  readonly describeUnknown: (key: string | number) => UnknownMethod;
  /** Makes a channel back to who sent a request. */
  readonly channelTo: (request: IncomingRequest) => RpcPeer;
}

/** What carries streams, for those of its requests that have some. */
export interface StreamSource {
  readonly items: ItemStreams;
  /** Called after it was given something to do. */
  readonly changed: () => void;
}

/** Handlers, by the properties of their methods. */
export type Implementation = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** A method of a served object. */
export interface ServedMethod {
  readonly contract: MethodContract;
  /** Whether it tells of the endpoint itself: such are served while it drains, and nothing waits for them. */
  readonly own: boolean;
  readonly pipeline: readonly Stage[];
}

/** One stage of a pipeline. */
export interface Stage {
  /** Takes what the stage before gave, and gives what the next one takes, now or later. */
  readonly run: (handling: Handling, value: unknown) => unknown;
  /** What comes of the call when that throws or rejects. */
  readonly failed: (error: unknown, handling: Handling) => Failure;
}

/** Why a call has no result. */
export type Failure =
  /** It was not fit to be run. */
  | {
      readonly kind: 'refused';
      readonly reason: 'malformed-args' | 'refused-args' | 'permission-denied' | 'intercepted';
      readonly error: RpcError;
    }
  /** What this side does for it went wrong, or its handler said no. */
  | { readonly kind: 'failed'; readonly executed: Executed; readonly error: unknown };

/** What tells of a request: see `RequestTrace`. */
export interface HandlingTrace {
  /** The handler has given its stream, whose values come next. */
  streamBegins(): void;
  /** Runs code of a stream in the context of its handler. */
  enter<T>(run: () => T): T;
  answered(): void;
  failed(failure: Failure): void;
  abandoned(error: RpcError): void;
}

/** One request on its way through the pipeline of its method. What few handlers ask for is made when it is asked for. */
export class Handling implements Listed, HandledCall, RunningHandler {
  /** Its place among those that have not ended. */
  rosterIndex = -1;
  running = false;
  metadata = NO_METADATA;
  /** What was sent for an answer: of the result, or of all values of a stream, and how many values. */
  answerBytes = 0;
  answerItems = 0;
  /** Tells of it, if anybody listens. */
  trace: HandlingTrace | undefined;
  readonly source: RequestSource;
  readonly request: IncomingRequest;
  readonly served: ServedMethod;
  #context: RpcContext | undefined;
  #abort: AbortController | undefined;
  #aborted: RpcError | undefined;
  #interception: Interception | undefined;

  constructor(source: RequestSource, request: IncomingRequest, served: ServedMethod) {
    this.source = source;
    this.request = request;
    this.served = served;
  }

  /** Whether it has ended: with an answer, a refusal, or because it was abandoned. */
  get ended(): boolean {
    return this.rosterIndex < 0;
  }

  get context(): RpcContext {
    return (this.#context ??= new HandlerContext(this));
  }

  get sender(): Address {
    return this.request.from;
  }

  get wire(): TransportName {
    return this.source.wire;
  }

  get method(): MethodContract {
    return this.served.contract;
  }

  get own(): boolean {
    return this.served.own;
  }

  get identity(): PeerIdentity | undefined {
    const { via } = this.request;
    return via?.identity && { publicKey: encodeKey(via.identity) };
  }

  get encrypted(): boolean {
    return this.request.via?.sealed === true;
  }

  get leftMs(): Millis | undefined {
    const { deadline, deadlineFromCaller } = this.request;
    const endsBy = Math.min(deadlineFromCaller ? deadline : Infinity, this.#interception?.endsBy ?? Infinity);
    // A stream may have none.
    return endsBy === Infinity ? undefined : endsBy - this.source.clocks.now();
  }

  /** What interceptors, if there are any, keep of it. */
  get interception(): Interception {
    return (this.#interception ??= new Interception());
  }

  get values(): ContextValues {
    return this.interception.values;
  }

  /** Whether its handler was started; where there are no interceptors, nobody asks before. */
  get handlerStarted(): boolean {
    return this.#interception?.handlerStarted ?? true;
  }

  /** Ends what its handler answers with where interceptors may have wrapped it. */
  endSources(): void {
    for (const source of this.#interception?.sources.splice(0) ?? [])
      // Nobody is left to hear how it takes that.
      void Promise.resolve()
        .then(() => runInContext(this, () => source.return?.()))
        .catch(() => undefined);
  }

  /** Goes on as its interceptors passed it on. */
  goesOnAs({ metadata, passedSignal, timeoutMs }: ServerCall): void {
    const { interception } = this;
    this.metadata = metadata;
    interception.signal = passedSignal;
    if (timeoutMs === undefined) return;
    interception.endsBy = Math.min(interception.endsBy, this.source.clocks.now() + timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#interception?.signal ?? this.ownSignal;
  }

  /** The one that this side aborts, whichever the handler gets. */
  get ownSignal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#aborted !== undefined) this.#abort.abort(this.#aborted);
    }
    return this.#abort.signal;
  }

  wallClock(): Millis {
    return this.source.clocks.wallClock();
  }

  channelBack(): RpcPeer {
    return this.source.channelTo(this.request);
  }

  abort(reason: RpcError): void {
    this.#aborted ??= reason;
    this.#abort?.abort(reason);
  }
}
