import { formatAddress, type Address } from '../../src/index';
import { AMPLIFICATION_FACTOR } from '../../src/native-limits';
import { HELLO, PATH_CHALLENGE, PATH_RESPONSE, RETRY_TOKEN_FEATURE, featureOf } from '../../src/wire/native/frames';
import { OPENING_PACKET, RESET, RETRY, SEALED_OPENING_PACKET, decodePacket } from '../../src/wire/native/packet';
import type { SealWatch } from './seal-watch';

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
 * §5.3, §5.4 and §5.8. Reckoned from the datagrams alone, and where they leave it open in favour of the sender.
 */
export class Amplification {
  readonly violations: string[] = [];
  /** By which name an endpoint is known that has been at several hosts. */
  readonly #names = new Map<string, string>();
  readonly #acquaintances = new Map<string, Acquaintance>();
  /** Whom each challenge and each token of a retry was sent to, by its bytes. */
  readonly #challenged = new Map<string, Acquaintance>();
  readonly #seals: SealWatch;

  constructor(seals: SealWatch) {
    this.#seals = seals;
  }

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
    for (const bytes of this.#challengesIn(datagram)) this.#challenged.set(bytes, acquaintance);
    this.#check(acquaintance, to, from);
  }

  arrived(datagram: Uint8Array, to: Address, from: Address): void {
    const acquaintance = this.#acquaintance(to, from);
    acquaintance.bytesReceived += datagram.length;
    if (this.#challenged.size > 0) {
      for (const bytes of this.#responsesIn(datagram)) {
        const challenged = this.#challenged.get(bytes);
        if (challenged !== undefined) challenged.proven = true;
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

  /** What a datagram asks to be sent back. */
  #challengesIn(datagram: Uint8Array): string[] {
    const packet = decodePacket(datagram);
    if (typeof packet === 'object' && packet.type === RETRY) return textOf(packet.token);
    return this.#seals
      .framesOf(datagram)
      .flatMap((frame) => (frame.type === PATH_CHALLENGE ? textOf(frame.bytes) : []));
  }

  /** What a datagram sends back. */
  #responsesIn(datagram: Uint8Array): string[] {
    const packet = decodePacket(datagram);
    if (typeof packet === 'object' && packet.type === SEALED_OPENING_PACKET) return textOf(packet.token);
    return this.#seals.framesOf(datagram).flatMap((frame) => {
      if (frame.type === HELLO) return textOf(featureOf(frame, RETRY_TOKEN_FEATURE));
      return frame.type === PATH_RESPONSE ? textOf(frame.bytes) : [];
    });
  }

  #nameOf(host: string): string {
    return this.#names.get(host) ?? host;
  }
}

/** Whether a datagram opens an association: an opening packet whose destination id is zero. */
export function opens(datagram: Uint8Array): boolean {
  const isOpening = datagram[0] === OPENING_PACKET || datagram[0] === SEALED_OPENING_PACKET;
  return isOpening && datagram.subarray(10, 18).every((byte) => byte === 0);
}

function textOf(bytes: Uint8Array | undefined): string[] {
  return bytes === undefined ? [] : [Buffer.from(bytes).toString('hex')];
}
