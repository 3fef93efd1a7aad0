import { crc32 } from 'node:zlib';
import { formatAddress, type Address } from '../../src/index';
import { CALL, FAILURE, RESULT } from '../../src/wire/native/frames';
import { decodePacket } from '../../src/wire/native/packet';
import { Amplification } from './amplification';

/** Watches what endpoints send: how much, to whom, and what of it was sent before. */
export class TrafficWatch {
  /** CALL, RESULT and FAILURE frames that were sent before; those in parts are not seen. */
  repeatedFrames = 0;
  datagrams = 0;
  bytes = 0;
  /** A number that two runs share only if they sent the same bytes at the same places. */
  fingerprint = 0;
  readonly amplification = new Amplification();
  readonly #frames = new Set<string>();
  readonly #decodes: boolean;

  /** @param decodes Whether to count repeated frames, which takes time. */
  constructor(decodes = false) {
    this.#decodes = decodes;
  }

  saw(datagram: Uint8Array, to: Address, from: Address): void {
    this.datagrams += 1;
    this.bytes += datagram.length;
    this.fingerprint = crc32(datagram, this.fingerprint);
    this.amplification.sent(datagram, to, from);
    if (this.#decodes) this.#count(datagram, to);
  }

  #count(datagram: Uint8Array, to: Address): void {
    const packet = decodePacket(datagram);
    if (typeof packet === 'string' || !('frames' in packet)) return;
    for (const frame of packet.frames) {
      if (frame.type !== CALL && frame.type !== RESULT && frame.type !== FAILURE) continue;
      const key = `${formatAddress(to)} ${frame.type === CALL ? 'call' : 'reply'} ${frame.number}`;
      if (this.#frames.has(key)) this.repeatedFrames += 1;
      this.#frames.add(key);
    }
  }
}
