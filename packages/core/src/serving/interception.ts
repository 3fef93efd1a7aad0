import { CallValues, type ContextValues } from '../context-values.js';
import type { Millis } from '../engine/engine.js';
import type { PulledIterator } from '../stream.js';

/** What a call that is handled has beside what every call has: of few calls anything is kept here. */
export class Interception {
  /** Whether its handler was started. Where there are no interceptors, nobody asks before it was. */
  handlerStarted = true;
  /** What the argument guards threw. */
  refusedArguments: unknown;
  /** The signal that an interceptor passed on. */
  signal: AbortSignal | undefined;
  /** When an interceptor wants it to be over, by the endpoint's clock. */
  endsBy: Millis = Infinity;
  /** What its handler answers with: told when the call ends, for interceptors may have wrapped it. */
  readonly sources: PulledIterator[] = [];
  #values: ContextValues | undefined;

  get values(): ContextValues {
    return (this.#values ??= new CallValues());
  }
}
