import { HASH_BYTES, TAG_BYTES, type CryptoPort } from '../../../crypto/crypto-port.js';
import { hkdf } from '../../../crypto/hkdf.js';
import { ascii } from './ascii.js';

/**
 * The SymmetricState of Noise, revision 34 §5.2, with the CipherState of §5.1 that belongs to it. No array in it is ever
 * written to, so a copy is cheap, and one that has gone wrong is thrown away.
 */
export class SymmetricState {
  readonly #crypto: CryptoPort;
  #chainingKey: Uint8Array;
  #hash: Uint8Array;
  #key: Uint8Array | undefined;
  #nonce = 0;

  private constructor(crypto: CryptoPort, chainingKey: Uint8Array, hash: Uint8Array) {
    this.#crypto = crypto;
    this.#chainingKey = chainingKey;
    this.#hash = hash;
  }

  /** InitializeSymmetric(). All names of this suite are longer than a hash, so they are hashed. */
  static initialize(crypto: CryptoPort, protocolName: string): SymmetricState {
    const hash = crypto.hash(ascii(protocolName));
    return new SymmetricState(crypto, hash, hash);
  }

  /** GetHandshakeHash(). */
  get handshakeHash(): Uint8Array {
    return this.#hash;
  }

  clone(): SymmetricState {
    const clone = new SymmetricState(this.#crypto, this.#chainingKey, this.#hash);
    clone.#key = this.#key;
    clone.#nonce = this.#nonce;
    return clone;
  }

  /** HasKey(). */
  get hasKey(): boolean {
    return this.#key !== undefined;
  }

  mixHash(bytes: Uint8Array): void {
    this.#hash = this.#crypto.hash(this.#hash, bytes);
  }

  mixKey(inputKeyMaterial: Uint8Array): void {
    const [chainingKey, key] = hkdf(this.#crypto, this.#chainingKey, inputKeyMaterial, 2);
    this.#chainingKey = chainingKey!;
    this.#initializeKey(key!);
  }

  mixKeyAndHash(inputKeyMaterial: Uint8Array): void {
    const [chainingKey, mixed, key] = hkdf(this.#crypto, this.#chainingKey, inputKeyMaterial, 3);
    this.#chainingKey = chainingKey!;
    this.mixHash(mixed!);
    this.#initializeKey(key!);
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#key === undefined ? plaintext : this.#encrypt(this.#key, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** Undefined if it is not genuine; the state is then of no more use. */
  decryptAndHash(ciphertext: Uint8Array): Uint8Array | undefined {
    const plaintext = this.#key === undefined ? ciphertext : this.#decrypt(this.#key, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  /** Split(): the keys of what the initiator sends, and of what the responder sends. */
  split(): [initiator: Uint8Array, responder: Uint8Array] {
    const [initiator, responder] = hkdf(this.#crypto, this.#chainingKey, NOTHING, 2);
    return [initiator!, responder!];
  }

  /**
   * A further key, split off here without a change of the state: HKDF(chaining key, label ‖ handshake hash). Noise itself
   * uses that with nothing or with 32 bytes, so no label may be empty, and none of these keys is one of its own. The hash
   * makes it a key of this very transcript, prologue included.
   */
  splitOff(label: Uint8Array): Uint8Array {
    const material = new Uint8Array(label.length + HASH_BYTES);
    material.set(label);
    material.set(this.#hash, label.length);
    return hkdf(this.#crypto, this.#chainingKey, material, 1)[0]!;
  }

  #initializeKey(key: Uint8Array): void {
    this.#key = key;
    this.#nonce = 0;
  }

  #encrypt(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(HASH_BYTES + plaintext.length + TAG_BYTES);
    bytes.set(this.#hash);
    bytes.set(plaintext, HASH_BYTES);
    this.#crypto.seal(key, this.#nonce++, bytes, HASH_BYTES);
    return bytes.subarray(HASH_BYTES);
  }

  #decrypt(key: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
    if (ciphertext.length < TAG_BYTES) return undefined;
    const bytes = new Uint8Array(HASH_BYTES + ciphertext.length);
    bytes.set(this.#hash);
    bytes.set(ciphertext, HASH_BYTES);
    if (!this.#crypto.open(key, this.#nonce++, bytes, HASH_BYTES)) return undefined;
    return bytes.subarray(HASH_BYTES, bytes.length - TAG_BYTES);
  }
}

const NOTHING = new Uint8Array(0);
