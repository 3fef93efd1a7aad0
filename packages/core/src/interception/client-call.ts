import type { Changes, Facts } from './chained-call.js';
import { ChainedCall } from './chained-call.js';

/** A call that is made here. */
export class ClientCall extends ChainedCall {
  readonly signal: AbortSignal | undefined;
  readonly #facts: Facts;

  constructor(facts: Facts, changes: Changes) {
    super(facts, changes);
    this.#facts = facts;
    this.signal = changes.signal;
  }

  override get passedSignal(): AbortSignal | undefined {
    return this.signal;
  }

  override with(changes: Changes): this {
    return new ClientCall(this.#facts, changes) as this;
  }
}
