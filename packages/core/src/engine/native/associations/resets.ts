import type { Address } from '../../../address.js';
import { RESETS_PER_SECOND_MAX } from '../../../native-limits.js';
import { encodeReset } from '../../../wire/native/packet.js';
import type { EngineOutput, Millis, OutgoingCall } from '../../engine.js';
import type { Fifo } from '../../tables/fifo.js';
import type { Tracing } from '../tracing/tracing.js';

/** Sends resets, and only so many: docs/protocol.md §5. */
export class Resets<C extends OutgoingCall> {
  readonly #outputs: Fifo<EngineOutput<C>>;
  readonly #tracing: Tracing | undefined;
  #since: Millis = -Infinity;
  #sent = 0;

  constructor(outputs: Fifo<EngineOutput<C>>, tracing?: Tracing) {
    this.#outputs = outputs;
    this.#tracing = tracing;
  }

  /** @param token What shows that it is genuine, where packets are sealed. */
  send(id: Uint8Array, to: Address, now: Millis, token?: Uint8Array): void {
    if (now - this.#since >= 1000) {
      this.#since = now;
      this.#sent = 0;
    }
    this.#sent += 1;
    if (this.#sent > RESETS_PER_SECOND_MAX) return;
    const datagram = encodeReset(id, token);
    if (this.#tracing?.on === true) this.#tracing.bare('datagram-sent', datagram, to);
    this.#outputs.push({ kind: 'transmit', datagram, to, call: undefined, watched: false });
  }
}
