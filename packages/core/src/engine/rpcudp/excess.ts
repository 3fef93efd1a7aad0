import type { Address } from '../../address.js';
import { AMPLIFICATION_FACTOR } from '../../native-limits.js';
import { RPCUDP_SOURCES_MAX } from '../../limits.js';
import type { Millis } from '../engine.js';
import { sourceOf } from '../sources/prefix.js';

/** A request and its answer, as datagrams. */
export interface Exchange {
  readonly requestBytes: number;
  readonly answerBytes: number;
}

interface Account {
  bytes: number;
  /** When it held so many. */
  at: Millis;
}

/**
 * What was answered to each source beyond three bytes for each that came from it. Requests of this wire can carry any source
 * address and nothing proves it, so answers that are larger than requests are bounded: docs/rpcudp-wire.md §4.
 *
 * Each source has room for one second of the rate, which comes back at that rate. Who is answered as much as they sent, or up
 * to three times that, has no account at all.
 */
export class Excess {
  readonly #bytesPerSecond: number;
  /** In the order in which they were opened. */
  readonly #accounts = new Map<string, Account>();

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** How many sources have an account. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Whether a source has been answered as much as it may be. */
  isUsedUp({ host }: Address, now: Millis): boolean {
    return this.#accounts.size > 0 && this.#owed(sourceOf(host, 'host'), now) >= this.#bytesPerSecond;
  }

  /** Counts an answer to a source, if there is room for it; else gives false. */
  take({ host }: Address, { requestBytes, answerBytes }: Exchange, now: Millis): boolean {
    const bytes = answerBytes - AMPLIFICATION_FACTOR * requestBytes;
    if (bytes <= 0 || this.#bytesPerSecond === Infinity) return true;
    const source = sourceOf(host, 'host');
    const owed = this.#owed(source, now) + bytes;
    if (owed > this.#bytesPerSecond) return false;
    const account = this.#accounts.get(source) ?? this.#open(source);
    account.bytes = owed;
    account.at = now;
    return true;
  }

  #owed(source: string, now: Millis): number {
    const account = this.#accounts.get(source);
    if (account === undefined) return 0;
    const left = account.bytes - ((now - account.at) / 1000) * this.#bytesPerSecond;
    if (left > 0) return left;
    this.#accounts.delete(source);
    return 0;
  }

  /** Where there are too many, the oldest is closed: whoever makes so many has shared out what they get among them. */
  #open(source: string): Account {
    if (this.#accounts.size >= RPCUDP_SOURCES_MAX) {
      const [oldest] = this.#accounts.keys();
      this.#accounts.delete(oldest!);
    }
    const account: Account = { bytes: 0, at: 0 };
    this.#accounts.set(source, account);
    return account;
  }
}
