import { ChainedCall, type Changes, type Facts } from './chained-call.js';

/** What a {@link ServerCall} is told of its own signal, which is made when somebody asks for it. */
export interface ServerFacts extends Facts {
  readonly signal: AbortSignal;
}

/** A call that is handled here. */
export class ServerCall extends ChainedCall {
  readonly #facts: ServerFacts;
  readonly #passed: AbortSignal | undefined;

  constructor(facts: ServerFacts, changes: Changes) {
    super(facts, changes);
    this.#facts = facts;
    this.#passed = changes.signal;
  }

  override get signal(): AbortSignal {
    return this.#passed ?? this.#facts.signal;
  }

  /** The signal that an interceptor passed on, if one did. */
  override get passedSignal(): AbortSignal | undefined {
    return this.#passed;
  }

  override with(changes: Changes): this {
    return new ServerCall(this.#facts, changes) as this;
  }
}
