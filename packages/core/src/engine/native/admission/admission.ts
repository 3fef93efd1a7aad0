import type { Address } from '../../../address.js';
import { encodeRetry } from '../../../wire/native/packet.js';
import type { EngineOutput, Mac, Millis, OutgoingCall, RandomBytes } from '../../engine.js';
import type { Fifo } from '../../tables/fifo.js';
import type { Tracing } from '../tracing/tracing.js';
import { AddressTokens } from './address-tokens.js';
import type { Load } from './load.js';
import type { Quotas } from './quotas.js';

/** What an {@link Admission} works with. */
export interface AdmissionParts<C extends OutgoingCall> {
  readonly outputs: Fifo<EngineOutput<C>>;
  readonly mac: Mac;
  readonly random: RandomBytes;
  readonly load: Load;
  readonly quotas: Quotas;
  readonly now: Millis;
  readonly tracing: Tracing;
}

/** An opening packet of somebody who is not known here. */
export interface Stranger {
  readonly sourceId: Uint8Array;
  /** What a retry has asked it to repeat; undefined if nothing has. */
  readonly token: Uint8Array | undefined;
  readonly from: Address;
  /** Bytes of its datagram. */
  readonly bytes: number;
}

/** What becomes of a {@link Stranger}: let in with its address proven or not, asked to prove it, or one too many of its source. */
export type Verdict = 'proven' | 'unproven' | 'retry' | 'overload';

/** Decides who may open an association, before anything is kept of it: docs/protocol.md §5.8. */
export class Admission<C extends OutgoingCall> {
  readonly load: Load;
  readonly #outputs: Fifo<EngineOutput<C>>;
  readonly #quotas: Quotas;
  readonly #tokens: AddressTokens;
  readonly #tracing: Tracing;

  constructor({ outputs, mac, random, load, quotas, now, tracing }: AdmissionParts<C>) {
    this.#outputs = outputs;
    this.load = load;
    this.#quotas = quotas;
    this.#tracing = tracing;
    this.#tokens = new AddressTokens(mac, random, now);
  }

  /** Lets a stranger in, or answers one that has to prove its address first. */
  admit(stranger: Stranger, now: Millis): Verdict {
    const { token } = stranger;
    const high = this.load.isHigh(now);
    if (token !== undefined && this.#tokens.isFresh(token, stranger.from, now)) {
      return high && this.#quotas.handshakeWaitMs(stranger.from, now) > 0 ? 'overload' : 'proven';
    }
    if (high) {
      this.#askForProof(stranger, now);
      return 'retry';
    }
    this.load.lookedAt(now);
    return 'unproven';
  }

  #askForProof({ sourceId, from, bytes }: Stranger, now: Millis): void {
    const datagram = encodeRetry(sourceId, this.#tokens.issue(from, now));
    // Whoever forges addresses must not get out more than was put in.
    if (datagram.length > bytes) return;
    if (this.#tracing.on) this.#tracing.bare('datagram-sent', datagram, from);
    this.#outputs.push({ kind: 'transmit', datagram, to: from, call: undefined, watched: false });
  }
}
