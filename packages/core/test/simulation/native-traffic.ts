import { crc32 } from 'node:zlib';
import { formatAddress, type Address } from '../../src/index';
import { NATIVE_DATAGRAM_BYTES_DEFAULT } from '../../src/limits';
import { OPENING_PACKET_BYTES_MIN } from '../../src/native-limits';
import { CALL, FAILURE, RESULT } from '../../src/wire/native/frames';
import { OPENING_PACKET, PLAIN_PACKET } from '../../src/wire/native/packet';
import { Amplification, opens } from './amplification';
import { SealWatch } from './seal-watch';

/** Watches what endpoints send: how much, to whom, whether sealed, and what of it was sent before. */
export class TrafficWatch {
  /** CALL, RESULT and FAILURE frames that were sent before; those in parts are not seen. */
  repeatedFrames = 0;
  datagrams = 0;
  bytes = 0;
  /** A number that two runs share only if they sent the same bytes at the same places. */
  fingerprint = 0;
  /** The largest datagram that may be sent once an association is open. */
  datagramBytesMax = NATIVE_DATAGRAM_BYTES_DEFAULT;
  /** Whether nothing may be sent in the clear. */
  sealed = false;
  readonly seals = new SealWatch();
  readonly amplification = new Amplification(this.seals);
  readonly #frames = new Set<string>();
  readonly #decodes: boolean;
  readonly #violations: string[] = [];

  /** @param decodes Whether to count repeated frames, which takes time. */
  constructor(decodes = false) {
    this.#decodes = decodes;
  }

  /** What no endpoint may send, and one did. */
  get violations(): string[] {
    return [...this.#violations, ...this.seals.violations, ...this.amplification.violations];
  }

  saw(datagram: Uint8Array, to: Address, from: Address): void {
    this.datagrams += 1;
    this.bytes += datagram.length;
    this.fingerprint = crc32(datagram, this.fingerprint);
    this.amplification.sent(datagram, to, from);
    this.#check(datagram, from);
    if (this.#decodes) this.#count(datagram, to);
  }

  #check(datagram: Uint8Array, from: Address): void {
    const { length } = datagram;
    const complain = (what: string): void =>
      void this.#violations.push(`${formatAddress(from)} sent ${length} bytes ${what}`);
    const bytesMax = opens(datagram) ? NATIVE_DATAGRAM_BYTES_DEFAULT : this.datagramBytesMax;
    if (length > bytesMax) complain('in one datagram');
    if (opens(datagram) && length < OPENING_PACKET_BYTES_MIN) complain('to open an association, without padding');
    if (this.sealed && (datagram[0] === OPENING_PACKET || datagram[0] === PLAIN_PACKET)) complain('in the clear');
  }

  #count(datagram: Uint8Array, to: Address): void {
    for (const frame of this.seals.framesOf(datagram)) {
      if (frame.type !== CALL && frame.type !== RESULT && frame.type !== FAILURE) continue;
      const key = `${formatAddress(to)} ${frame.type === CALL ? 'call' : 'reply'} ${frame.number}`;
      if (this.#frames.has(key)) this.repeatedFrames += 1;
      this.#frames.add(key);
    }
  }
}
