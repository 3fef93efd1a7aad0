import type { Address } from '../address.js';
import type { RpcPeer } from '../channel.js';
import type { RpcContext } from '../context.js';
import type { ContextValues } from '../context-values.js';
import type { Millis } from '../engine/engine.js';
import type { PeerIdentity } from '../security/public-key.js';
import type { MethodContract } from '../service/contract.js';
import type { TransportName } from '../wire-name.js';

/** What a {@link HandlerContext} tells of. */
export interface HandledCall {
  readonly sender: Address;
  readonly wire: TransportName;
  readonly identity: PeerIdentity | undefined;
  readonly encrypted: boolean;
  readonly method: MethodContract;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly values: ContextValues;
  /** How long the caller still waits, below 0 once it does not; undefined where the wire does not say. */
  readonly leftMs: Millis | undefined;
  wallClock(): Millis;
  /** Makes a channel back to the caller. */
  channelBack(): RpcPeer;
}

/** What a handler that asks for its context gets. */
export class HandlerContext implements RpcContext {
  readonly #call: HandledCall;
  #peer: RpcPeer | undefined;
  #identity: PeerIdentity | undefined;

  constructor(call: HandledCall) {
    this.#call = call;
  }

  get sender(): Address {
    return this.#call.sender;
  }

  get wire(): TransportName {
    return this.#call.wire;
  }

  get identity(): PeerIdentity | undefined {
    return (this.#identity ??= this.#call.identity);
  }

  get encrypted(): boolean {
    return this.#call.encrypted;
  }

  get method(): MethodContract {
    return this.#call.method;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#call.metadata;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get values(): ContextValues {
    return this.#call.values;
  }

  get deadline(): number | undefined {
    const { leftMs } = this.#call;
    return leftMs === undefined ? undefined : this.#call.wallClock() + leftMs;
  }

  get remainingMs(): number | undefined {
    const { leftMs } = this.#call;
    return leftMs === undefined ? undefined : Math.max(0, leftMs);
  }

  get peer(): RpcPeer {
    return (this.#peer ??= this.#call.channelBack());
  }
}
