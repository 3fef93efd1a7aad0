// The package has no types, and whoever compiles this file needs those beside it.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- an import of a declaration file would be emitted
/// <reference path="./libsodium.d.ts" />
import { createHash, createHmac } from 'node:crypto';
import type { Libsodium } from 'libsodium';
import { DH_BYTES, KEY_BYTES, TAG_BYTES, type CryptoPort, type DhKeyPair } from './crypto-port.js';
import { NodeDhKeyPair } from './node-dh.js';

const HASH = 'blake2s256';
const NONCE_BYTES = 12;
const NUMBERS = 2 ** 32;
/** More than a datagram holds. */
const CAPACITY_BYTES = 2 ** 16;

/**
 * The suite: packets are sealed by libsodium, whose calls cost a fraction of those of `node:crypto`, which has the rest:
 * docs/decisions/0020.
 */
export class SodiumCrypto implements CryptoPort {
  readonly #sodium: Libsodium;
  /** Places in libsodium's memory, which are used again with each call. */
  readonly #key: number;
  readonly #nonce: number;
  readonly #bytes: number;

  constructor(sodium: Libsodium) {
    this.#sodium = sodium;
    this.#key = sodium._malloc(KEY_BYTES);
    this.#nonce = sodium._malloc(NONCE_BYTES);
    this.#bytes = sodium._malloc(CAPACITY_BYTES);
    sodium.HEAPU8.fill(0, this.#nonce, this.#nonce + NONCE_BYTES);
  }

  keyPair(secretKey: Uint8Array): DhKeyPair {
    if (secretKey.length !== DH_BYTES)
      throw new RangeError(`A secret key must have ${DH_BYTES} bytes, not ${secretKey.length}.`);
    this.#sodium.HEAPU8.set(secretKey, this.#key);
    this.#sodium._crypto_scalarmult_base(this.#bytes, this.#key);
    return new NodeDhKeyPair(secretKey, this.#sodium.HEAPU8.slice(this.#bytes, this.#bytes + DH_BYTES));
  }

  hash(...parts: readonly Uint8Array[]): Uint8Array {
    const hash = createHash(HASH);
    for (const part of parts) hash.update(part);
    return new Uint8Array(hash.digest());
  }

  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    const hmac = createHmac(HASH, key);
    for (const part of parts) hmac.update(part);
    return new Uint8Array(hmac.digest());
  }

  seal(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): void {
    const textBytes = bytes.length - headerBytes - TAG_BYTES;
    if (textBytes < 0 || bytes.length > CAPACITY_BYTES)
      throw new RangeError(`${bytes.length} bytes cannot be sealed behind a header of ${headerBytes}.`);
    this.#place(key, nonce, bytes);
    const text = this.#bytes + headerBytes;
    this.#sodium._crypto_aead_chacha20poly1305_ietf_encrypt(
      text,
      0,
      text,
      textBytes,
      0,
      this.#bytes,
      headerBytes,
      0,
      0,
      this.#nonce,
      this.#key,
    );
    bytes.set(this.#sodium.HEAPU8.subarray(text, text + textBytes + TAG_BYTES), headerBytes);
  }

  open(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): boolean {
    const sealedBytes = bytes.length - headerBytes;
    if (sealedBytes < TAG_BYTES || bytes.length > CAPACITY_BYTES) return false;
    this.#place(key, nonce, bytes);
    const text = this.#bytes + headerBytes;
    const status = this.#sodium._crypto_aead_chacha20poly1305_ietf_decrypt(
      text,
      0,
      0,
      text,
      sealedBytes,
      0,
      this.#bytes,
      headerBytes,
      0,
      this.#nonce,
      this.#key,
    );
    if (status !== 0) return false;
    bytes.set(this.#sodium.HEAPU8.subarray(text, text + sealedBytes - TAG_BYTES), headerBytes);
    return true;
  }

  /** Writes down what a call of libsodium works on. The nonce is 32 zero bits, and then the number as Noise §12.3 has it. */
  #place(key: Uint8Array, nonce: number, bytes: Uint8Array): void {
    const memory = this.#sodium.HEAPU8;
    memory.set(key, this.#key);
    writeUint32(memory, this.#nonce + 4, nonce >>> 0);
    writeUint32(memory, this.#nonce + 8, Math.floor(nonce / NUMBERS) >>> 0);
    memory.set(bytes, this.#bytes);
  }
}

function writeUint32(memory: Uint8Array, at: number, value: number): void {
  memory[at] = value;
  memory[at + 1] = value >>> 8;
  memory[at + 2] = value >>> 16;
  memory[at + 3] = value >>> 24;
}
