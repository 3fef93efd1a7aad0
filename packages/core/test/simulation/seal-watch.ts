import { REKEY_NONCE, TAG_BYTES, type CryptoPort } from '../../src/crypto/crypto-port';
import type { Frame } from '../../src/wire/native/frames';
import { RESET, RETRY, decodeHeader, decodePacketFrames, isSealed } from '../../src/wire/native/packet';

/** Sees what endpoints seal before they do, so that what travels can be looked into, and checks that no nonce comes twice. */
export class SealWatch {
  readonly violations: string[] = [];
  /** The nonces that each key has sealed with. */
  readonly #nonces = new Map<string, Set<number>>();
  /** Packets that were sealed, as they were before, by the tags that they got. */
  readonly #packets = new Map<string, Uint8Array>();

  /** Cryptography that is watched. */
  readonly wrap = (crypto: CryptoPort): CryptoPort => ({
    keyPair: (secretKey) => crypto.keyPair(secretKey),
    hash: (...parts) => crypto.hash(...parts),
    hmac: (key, ...parts) => crypto.hmac(key, ...parts),
    seal: (key, nonce, bytes, headerBytes) => this.#seal(crypto, key, nonce, bytes, headerBytes),
    open: (key, nonce, bytes, headerBytes) => crypto.open(key, nonce, bytes, headerBytes),
  });

  /** The frames of a datagram, sealed or not; none if it has none. */
  framesOf(datagram: Uint8Array): readonly Frame[] {
    const header = decodeHeader(datagram);
    if (typeof header === 'string' || header.type === RESET || header.type === RETRY) return [];
    const packet = isSealed(header) ? this.#packets.get(tagOf(datagram)) : datagram;
    return packet === undefined ? [] : (decodePacketFrames(header, packet) ?? []);
  }

  #seal(crypto: CryptoPort, key: Uint8Array, nonce: number, bytes: Uint8Array, headerBytes: number): void {
    const packet = bytes.slice(0, bytes.length - TAG_BYTES);
    crypto.seal(key, nonce, bytes, headerBytes);
    // Both sides make the next key of the one before, and no packet.
    if (nonce === REKEY_NONCE) return;
    this.#packets.set(tagOf(bytes), packet);
    const text = textOf(key);
    const nonces = this.#nonces.get(text) ?? new Set();
    if (nonces.has(nonce)) this.violations.push(`a key has sealed twice with number ${nonce}`);
    this.#nonces.set(text, nonces.add(nonce));
  }
}

function tagOf(datagram: Uint8Array): string {
  return textOf(datagram.subarray(-TAG_BYTES));
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
