import type { CryptoPort } from '../../../crypto/crypto-port.js';
import { KEY_LIFETIME_MS, KEY_PACKETS_MAX } from '../../../native-limits.js';
import type { Millis } from '../../engine.js';
import { PacketKey } from './packet-key.js';

/** Which key of two that follow each other: the bit of a packet's header, as in RFC 9001 §6. */
export type KeyPhase = 0 | 1;

/** The phase after this one. */
export function nextPhase(phase: KeyPhase): KeyPhase {
  return phase === 0 ? 1 : 0;
}

/** When a key is renewed. */
export interface KeyRenewal {
  readonly afterMs: Millis;
  readonly afterPackets: number;
}

export const KEY_RENEWAL_DEFAULT: KeyRenewal = { afterMs: KEY_LIFETIME_MS, afterPackets: KEY_PACKETS_MAX };

/** The keys of what this side sends, one after the other. It alone says when the next one begins. */
export class SendKeys {
  readonly #renewal: KeyRenewal;
  #key: PacketKey;
  #phase: KeyPhase = 0;
  #since: Millis;
  /** The first number that the key has sealed; `Infinity` before that. */
  #first = Infinity;
  #last = -1;
  /** Whether the peer has received a packet that the key has sealed. */
  #confirmed = false;

  /** @param key 32 bytes */
  constructor(crypto: CryptoPort, key: Uint8Array, renewal: KeyRenewal, now: Millis) {
    this.#renewal = renewal;
    this.#key = new PacketKey(crypto, key);
    this.#since = now;
  }

  /** The phase of the packet that is sealed next, to be written into its header. */
  get phase(): KeyPhase {
    return this.#phase;
  }

  /**
   * Goes over to the next key if this one is old, or has sealed enough: to be called before a packet's header is written.
   * Never before the peer has received something under this key: it would take the next but one for this, and fail.
   */
  renewIfDue(now: Millis): void {
    if (!this.#confirmed) return;
    const { afterMs, afterPackets } = this.#renewal;
    if (now - this.#since < afterMs && this.#last - this.#first < afterPackets) return;
    this.#key = this.#key.next();
    this.#phase = nextPhase(this.#phase);
    this.#since = now;
    this.#first = Infinity;
    this.#confirmed = false;
  }

  /** The peer has acknowledged a packet. */
  confirmed(number: number): void {
    this.#confirmed ||= number >= this.#first;
  }

  /**
   * Seals a packet in place: header and frames, and 16 bytes of room for the tag.
   *
   * @throws Error if the number is not greater than all before: one that comes twice would give the key away
   */
  seal(packet: Uint8Array, headerBytes: number, number: number): void {
    if (number <= this.#last) throw new Error(`Packet ${number} comes after ${this.#last}, and cannot be sealed.`);
    this.#last = number;
    this.#first = Math.min(this.#first, number);
    this.#key.seal(packet, headerBytes, number);
  }
}
