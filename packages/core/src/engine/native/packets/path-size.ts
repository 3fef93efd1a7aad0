import {
  FULL_PACKETS_LOST_IN_ROW_MAX,
  NATIVE_DATAGRAM_BYTES_DEFAULT,
  PATH_SIZE_RAISE_MS,
  PATH_SIZE_STEP_BYTES,
  PROBED_DATAGRAM_BYTES_MAX,
  SIZE_PROBES_MAX,
} from '../../../limits.js';
import { PART_ROOM_BYTES_MIN } from '../../../wire/native/encode-frames.js';
import type { Millis } from '../../engine.js';

/** What is looked at of a packet. */
interface SizedPacket {
  readonly number: number;
  /** Of the datagram. */
  readonly bytes: number;
}

/** What every path carries, or is not worth talking over: RFC 8899 §5.1.2 calls it BASE_PLPMTU. */
const BASE_BYTES = NATIVE_DATAGRAM_BYTES_DEFAULT;

/**
 * How large packets to one peer may be, found out by padded probes: docs/protocol.md §2.3, RFC 8899. It decides which probe
 * comes next and what its fate says; others send it, and only while there is something large to send.
 */
export class PathSize {
  #bytes = BASE_BYTES;
  /** The largest size that is tried. */
  #bytesMax: number;
  /** The least size that did not get through. */
  #failedBytes: number;
  /** What was the size before packets of it got lost in a row: tried again before any other. */
  #formerBytes: number | undefined;
  /** The number of the probe on its way, or -1, and its size; 0 if it went another way. */
  #probeNumber = -1;
  #probeBytes = 0;
  /** How many probes of the size that is tried now were lost. */
  #probesLost = 0;
  #raiseAt: Millis = Infinity;
  /** Packets above the base that were lost since one of that size arrived, and the least of them. */
  #lostInRow = 0;
  #leastLostBytes = Infinity;
  /** The newest full packet that has arrived: those before it that were lost say nothing of the size. */
  #arrivedNumber = -1;

  /** @param host Where the path leads. */
  constructor(host: string) {
    this.#bytesMax = bytesMaxTo(host);
    this.#failedBytes = this.#bytesMax + 1;
  }

  /** Bytes of the largest packet that is known to get through. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of the next probe; undefined if one is on its way, or nothing is to be found out now. */
  probeBytesAt(now: Millis): number | undefined {
    if (this.#probeNumber >= 0) return undefined;
    return now >= this.#raiseAt ? this.#bytesMax : this.#candidate();
  }

  /** A probe has been sent. */
  probed({ number, bytes }: SizedPacket, now: Millis): void {
    if (now >= this.#raiseAt) this.#failedBytes = this.#bytesMax + 1;
    this.#raiseAt = Infinity;
    this.#probeNumber = number;
    this.#probeBytes = bytes;
  }

  /** A packet has arrived. */
  arrived({ number, bytes }: SizedPacket, now: Millis): void {
    if (number === this.#probeNumber) {
      this.#probeNumber = -1;
      if (this.#probeBytes > this.#bytes) this.#use(this.#probeBytes, now);
    }
    if (bytes >= this.#leastLostBytes) this.#endRow();
    if (bytes > this.#bytes - PART_ROOM_BYTES_MIN) this.#arrivedNumber = Math.max(this.#arrivedNumber, number);
  }

  /** A packet was lost; gives whether it was a probe, whose loss is no sign of a full queue. */
  lost({ number, bytes }: SizedPacket, now: Millis): boolean {
    if (number === this.#probeNumber) {
      this.#probeNumber = -1;
      if (this.#probeBytes > 0) this.#probeLost(this.#probeBytes, now);
      return true;
    }
    if (this.#bytes > BASE_BYTES && bytes > BASE_BYTES && number > this.#arrivedNumber) this.#countLost(bytes);
    return false;
  }

  /** Nobody will hear what became of a packet. */
  forgotten({ number }: Pick<SizedPacket, 'number'>): void {
    if (number === this.#probeNumber) this.#probeNumber = -1;
  }

  /** The path leads elsewhere: what was found out does not hold. */
  startAnew(host: string): void {
    this.#bytes = BASE_BYTES;
    this.#bytesMax = bytesMaxTo(host);
    this.#failedBytes = this.#bytesMax + 1;
    this.#formerBytes = undefined;
    this.#probeBytes = 0;
    this.#probesLost = 0;
    this.#raiseAt = Infinity;
    this.#endRow();
  }

  /** The size to try next; undefined if the search is over. The largest first: most paths carry it. */
  #candidate(): number | undefined {
    const gap = this.#failedBytes - this.#bytes;
    if (this.#formerBytes !== undefined) return this.#formerBytes;
    if (this.#bytes === this.#bytesMax) return undefined;
    if (this.#failedBytes > this.#bytesMax) return this.#bytesMax;
    return gap > PATH_SIZE_STEP_BYTES ? this.#bytes + (gap >> 1) : undefined;
  }

  #use(bytes: number, now: Millis): void {
    this.#bytes = bytes;
    this.#failedBytes = Math.max(this.#failedBytes, bytes + 1);
    this.#tryNext(now);
  }

  #probeLost(bytes: number, now: Millis): void {
    this.#probesLost += 1;
    if (this.#probesLost < SIZE_PROBES_MAX) return;
    this.#failedBytes = bytes;
    this.#tryNext(now);
  }

  #tryNext(now: Millis): void {
    this.#probesLost = 0;
    this.#formerBytes = undefined;
    const isOver = this.#candidate() === undefined && this.#bytes < this.#bytesMax;
    this.#raiseAt = isOver ? now + PATH_SIZE_RAISE_MS : Infinity;
  }

  /** After several in a row it may be the size that loses them: what waits goes out in packets that every path carries. */
  #countLost(bytes: number): void {
    this.#lostInRow += 1;
    this.#leastLostBytes = Math.min(this.#leastLostBytes, bytes);
    if (this.#lostInRow < FULL_PACKETS_LOST_IN_ROW_MAX) return;
    this.#formerBytes = this.#bytes;
    this.#bytes = BASE_BYTES;
    this.#probesLost = 0;
    this.#endRow();
  }

  #endRow(): void {
    this.#lostInRow = 0;
    this.#leastLostBytes = Infinity;
  }
}

/** What Ethernet carries of 1,500 bytes, less the headers of IP and UDP. */
function bytesMaxTo(host: string): number {
  return host.includes(':') ? PROBED_DATAGRAM_BYTES_MAX.ipv6 : PROBED_DATAGRAM_BYTES_MAX.ipv4;
}
