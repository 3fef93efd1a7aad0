import type { Engine, Millis } from '../engine/engine.js';
import { QLOG_NAMES_MS } from '../limits.js';
import { wireMethodOf } from '../wire-method.js';
import { declaredServices } from '../service/declared-services.js';

/** The names of methods by what the wire calls them, as far as services of this process have them: for what is told to people. */
export class MethodNames {
  readonly #engine: Pick<Engine, 'wireMethod'>;
  readonly #now: () => Millis;
  #names = new Map<string | number, string>();
  #readAt: Millis = -Infinity;

  constructor(engine: Pick<Engine, 'wireMethod'>, now: () => Millis) {
    this.#engine = engine;
    this.#now = now;
  }

  /** `Service.method`; undefined if no service is known to have it. */
  readonly of = (key: string | number): string | undefined => {
    const known = this.#names.get(key);
    if (known !== undefined || this.#now() < this.#readAt + QLOG_NAMES_MS) return known;
    this.#readAt = this.#now();
    this.#names = new Map(
      declaredServices()
        .flatMap(({ methods }) => [...methods.values()])
        .map((method) => [wireMethodOf(this.#engine, method).key, `${method.service}.${method.name}`]),
    );
    return this.#names.get(key);
  };
}
