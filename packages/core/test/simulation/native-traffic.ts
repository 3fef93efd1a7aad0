import { crc32 } from 'node:zlib';
import { formatAddress, type Address } from '../../src/index';
import { decodePacket } from '../../src/wire/native/packet';
import { CALL, RESULT, FAILURE } from '../../src/wire/native/frames';

/** What one side has sent another. */
interface Flow {
  datagrams: number;
  bytes: number;
}

/** Watches what endpoints send: how much, to whom, and what of it was sent before. */
export class TrafficWatch {
  /** CALL, RESULT and FAILURE frames that were sent before; those in parts are not seen. */
  repeatedFrames = 0;
  datagrams = 0;
  bytes = 0;
  /** A number that two runs share only if they sent the same bytes at the same places. */
  fingerprint = 0;
  readonly #flows = new Map<string, Flow>();
  readonly #frames = new Set<string>();
  readonly #watched: Address[] = [];
  readonly #decodes: boolean;

  /** @param decodes Whether to count repeated frames, which takes time. */
  constructor(decodes = false) {
    this.#decodes = decodes;
  }

  saw(datagram: Uint8Array, to: Address, from: Address): void {
    const flow = this.#flow(to, from);
    flow.datagrams += 1;
    flow.bytes += datagram.length;
    this.datagrams += 1;
    this.bytes += datagram.length;
    this.fingerprint = crc32(datagram, this.fingerprint);
    if (this.#decodes) this.#count(datagram, to);
  }

  /** This address never proves itself. */
  watch(address: Address): void {
    this.#watched.push(address);
  }

  /** Amplification. */
  get violations(): string[] {
    return this.#watched.flatMap((address) => {
      const at = formatAddress(address);
      let [sent, got] = [0, 0];
      for (const [ends, { bytes }] of this.#flows) {
        if (ends.startsWith(`${at}>`)) sent += bytes;
        if (ends.endsWith(`>${at}`)) got += bytes;
      }
      return got > 3 * sent ? [`${at} sent ${sent} bytes, never proved its address, and was sent ${got}`] : [];
    });
  }

  #flow(to: Address, from: Address): Flow {
    const ends = `${formatAddress(from)}>${formatAddress(to)}`;
    let flow = this.#flows.get(ends);
    if (flow === undefined) this.#flows.set(ends, (flow = { datagrams: 0, bytes: 0 }));
    return flow;
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
