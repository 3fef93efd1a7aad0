import type { Address } from '../../address.js';
import type { CallOutcome, EngineOutput, Millis } from '../engine.js';
import { shortId } from '../short-id.js';
import type { DatagramReceived, DatagramSent } from '../trace-events.js';

/** Bytes of a method's name that are told at most: a stranger chose it. */
const METHOD_BYTES_MAX = 64;

/** A request or a response, as it is told. */
export interface TracedMessage {
  readonly type: 'request' | 'response';
  readonly id: Uint8Array;
  /** As UTF-8. */
  readonly method: Uint8Array | undefined;
  readonly peer: Address;
  readonly bytes: number;
}

/** What happens on the rpcudp wire, told as outputs as long as somebody watches. */
export class DatagramTrace {
  on = false;
  readonly #outputs: { push(output: Extract<EngineOutput, { kind: 'traced' }>): void };

  constructor(outputs: { push(output: Extract<EngineOutput, { kind: 'traced' }>): void }) {
    this.#outputs = outputs;
  }

  datagram(
    kind: (DatagramSent | DatagramReceived)['kind'],
    { type, id, method, peer, bytes }: TracedMessage,
    at: Millis,
  ): void {
    // A copy, for it is a view into the datagram.
    const name = method?.slice(0, METHOD_BYTES_MAX);
    const event = { kind, at, wire: 'rpcudp', peer, type, id: shortId(id), method: name, bytes } as const;
    this.#outputs.push({ kind: 'traced', event });
  }

  ended(id: Uint8Array, peer: Address, outcome: CallOutcome, at: Millis): void {
    const event = { kind: 'rpcudp-call-ended', at, peer, id: shortId(id), outcome } as const;
    this.#outputs.push({ kind: 'traced', event });
  }
}
