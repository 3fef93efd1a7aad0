import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../ids/node-id.js';

/** How long a token is taken, in milliseconds, at least; at most twice that. */
export const TOKEN_MS = 300_000;

/** Bytes of a token. */
export const TOKEN_BYTES = 16;

const SECRET_BYTES = 32;

/**
 * Proofs that whoever stores something has asked before, and has got the answer: whoever forges its address gets none. A token is a
 * hash of the address with a secret that changes, so that nothing has to be remembered of those who ask.
 */
export class StoreTokens {
  readonly #random: RandomBytes;
  #secret: Uint8Array;
  #before: Uint8Array;
  #changesAt: number;

  constructor(now: number, random: RandomBytes) {
    this.#random = random;
    this.#secret = random(SECRET_BYTES);
    this.#before = random(SECRET_BYTES);
    this.#changesAt = now + TOKEN_MS;
  }

  /** The token of an address, to be shown with what it wants to be stored. */
  issue(address: string, now: number): Uint8Array {
    this.#passTime(now);
    return tokenOf(this.#secret, address);
  }

  /** Whether a token is one that this address got not long ago. */
  accepts(token: Uint8Array, address: string, now: number): boolean {
    this.#passTime(now);
    if (token.length !== TOKEN_BYTES) return false;
    return [this.#secret, this.#before].some((secret) => timingSafeEqual(tokenOf(secret, address), token));
  }

  #passTime(now: number): void {
    if (now < this.#changesAt) return;
    // After a long pause both are old.
    this.#before = now < this.#changesAt + TOKEN_MS ? this.#secret : this.#random(SECRET_BYTES);
    this.#secret = this.#random(SECRET_BYTES);
    this.#changesAt = now + TOKEN_MS;
  }
}

function tokenOf(secret: Uint8Array, address: string): Uint8Array {
  return createHmac('sha256', secret).update(address, 'utf8').digest().subarray(0, TOKEN_BYTES);
}
