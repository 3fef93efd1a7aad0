/** What has been made of one call by those who stand around it: nothing, one attempt, or several. */
import { RpcError, type Executed } from '../errors.js';
import type { MethodContract } from '../service/contract.js';
import { takesMany } from '../shape.js';
import { withExecuted } from './call-errors.js';

/** One attempt. */
export interface Attempt {
  /** Whether the method has run because of it, as far as is known by now. */
  readonly executed: Executed;
}

/** The attempts of one call, which say together whether it ran. */
export class Attempts<T extends Attempt> {
  readonly #method: MethodContract;
  readonly #made: T[] = [];
  readonly #mayRepeat: () => boolean;

  /** @param mayRepeat Whether the other side runs the call once, however often it is made. */
  constructor(method: MethodContract, mayRepeat: () => boolean) {
    this.#method = method;
    this.#mayRepeat = mayRepeat;
  }

  get made(): readonly T[] {
    return this.#made;
  }

  get last(): T | undefined {
    return this.#made.at(-1);
  }

  /** Whether the method has run because of any of them. */
  get executed(): Executed {
    const each = this.#made.map(({ executed }) => executed);
    if (each.includes('yes')) return 'yes';
    return each.includes('unknown') ? 'unknown' : 'no';
  }

  /** @throws RpcError `FAILED_PRECONDITION` if there may not be another one */
  check(): void {
    if (this.#made.length === 0) return;
    const { service, property, delivery, stream } = this.#method;
    const label = `${service}.${property}`;
    if (takesMany(stream))
      throw unrepeatable(`${label} takes a stream, whose values can be read once`, 'Interceptors may call next once.');
    if (delivery === 'idempotent' || this.executed === 'no' || this.#mayRepeat()) return;
    throw unrepeatable(
      `${label} is ${delivery}, and may have run already`,
      `An interceptor may call next again only if the attempt before did not run (its error says executed: 'no'), or the method ` +
        "is declared with delivery: 'idempotent', or the call has an idempotency key.",
    );
  }

  add(attempt: T): void {
    this.#made.push(attempt);
  }

  /** What comes of the call where something was thrown: an error never says that nothing ran where something may have. */
  errorOf(thrown: unknown): RpcError {
    const { executed } = this;
    if (!RpcError.is(thrown)) return withExecuted(RpcError.from(thrown), executed);
    return thrown.executed === 'no' ? withExecuted(thrown, executed) : thrown;
  }
}

function unrepeatable(why: string, instead: string): RpcError {
  return new RpcError('FAILED_PRECONDITION', `${why}, so it is not called again. ${instead}`);
}
