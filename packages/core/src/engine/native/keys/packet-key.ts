import { TAG_BYTES, KEY_BYTES, REKEY_NONCE, type CryptoPort } from '../../../crypto/crypto-port.js';
import { view } from '../../../wire/view.js';

/**
 * One key of one direction: the CipherState of Noise, revision 34 §5.1, with the packet number as its nonce, for datagrams
 * come in any order and not at all (§11.4). The header of a packet is its additional data.
 */
export class PacketKey {
  readonly #crypto: CryptoPort;
  readonly #key: Uint8Array;

  /** @param key 32 bytes */
  constructor(crypto: CryptoPort, key: Uint8Array) {
    this.#crypto = crypto;
    this.#key = key;
  }

  /**
   * Seals a packet in place.
   *
   * @param packet Header and frames, and 16 bytes of room for the tag.
   * @param number Never the same twice with one key: whoever calls sees to that.
   */
  seal(packet: Uint8Array, headerBytes: number, number: number): void {
    this.#crypto.seal(this.#key, number, packet, headerBytes);
  }

  /** Opens a packet in place and gives it without the tag; undefined, and not a byte has changed, if it is not genuine. */
  open(datagram: Uint8Array, headerBytes: number, number: number): Uint8Array | undefined {
    if (!this.#crypto.open(this.#key, number, datagram, headerBytes)) return undefined;
    return view(datagram, 0, datagram.length - TAG_BYTES);
  }

  /** The key after this one: REKEY() of revision 34 §4.2. It does not lead back to this one. */
  next(): PacketKey {
    const bytes = new Uint8Array(KEY_BYTES + TAG_BYTES);
    this.#crypto.seal(this.#key, REKEY_NONCE, bytes, 0);
    return new PacketKey(this.#crypto, bytes.slice(0, KEY_BYTES));
  }
}
