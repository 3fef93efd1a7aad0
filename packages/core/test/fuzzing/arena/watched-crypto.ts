import { REKEY_NONCE, type CryptoPort, type DhKeyPair } from '../../../src/crypto/crypto-port';
import { hexOf } from '../same-data';
import { promise } from '../target';

/** Key pairs take most of the time of a handshake, and one seed draws the same ones again and again. */
const PAIRS = new Map<string, DhKeyPair>();

class RememberingKeyPair implements DhKeyPair {
  readonly publicKey: Uint8Array;
  readonly #real: DhKeyPair;
  readonly #agreed = new Map<string, Uint8Array | undefined>();

  constructor(real: DhKeyPair) {
    this.#real = real;
    this.publicKey = real.publicKey;
  }

  dh(publicKey: Uint8Array): Uint8Array | undefined {
    const key = hexOf(publicKey);
    if (!this.#agreed.has(key)) {
      if (this.#agreed.size >= AGREED_MAX) this.#agreed.clear();
      this.#agreed.set(key, this.#real.dh(publicKey));
    }
    return this.#agreed.get(key)?.slice();
  }
}

const AGREED_MAX = 1000;

/** Cryptography that lets nobody seal two texts with one key and number. */
export class WatchedCrypto implements CryptoPort {
  readonly #real: CryptoPort;
  readonly #sealed = new Map<string, string>();

  constructor(real: CryptoPort) {
    this.#real = real;
  }

  keyPair(secretKey: Uint8Array): DhKeyPair {
    const key = hexOf(secretKey);
    const known = PAIRS.get(key) ?? new RememberingKeyPair(this.#real.keyPair(secretKey));
    PAIRS.set(key, known);
    return known;
  }

  hash(...parts: Uint8Array[]): Uint8Array {
    return this.#real.hash(...parts);
  }

  hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
    return this.#real.hmac(key, ...parts);
  }

  seal(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): void {
    const use = `${hexOf(key)} ${nonce}`;
    const text = hexOf(bytes);
    const before = this.#sealed.get(use);
    promise(nonce === REKEY_NONCE || before === undefined || before === text, () => `two texts are sealed by ${use}`);
    this.#sealed.set(use, text);
    this.#real.seal(key, nonce, bytes, headerBytes);
  }

  open(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): boolean {
    return this.#real.open(key, nonce, bytes, headerBytes);
  }
}
