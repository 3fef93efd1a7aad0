import { INSPECTED_METHODS_MAX } from '../limits.js';
import type { NamedMethod } from '../reporting/log-entries.js';
import type { CallSide, InspectedMethod } from './inspection-update.js';
import { Latencies } from './latencies.js';

/** What became of the calls of one method on one side. */
export class MethodFigures {
  started = 0;
  answered = 0;
  failed = 0;
  readonly latencies = new Latencies();
  readonly side: CallSide;
  readonly name: NamedMethod;

  constructor(side: CallSide, name: NamedMethod) {
    this.side = side;
    this.name = name;
  }

  /** @param before The times that whoever asks knows. */
  describe(before: Latencies): InspectedMethod {
    const { side, name, started, answered, failed } = this;
    return {
      side,
      service: name.service,
      method: name.property,
      started,
      running: started - answered - failed,
      answered,
      failed,
      latency: this.latencies.since(before),
    };
  }
}

/** The methods that an endpoint serves and calls: as many as are kept apart, by the order in which they were first called. */
export class MethodTable {
  readonly #figures = new Map<string, MethodFigures>();
  /** The same by contract, for calls of one method mostly come with one. */
  readonly #known = {
    client: new WeakMap<NamedMethod, MethodFigures>(),
    server: new WeakMap<NamedMethod, MethodFigures>(),
  };

  get all(): readonly MethodFigures[] {
    return [...this.#figures.values()];
  }

  /** Undefined if there are too many already. */
  of(side: CallSide, name: NamedMethod): MethodFigures | undefined {
    let figures = this.#known[side].get(name);
    if (figures !== undefined) return figures;
    figures = this.#named(side, name);
    if (figures !== undefined) this.#known[side].set(name, figures);
    return figures;
  }

  #named(side: CallSide, { service, property }: NamedMethod): MethodFigures | undefined {
    const key = `${side} ${service} ${property}`;
    let figures = this.#figures.get(key);
    if (figures === undefined && this.#figures.size < INSPECTED_METHODS_MAX) {
      figures = new MethodFigures(side, { service, property });
      this.#figures.set(key, figures);
    }
    return figures;
  }
}
