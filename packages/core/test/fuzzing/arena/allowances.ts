import { formatAddress, type Address } from '../../../src/address';
import { AMPLIFICATION_FACTOR } from '../../../src/native-limits';
import { promise } from '../target';
import type { Flight } from './arena';
import type { Party } from './party';

interface Account {
  bytesIn: number;
  bytesOut: number;
  proven: boolean;
}

/**
 * Holds parties to three bytes for each that came, to every address where nobody has shown that they receive. Reckoned from
 * outside: an address is proven to a party that has dialled it, or that gets a genuine datagram whose sender had heard what
 * the party sent there. What was not sent by an honest party proves nothing, unless it is said so.
 */
export class Allowances {
  readonly #accounts = new Map<string, Account>();
  /** By party: the accounts whose datagrams it has heard. */
  readonly #heard = new Map<string, readonly string[]>();

  /** A party opens to an address of its own choice, or somebody really is there. */
  prove(party: string, address: Address): void {
    this.#account(keyOf(party, address)).proven = true;
  }

  heardBy(party: string): readonly string[] {
    return this.#heard.get(party) ?? NONE;
  }

  sent({ name }: Party, to: Address, datagram: Uint8Array): void {
    const account = this.#account(keyOf(name, to));
    account.bytesOut += datagram.length;
    const { bytesIn, bytesOut, proven } = account;
    promise(
      proven || bytesOut <= AMPLIFICATION_FACTOR * bytesIn,
      () => `${formatAddress(to)} sent ${name} ${bytesIn} bytes, has proved nothing, and was sent ${bytesOut}`,
    );
  }

  /** Something that a party has sent arrives at another one, as if it came from `from`. */
  arrived({ name }: Party, { datagram, sender, to, shows }: Flight, from: Address): void {
    this.#account(keyOf(name, from)).bytesIn += datagram.length;
    for (const key of shows) if (key.startsWith(`${name}>`)) this.#account(key).proven = true;
    const heard = this.heardBy(name);
    const key = keyOf(sender, to);
    if (!heard.includes(key)) this.#heard.set(name, [...heard, key]);
  }

  forged({ name }: Party, from: Address, bytes: number): void {
    this.#account(keyOf(name, from)).bytesIn += bytes;
  }

  #account(key: string): Account {
    let account = this.#accounts.get(key);
    if (account === undefined) {
      account = { bytesIn: 0, bytesOut: 0, proven: false };
      this.#accounts.set(key, account);
    }
    return account;
  }
}

const NONE: readonly string[] = [];

function keyOf(party: string, address: Address): string {
  return `${party}>${formatAddress(address)}`;
}
