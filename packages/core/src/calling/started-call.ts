import type { Address } from '../address.js';
import type { Delivery } from '../delivery.js';
import type { CallHandle, Engine, Millis, OutgoingCall, WireMethod } from '../engine/engine.js';
import { PendingCall } from '../reply.js';
import type { MethodContract } from '../service/contract.js';

/** What a {@link StartedCall} is made of. */
export interface StartedCallParts {
  readonly engine: Engine<StartedCall>;
  readonly contract: MethodContract;
  /** Where it goes, for messages. */
  readonly remote: string;
  /** What the engine calls the method. */
  readonly method: WireMethod;
  /** The encoded arguments. */
  readonly args: Uint8Array;
  /** The encoded metadata, if there is any. */
  readonly metadata: Uint8Array | undefined;
  readonly started: Millis;
  readonly timeoutMs: Millis;
  readonly signal: AbortSignal | undefined;
}

/** A call of ours: at once what the engine knows of it, what the caller of it sees, and what joins the two. */
export class StartedCall extends PendingCall<unknown> implements OutgoingCall {
  /** Where it goes; set when the engine gets the call. */
  to!: Address;
  /** The engine's name for it, from then on. */
  handle: CallHandle;
  /** Its place among the calls whose peer's name is not resolved yet. */
  heapIndex = -1;
  /** Its place among all calls that have not ended. */
  rosterIndex = -1;

  readonly engine: Engine<StartedCall>;
  readonly contract: MethodContract;
  readonly remote: string;
  readonly method: WireMethod;
  readonly args: Uint8Array;
  readonly metadata: Uint8Array | undefined;
  readonly started: Millis;
  readonly deadline: Millis;
  readonly signal: AbortSignal | undefined;

  constructor(parts: StartedCallParts) {
    super();
    this.engine = parts.engine;
    this.contract = parts.contract;
    this.remote = parts.remote;
    this.method = parts.method;
    this.args = parts.args;
    this.metadata = parts.metadata;
    this.started = parts.started;
    this.deadline = parts.started + parts.timeoutMs;
    this.signal = parts.signal;
  }

  get delivery(): Delivery {
    return this.contract.delivery;
  }

  get oneWay(): boolean {
    return this.contract.shape === 'one-way';
  }

  /** Whether the other side may have run it, as long as it has said nothing. */
  get executed(): 'no' | 'unknown' {
    return this.handle !== undefined && this.engine.wasSent(this.handle) ? 'unknown' : 'no';
  }

  /** What is called, for messages. */
  get label(): string {
    return `${this.contract.service}.${this.contract.property} at ${this.remote}`;
  }

  protected override silenceMessage(): string {
    return `No response within ${Math.round(this.deadline - this.started)} ms from ${this.label}.`;
  }
}
