import { DeadlineHeap } from '../engine/tables/deadline-heap.js';
import type { Millis } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import { isThenable } from '../thenable.js';
import { takeAnswer, type TakenAnswer } from './client-result.js';
import type { StartedCall } from './started-call.js';

/** What becomes of calls whose answer is taken through a schema. */
export interface AnswerChecksOwner {
  /** It has a value, or none that fits. */
  taken(call: StartedCall, answer: TakenAnswer): void;
  /** Its deadline came before the schema was done. */
  late(call: StartedCall, error: RpcError): void;
  /** Called after a schema that took its time. */
  changed(): void;
}

/** Answers of methods with a `clientResult` schema. Those whose schema takes its time wait here, until their deadline. */
export class AnswerChecks {
  readonly #owner: AnswerChecksOwner;
  readonly #calls = new DeadlineHeap<StartedCall>();

  constructor(owner: AnswerChecksOwner) {
    this.#owner = owner;
  }

  get nextWake(): Millis {
    return this.#calls.earliest;
  }

  take(call: StartedCall, answer: unknown): void {
    const taken = takeAnswer(call.label, call.contract.clientResult!, answer);
    // The schema may have run code of the user's that ended the call: it closed the endpoint, or aborted the signal.
    if (call.ended) return;
    if (!isThenable(taken)) return this.#owner.taken(call, taken);
    this.#calls.add(call);
    void taken.then((later) => {
      if (call.ended) return;
      this.#owner.taken(call, later);
      this.#owner.changed();
    });
  }

  /** Forgets a call that has ended. */
  remove(call: StartedCall): void {
    this.#calls.remove(call);
  }

  wake(now: Millis): void {
    for (let call = this.#calls.takeDue(now); call !== undefined; call = this.#calls.takeDue(now)) {
      const message = `${call.label}: the answer came in time, but its clientResult schema was not done with it in time.`;
      this.#owner.late(call, new RpcError('DEADLINE_EXCEEDED', message, { executed: 'yes' }));
    }
  }
}
