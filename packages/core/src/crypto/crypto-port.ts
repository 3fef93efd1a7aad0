/**
 * Cryptography as an argument, as time and chance are: what engines need of it, without a type of Node. It is the suite
 * `25519_ChaChaPoly_BLAKE2s` of the Noise Protocol Framework, revision 34 §12. Chance is no part of it: secret keys come
 * from `RandomBytes`.
 */

/** Bytes of a key of X25519, public or secret, and of what two of them agree on: DHLEN. */
export const DH_BYTES = 32;
/** Bytes of a key of ChaCha20-Poly1305. */
export const KEY_BYTES = 32;
/** Bytes of a hash of BLAKE2s: HASHLEN. */
export const HASH_BYTES = 32;
/** Bytes by which sealing makes a text longer. */
export const TAG_BYTES = 16;

/** The nonce 2^64 − 1, as the two's complement of 64 bits: Noise sets it aside for REKEY. */
export const REKEY_NONCE = -1;

/** A key pair of X25519. Its secret half stays inside. */
export interface DhKeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /**
   * DH(): the 32 bytes that both owners come to. Undefined if the other key is not 32 bytes long, or is a point of low
   * order, for which every secret gives zero: RFC 7748 §6.1.
   */
  dh(publicKey: Uint8Array): Uint8Array | undefined;
}

/** The functions of the suite. Nothing that comes from the network makes one throw. */
export interface CryptoPort {
  /** The key pair of a secret key of 32 bytes, which may be any bytes. */
  keyPair(secretKey: Uint8Array): DhKeyPair;

  /** HASH() of the parts, one after the other: 32 bytes. */
  hash(...parts: readonly Uint8Array[]): Uint8Array;

  /** HMAC-HASH() of the parts, one after the other: 32 bytes. */
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;

  /**
   * ENCRYPT(), in place: `bytes` are a header, which is authenticated and stays readable, a text, and 16 bytes of room for
   * the tag.
   *
   * @param nonce A whole number below 2^53, or `REKEY_NONCE`, 2^64 − 1; never the same twice with one key.
   */
  seal(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): void;

  /** DECRYPT(), in place: the reverse of `seal`. False, and not a byte has changed, if they are not genuine. */
  open(key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): boolean;
}
