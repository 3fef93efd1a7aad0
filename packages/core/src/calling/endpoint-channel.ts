import { formatAddress, type Address } from '../address.js';
import type { CallOptions, ChannelTraits, ReadyOptions, RpcPeer } from '../channel.js';
import type { CallEngine, PeerHandle, PeerSecurity, WireName } from '../engine/engine.js';
import { PendingCall, type RpcCall } from '../reply.js';
import type { MethodContract } from '../service/contract.js';
import { takesMany } from '../shape.js';
import { isSource, iteratorOf, type RpcStream, type Source } from '../stream.js';
import { noSource, unsendable } from './call-errors.js';
import { isTraced, optionsAfterStart, traceCall, tracedCall } from './call-trace.js';
import type { Caller } from './caller.js';
import { checkTimeout, checkWaitForReady } from './check-options.js';
import type { Destination } from './destination.js';
import { NameLookup } from './name-lookup.js';
import type { PeerSecurityOptions } from './peer-security.js';
import { OutgoingStream } from './outgoing-stream.js';
import type { Route, RouteOptions } from './route.js';
import type { StartedCall } from './started-call.js';
import type { StartedStream } from './started-stream.js';
import { TracedStream } from './traced-stream.js';

/** What a channel adds to its calls. */
export interface ChannelOptions {
  /** How long calls over this channel wait, in milliseconds. Default: the endpoint's `timeoutMs`. */
  readonly timeoutMs?: number;
  /** Whether calls over this channel wait until the peer is there: see {@link CallOptions}. Default: false. */
  readonly waitForReady?: boolean;
}

/** What `endpoint.peer()` takes beside the address. */
export interface PeerOptions extends ChannelOptions, PeerSecurityOptions {
  /** Which of the endpoint's wires to speak with this peer. Default: the first of them, or `'native'` beside `security`. */
  readonly wire?: WireName;
}

/** What an {@link EndpointChannel} is made of. */
export interface ChannelParts {
  readonly engine: CallEngine<StartedCall>;
  readonly destination: Destination;
  /** Who must answer; undefined if anybody may. */
  readonly security: PeerSecurity | undefined;
  readonly options: ChannelOptions;
  /** What it is called in messages. Default: what its destination is. */
  readonly label?: string | undefined;
}

/**
 * A way to one peer over the endpoint's socket. A name is looked up with the first call, and again only if that failed. A
 * peer that called us is followed wherever it moves.
 */
export class EndpointChannel implements RpcPeer, Route {
  readonly engine: CallEngine<StartedCall>;
  readonly via: PeerHandle | undefined;
  readonly security: PeerSecurity | undefined;
  readonly lookup: NameLookup | undefined;
  readonly #caller: Caller;
  readonly #options: ChannelOptions;
  readonly #address: Address | undefined;
  /** What {@link remote} gave last, and for which address. */
  #remote = '';
  #remoteOf: Address | undefined;

  /** @throws RpcError `INVALID_ARGUMENT` or `FAILED_PRECONDITION` */
  constructor(caller: Caller, { engine, destination, security, options, label }: ChannelParts) {
    checkTimeout(options.timeoutMs);
    checkWaitForReady(engine, options.waitForReady);
    this.#caller = caller;
    this.engine = engine;
    this.security = security;
    this.#options = options;
    if ('resolve' in destination) {
      this.lookup = new NameLookup(destination);
      this.#remote = destination.label;
    } else if ('address' in destination) {
      this.via = destination;
    } else {
      this.#address = destination;
      this.#remote = label ?? formatAddress(destination);
    }
  }

  get address(): Address | undefined {
    return this.#address ?? this.via?.address ?? this.lookup?.address;
  }

  get remote(): string {
    const { via } = this;
    if (via !== undefined && via.address !== this.#remoteOf) {
      this.#remoteOf = via.address;
      this.#remote = formatAddress(via.address);
    }
    return this.#remote;
  }

  get traits(): ChannelTraits {
    const { timeoutMs = this.#caller.timeoutMs } = this.#options;
    const { wire, traits } = this.engine;
    return { timeoutMs, carriesMetadata: traits.carriesMetadata, wire };
  }

  call(method: MethodContract, args: readonly unknown[], options: CallOptions = {}): RpcCall<unknown> {
    if (!isTraced(options)) return this.#call(method, args, options);
    const traced = tracedCall(this, method, options);
    return traceCall(traced, method, () => this.#call(method, args, optionsAfterStart(traced, options)));
  }

  stream(method: MethodContract, args: readonly unknown[], options: CallOptions = {}): RpcStream<unknown> {
    if (!isTraced(options)) return this.#stream(method, args, () => options);
    const traced = tracedCall(this, method, options);
    return new TracedStream(
      this.#stream(method, args, () => optionsAfterStart(traced, options)),
      traced,
    );
  }

  #call(method: MethodContract, args: readonly unknown[], options: CallOptions): RpcCall<unknown> {
    if (method.stream !== undefined) return this.#callWithStream(method, args, options);
    return this.#caller.start(this, method, args, this.#settled(method, options));
  }

  #stream(method: MethodContract, args: readonly unknown[], options: () => CallOptions): RpcStream<unknown> {
    return new OutgoingStream({
      open: () => this.#open(method, args, options()),
      mayReopen: method.delivery === 'idempotent' && !takesMany(method.stream),
    });
  }

  async ready({ timeoutMs = this.#options.timeoutMs, signal }: ReadyOptions = {}): Promise<boolean> {
    const options = { timeoutMs, signal, metadata: undefined, waitForReady: true };
    const { received } = await this.#caller.ask(this, options);
    return received;
  }

  /** A call that is answered once. */
  #callWithStream(method: MethodContract, args: readonly unknown[], options: CallOptions): RpcCall<unknown> {
    try {
      return this.#open(method, args, options);
    } catch (error) {
      return PendingCall.failed(unsendable(error));
    }
  }

  /** @throws RpcError */
  #open(method: MethodContract, args: readonly unknown[], options: CallOptions): StartedStream {
    const { idleMs = method.idleMs, totalMs = method.totalMs } = options;
    const takes = takesMany(method.stream);
    const given = args.at(-1);
    if (takes && !isSource(given)) throw noSource(method, given);
    const source = takes ? iteratorOf(given as Source<unknown>) : undefined;
    const settled = { ...this.#settled(method, options), idleMs, totalMs, source };
    return this.#caller.startStream(this, method, takes ? args.slice(0, -1) : args, settled);
  }

  #settled(method: MethodContract, options: CallOptions): RouteOptions {
    const {
      // Null is a mistake that the caller finds, and no wish for the default.
      timeoutMs = method.timeoutMs ?? this.#options.timeoutMs,
      signal,
      metadata,
      waitForReady = this.#options.waitForReady,
    } = options;
    return { timeoutMs, signal, metadata, waitForReady };
  }
}
