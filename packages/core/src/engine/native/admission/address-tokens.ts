import { formatAddress, type Address } from '../../../address.js';
import { constantTimeEqual } from '../../../crypto/constant-time-equal.js';
import { RETRY_SECRET_MS, RETRY_TOKEN_MS } from '../../../native-limits.js';
import { view } from '../../../wire/view.js';
import type { Mac, Millis, RandomBytes } from '../../engine.js';

const TIME_BYTES = 4;
/** Of 32: as many as an id's, twice. Who guesses has one try for each packet. */
const MAC_BYTES = 16;
const SECRET_BYTES = 32;
/** More than an IPv6 address with a zone and a port has; of longer ones, the array is made anew. */
const ADDRESS_CHARACTERS_MAX = 128;

/** Bytes of a token. */
export const TOKEN_BYTES = TIME_BYTES + MAC_BYTES;

/**
 * Tokens that only who receives at an address can know, and of which nothing is kept: docs/protocol.md §5.8. A token is
 * the time at which it was given, in milliseconds, and a code over that and the address, under a secret that is drawn anew
 * from time to time.
 */
export class AddressTokens {
  readonly #mac: Mac;
  readonly #random: RandomBytes;
  readonly #start: Millis;
  /** What codes are made over, one after the other: a flood asks for thousands in a second. */
  readonly #covered = new Uint8Array(TIME_BYTES + ADDRESS_CHARACTERS_MAX);
  /** By period, of which the last two are kept. */
  readonly #secrets = new Map<number, Uint8Array>();

  constructor(mac: Mac, random: RandomBytes, start: Millis) {
    this.#mac = mac;
    this.#random = random;
    this.#start = start;
  }

  /** A token for an address. */
  issue(to: Address, now: Millis): Uint8Array {
    const token = new Uint8Array(TOKEN_BYTES);
    const time = this.#time(now);
    writeUint32(token, time);
    const period = Math.floor(time / RETRY_SECRET_MS);
    token.set(this.#code(token, to, this.#secrets.get(period) ?? this.#draw(period)), TIME_BYTES);
    return token;
  }

  /** Whether a token was given to this address, and not too long ago. */
  isFresh(token: Uint8Array, from: Address, now: Millis): boolean {
    if (token.length !== TOKEN_BYTES) return false;
    const time = readUint32(token);
    const age = this.#time(now) - time;
    if (age < 0 || age > RETRY_TOKEN_MS) return false;
    const secret = this.#secrets.get(Math.floor(time / RETRY_SECRET_MS));
    return secret !== undefined && constantTimeEqual(this.#code(token, from, secret), token.subarray(TIME_BYTES));
  }

  #time(now: Millis): number {
    return Math.floor(now - this.#start) % 2 ** 32;
  }

  #code(token: Uint8Array, address: Address, secret: Uint8Array): Uint8Array {
    const text = formatAddress(address);
    const covered = text.length <= ADDRESS_CHARACTERS_MAX ? this.#covered : new Uint8Array(TIME_BYTES + text.length);
    for (let index = 0; index < TIME_BYTES; index += 1) covered[index] = token[index]!;
    for (let index = 0; index < text.length; index += 1) covered[TIME_BYTES + index] = text.charCodeAt(index);
    return view(this.#mac(secret, view(covered, 0, TIME_BYTES + text.length)), 0, MAC_BYTES);
  }

  /** The secret of a period that has begun; that of the last one still checks what was given under it. */
  #draw(period: number): Uint8Array {
    for (const known of this.#secrets.keys()) if (known !== period - 1) this.#secrets.delete(known);
    const secret = this.#random(SECRET_BYTES).slice();
    this.#secrets.set(period, secret);
    return secret;
  }
}

function writeUint32(bytes: Uint8Array, value: number): void {
  for (let index = 0; index < TIME_BYTES; index += 1) bytes[index] = Math.floor(value / 2 ** (24 - 8 * index)) % 256;
}

function readUint32(bytes: Uint8Array): number {
  let value = 0;
  for (let index = 0; index < TIME_BYTES; index += 1) value = value * 256 + bytes[index]!;
  return value;
}
