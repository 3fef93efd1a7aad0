import type { Address } from '../../../address.js';
import { RESET, RETRY } from '../../../wire/native/packet-types.js';
import type { EngineOutput, Millis } from '../../engine.js';
import { shortId } from '../../short-id.js';
import type { TraceEvent } from '../../trace-events.js';
import { AssociationTrace, type TracedAssociation } from './association-trace.js';

const BARE: Readonly<Record<number, 'reset' | 'retry'>> = { [RESET]: 'reset', [RETRY]: 'retry' };

/** Where it is told. */
export interface TraceOutputs {
  push(output: Extract<EngineOutput, { kind: 'traced' }>): void;
}

/** What happens in an engine, told as outputs as long as somebody watches. */
export class Tracing {
  /** Whether somebody does. */
  on = false;
  /** When the engine was last told the time. */
  now: Millis = 0;
  readonly #outputs: TraceOutputs;
  /** Weak, for what ends while nobody watches says no goodbye. */
  #traces = new WeakMap<TracedAssociation, AssociationTrace>();

  constructor(outputs: TraceOutputs) {
    this.#outputs = outputs;
  }

  /** Begins or ends to tell; who begins hears of every association anew. */
  watch(on: boolean): void {
    if (on && !this.on) this.#traces = new WeakMap();
    this.on = on;
  }

  /** What is told of an association; undefined if nobody watches. */
  of(association: TracedAssociation): AssociationTrace | undefined {
    if (!this.on) return undefined;
    let trace = this.#traces.get(association);
    if (trace === undefined) {
      trace = new AssociationTrace(association, this);
      this.#traces.set(association, trace);
      trace.begin();
    }
    return trace;
  }

  /** Tells of a datagram that may be a reset or a retry, which belong to no association. */
  bare(kind: 'datagram-sent' | 'datagram-received', datagram: Uint8Array, peer: Address): void {
    const type = BARE[datagram[0]!];
    if (type === undefined) return;
    const id = shortId(datagram.subarray(1));
    const { now: at } = this;
    this.tell({ kind, at, wire: 'native', peer, type, id, method: undefined, bytes: datagram.length });
  }

  tell(event: TraceEvent): void {
    this.#outputs.push({ kind: 'traced', event });
  }
}
