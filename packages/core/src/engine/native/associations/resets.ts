import type { Address } from '../../../address.js';
import { RESETS_PER_SECOND_MAX } from '../../../native-limits.js';
import { encodeReset } from '../../../wire/native/packet.js';
import type { EngineOutput, Millis, OutgoingCall } from '../../engine.js';
import type { Fifo } from '../../tables/fifo.js';

/** Sends resets, and only so many: docs/protocol.md §5. */
export class Resets<C extends OutgoingCall> {
  readonly #outputs: Fifo<EngineOutput<C>>;
  #since: Millis = -Infinity;
  #sent = 0;

  constructor(outputs: Fifo<EngineOutput<C>>) {
    this.#outputs = outputs;
  }

  /** @param token What shows that it is genuine, where packets are sealed. */
  send(id: Uint8Array, to: Address, now: Millis, token?: Uint8Array): void {
    if (now - this.#since >= 1000) {
      this.#since = now;
      this.#sent = 0;
    }
    this.#sent += 1;
    if (this.#sent > RESETS_PER_SECOND_MAX) return;
    this.#outputs.push({ kind: 'transmit', datagram: encodeReset(id, token), to, call: undefined, watched: false });
  }
}
