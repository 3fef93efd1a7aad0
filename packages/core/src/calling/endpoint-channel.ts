import { formatAddress, type Address } from '../address.js';
import type { CallOptions, RpcChannel } from '../channel.js';
import type { Engine } from '../engine/engine.js';
import type { RpcCall } from '../reply.js';
import type { MethodContract } from '../service/contract.js';
import type { Caller } from './caller.js';
import type { StartedCall } from './started-call.js';

/** Where calls go: an address, or a name that becomes one. */
export type Destination = Address | { readonly label: string; resolve(): Promise<Address> };

/** What a channel adds to its calls. */
export interface ChannelOptions {
  /** How long calls over this channel wait, in milliseconds. Default: the endpoint's `timeoutMs`. */
  readonly timeoutMs?: number;
}

/** Where a channel leads, as far as it is known yet. */
export interface Route {
  readonly remote: string;
  readonly address: Address | undefined;
  resolve(): Promise<Address>;
}

/** A way to one peer over the endpoint's socket. A name is resolved with the first call, and again only if that failed. */
export class EndpointChannel implements RpcChannel, Route {
  readonly remote: string;
  address: Address | undefined;
  readonly #caller: Caller;
  readonly #engine: Engine<StartedCall>;
  readonly #destination: Destination;
  readonly #options: ChannelOptions;
  #resolving: Promise<Address> | undefined;

  constructor(caller: Caller, engine: Engine<StartedCall>, destination: Destination, options: ChannelOptions) {
    this.#caller = caller;
    this.#engine = engine;
    this.#destination = destination;
    this.#options = options;
    this.address = 'resolve' in destination ? undefined : destination;
    this.remote = 'resolve' in destination ? destination.label : formatAddress(destination);
  }

  call(method: MethodContract, args: readonly unknown[], options: CallOptions = {}): RpcCall<unknown> {
    const timeoutMs = options.timeoutMs ?? method.timeoutMs ?? this.#options.timeoutMs;
    const full = timeoutMs === undefined ? options : { ...options, timeoutMs };
    return this.#caller.start(this.#engine, this, method, args, full);
  }

  resolve(): Promise<Address> {
    if (this.#resolving !== undefined) return this.#resolving;
    const destination = this.#destination as Extract<Destination, { label: string }>;
    this.#resolving = destination.resolve().then(
      (address) => (this.address = address),
      (error: unknown) => {
        this.#resolving = undefined;
        throw error;
      },
    );
    return this.#resolving;
  }
}
