import type { CryptoPort } from '../../../crypto/crypto-port.js';
import { OLD_KEY_KEPT_MS } from '../../../native-limits.js';
import type { Millis } from '../../engine.js';
import { PacketKey } from './packet-key.js';
import { nextPhase, type KeyPhase } from './send-keys.js';

/** The keys of what the peer sends: the present one, the one before it for a while, and the one after it. */
export class ReceiveKeys {
  #key: PacketKey;
  #phase: KeyPhase = 0;
  /** The lowest number that the key has opened; `Infinity` before that. */
  #first = Infinity;
  #old: PacketKey | undefined;
  #oldUntil: Millis = -Infinity;
  /** Made when it is first asked for, and kept: forged packets shall not cost a key each. */
  #next: PacketKey | undefined;

  /** @param key 32 bytes */
  constructor(crypto: CryptoPort, key: Uint8Array) {
    this.#key = new PacketKey(crypto, key);
  }

  /**
   * Opens a packet in place and gives it without its tag; undefined if it is not genuine, and nothing has changed then. A
   * genuine packet of the next phase makes that the present one. It may be one that has been opened before: duplicates are
   * recognised by their numbers, by others.
   *
   * @param phase As the header says.
   */
  open(
    datagram: Uint8Array,
    headerBytes: number,
    number: number,
    phase: KeyPhase,
    now: Millis,
  ): Uint8Array | undefined {
    if (now >= this.#oldUntil) this.#old = undefined;
    if (phase === this.#phase) {
      const packet = this.#key.open(datagram, headerBytes, number);
      if (packet !== undefined && number < this.#first) this.#first = number;
      return packet;
    }
    if (number < this.#first) return this.#old?.open(datagram, headerBytes, number);
    this.#next ??= this.#key.next();
    const packet = this.#next.open(datagram, headerBytes, number);
    if (packet !== undefined) this.#renew(this.#next, number, now);
    return packet;
  }

  #renew(key: PacketKey, number: number, now: Millis): void {
    this.#old = this.#key;
    this.#oldUntil = now + OLD_KEY_KEPT_MS;
    this.#key = key;
    this.#next = undefined;
    this.#phase = nextPhase(this.#phase);
    this.#first = number;
  }
}
