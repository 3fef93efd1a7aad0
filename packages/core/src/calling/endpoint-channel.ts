import { formatAddress, type Address } from '../address.js';
import type { CallOptions, ReadyOptions, RpcPeer } from '../channel.js';
import type { Engine, PeerHandle, PeerSecurity, WireName } from '../engine/engine.js';
import type { RpcCall } from '../reply.js';
import type { MethodContract } from '../service/contract.js';
import type { Caller } from './caller.js';
import { checkTimeout, checkWaitForReady } from './check-options.js';
import type { Destination } from './destination.js';
import { NameLookup } from './name-lookup.js';
import type { PeerSecurityOptions } from './peer-security.js';
import type { Route } from './route.js';
import type { StartedCall } from './started-call.js';

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
  readonly engine: Engine<StartedCall>;
  readonly destination: Destination;
  /** Who must answer; undefined if anybody may. */
  readonly security: PeerSecurity | undefined;
  readonly options: ChannelOptions;
}

/**
 * A way to one peer over the endpoint's socket. A name is looked up with the first call, and again only if that failed. A
 * peer that called us is followed wherever it moves.
 */
export class EndpointChannel implements RpcPeer, Route {
  readonly engine: Engine<StartedCall>;
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
  constructor(caller: Caller, { engine, destination, security, options }: ChannelParts) {
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
      this.#remote = formatAddress(destination);
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

  call(method: MethodContract, args: readonly unknown[], options: CallOptions = {}): RpcCall<unknown> {
    const {
      // Null is a mistake that the caller finds, and no wish for the default.
      timeoutMs = method.timeoutMs ?? this.#options.timeoutMs,
      signal,
      metadata,
      waitForReady = this.#options.waitForReady,
    } = options;
    return this.#caller.start(this, method, args, { timeoutMs, signal, metadata, waitForReady });
  }

  async ready({ timeoutMs = this.#options.timeoutMs, signal }: ReadyOptions = {}): Promise<boolean> {
    const options = { timeoutMs, signal, metadata: undefined, waitForReady: true };
    const { received } = await this.#caller.ask(this, options);
    return received;
  }
}
