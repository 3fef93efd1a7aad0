import { formatAddress, type Address } from '../../src/index';
import { AMPLIFICATION_FACTOR } from '../../src/native-limits';
import { PATH_CHALLENGE, PATH_RESPONSE } from '../../src/wire/native/frames';
import { OPENING_PACKET, RESET, decodePacket } from '../../src/wire/native/packet';

/** What one endpoint knows of an address, as far as its datagrams tell. */
interface Acquaintance {
  bytesReceived: number;
  bytesSent: number;
  /** Whether an association was opened from there: then it is proven by a packet that names the endpoint's id. */
  hasOpened: boolean;
  proven: boolean;
}

/**
 * Checks that nobody sends more than three times what came from an address before that address is proven: docs/protocol.md
 * §5.3 and §5.4. Reckoned from the datagrams alone, and where they leave it open in favour of the sender.
 */
export class Amplification {
  readonly violations: string[] = [];
  /** By which name an endpoint is known that has been at several hosts. */
  readonly #names = new Map<string, string>();
  readonly #acquaintances = new Map<string, Acquaintance>();
  /** Whom each challenge was sent to, by its bytes. */
  readonly #challenged = new Map<string, Acquaintance>();

  /** The endpoint at `host` is the one that was at `before`. */
  moved(before: string, host: string): void {
    this.#names.set(host, this.#nameOf(before));
  }

  sent(datagram: Uint8Array, to: Address, from: Address): void {
    const acquaintance = this.#acquaintance(from, to);
    acquaintance.bytesSent += datagram.length;
    if (acquaintance.proven || datagram[0] === RESET) return;
    // Whoever dials an address has chosen it.
    if (opens(datagram) && acquaintance.bytesReceived === 0) acquaintance.proven = true;
    for (const bytes of pathBytes(datagram, PATH_CHALLENGE)) this.#challenged.set(bytes, acquaintance);
    this.#check(acquaintance, to, from);
  }

  arrived(datagram: Uint8Array, to: Address, from: Address): void {
    const acquaintance = this.#acquaintance(to, from);
    acquaintance.bytesReceived += datagram.length;
    if (this.#challenged.size > 0) {
      for (const bytes of pathBytes(datagram, PATH_RESPONSE)) {
        const challenged = this.#challenged.get(bytes);
        if (challenged !== undefined) challenged.proven = true;
        this.#challenged.delete(bytes);
      }
    }
    if (acquaintance.proven) return;
    if (opens(datagram)) acquaintance.hasOpened = true;
    else if (acquaintance.hasOpened) acquaintance.proven = true;
  }

  #check({ proven, bytesReceived, bytesSent }: Acquaintance, to: Address, from: Address): void {
    if (proven || bytesSent <= AMPLIFICATION_FACTOR * bytesReceived) return;
    const [at, sender] = [formatAddress(to), formatAddress(from)];
    this.violations.push(`${at} sent ${bytesReceived} bytes, had proved nothing, and ${sender} sent it ${bytesSent}`);
  }

  #acquaintance(endpoint: Address, address: Address): Acquaintance {
    const key = `${this.#nameOf(endpoint.host)}>${formatAddress(address)}`;
    let known = this.#acquaintances.get(key);
    if (known === undefined) {
      known = { bytesReceived: 0, bytesSent: 0, hasOpened: false, proven: false };
      this.#acquaintances.set(key, known);
    }
    return known;
  }

  #nameOf(host: string): string {
    return this.#names.get(host) ?? host;
  }
}

/** Whether a datagram opens an association: an opening packet whose destination id is zero. */
function opens(datagram: Uint8Array): boolean {
  return datagram[0] === OPENING_PACKET && datagram.subarray(10, 18).every((byte) => byte === 0);
}

/** What the PATH_CHALLENGE or PATH_RESPONSE frames of a datagram hold. */
function pathBytes(datagram: Uint8Array, type: typeof PATH_CHALLENGE | typeof PATH_RESPONSE): string[] {
  const packet = decodePacket(datagram);
  if (typeof packet === 'string' || !('frames' in packet)) return [];
  return packet.frames.flatMap((frame) => (frame.type === type ? [Buffer.from(frame.bytes).toString('hex')] : []));
}
