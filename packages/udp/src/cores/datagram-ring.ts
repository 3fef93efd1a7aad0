import type { Address } from '@rpcudp/core';

/** What becomes of a datagram in the ring. */
export const KINDS = ['plain', 'watched', 'stray'] as const;
/** `'watched'` of one whose failure is to be told, `'stray'` of one that is handed on to another worker. */
export type RingKind = (typeof KINDS)[number];

/** A datagram, where it came from or goes to, and what was noted with it. */
export interface RingEntry {
  readonly datagram: Buffer;
  readonly address: Address;
  readonly kind: RingKind;
  /** What a watched one is known by, 32 bits. */
  readonly number: number;
}

/** Positions in the head, each in a cache line of its own: both sides write all the time. */
const WRITTEN = 0;
const READ = 16;
const ASLEEP = 32;
const HEAD_BYTES = 192;

/** Bytes of datagram, port, kind, bytes of host, number; then the host and the datagram. */
const ENTRY_HEAD_BYTES = 12;
const HOST_BYTES_MAX = 255;
/** In place of an entry: the next one is at the beginning. */
const WRAP = 0xffffffff;

/**
 * Datagrams between two threads, one of which writes and the other reads, in shared memory of a fixed size: what does not fit
 * is lost, as in a socket's buffer. A reader that has nothing to do says that it sleeps, and whoever writes then wakes it.
 */
export class DatagramRing {
  readonly #head: Int32Array;
  readonly #bytes: Buffer;

  /** @param memory What {@link DatagramRing.memory} gave. */
  constructor(memory: SharedArrayBuffer) {
    this.#head = new Int32Array(memory, 0, HEAD_BYTES / 4);
    this.#bytes = Buffer.from(memory, HEAD_BYTES);
  }

  /** Memory for a ring. @param bytes A power of two. */
  static memory(bytes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(HEAD_BYTES + bytes);
  }

  /** Adds a datagram; gives whether it fitted. For the writer. */
  write(datagram: Uint8Array, { host, port }: Address, kind: RingKind = 'plain', number = 0): boolean {
    const hostBytes = Buffer.byteLength(host);
    if (hostBytes > HOST_BYTES_MAX) return false;
    const entryBytes = aligned(ENTRY_HEAD_BYTES + hostBytes + datagram.length);
    const place = this.#placeFor(entryBytes);
    if (place === undefined) return false;
    const bytes = this.#bytes;
    const { at } = place;
    bytes.writeUInt32LE(datagram.length, at);
    bytes.writeUInt16LE(port, at + 4);
    bytes.writeUInt8(KINDS.indexOf(kind), at + 6);
    bytes.writeUInt8(hostBytes, at + 7);
    bytes.writeUInt32LE(number, at + 8);
    bytes.write(host, at + ENTRY_HEAD_BYTES);
    bytes.set(datagram, at + ENTRY_HEAD_BYTES + hostBytes);
    Atomics.store(this.#head, WRITTEN, place.position + entryBytes);
    return true;
  }

  /** Whether the reader sleeps, and whoever asks is to wake it: asked once, it counts as awake. For the writer. */
  takeWake(): boolean {
    return Atomics.load(this.#head, ASLEEP) === 1 && Atomics.compareExchange(this.#head, ASLEEP, 1, 0) === 1;
  }

  /** Takes the oldest datagram, with memory of its own; undefined if there is none. For the reader. */
  read(): RingEntry | undefined {
    const bytes = this.#bytes;
    let position = this.#head[READ]!;
    if (position === Atomics.load(this.#head, WRITTEN)) return undefined;
    let at = this.#at(position);
    if (bytes.readUInt32LE(at) === WRAP) {
      position += bytes.length - at;
      at = 0;
    }
    const datagramBytes = bytes.readUInt32LE(at);
    const datagramAt = at + ENTRY_HEAD_BYTES + bytes.readUInt8(at + 7);
    const entry = {
      datagram: Buffer.allocUnsafe(datagramBytes),
      address: { host: bytes.toString('utf8', at + ENTRY_HEAD_BYTES, datagramAt), port: bytes.readUInt16LE(at + 4) },
      kind: KINDS[bytes.readUInt8(at + 6)]!,
      number: bytes.readUInt32LE(at + 8),
    };
    bytes.copy(entry.datagram, 0, datagramAt, datagramAt + datagramBytes);
    Atomics.store(this.#head, READ, position + aligned(datagramAt - at + datagramBytes));
    return entry;
  }

  /** Says that the reader sleeps; false if something has come meanwhile, and it must not. For the reader. */
  sleep(): boolean {
    Atomics.store(this.#head, ASLEEP, 1);
    if (this.#head[READ] === Atomics.load(this.#head, WRITTEN)) return true;
    Atomics.store(this.#head, ASLEEP, 0);
    return false;
  }

  /** Where an entry goes, behind what fills up the end if it does not fit there; undefined if there is no room. */
  #placeFor(entryBytes: number): { at: number; position: number } | undefined {
    const size = this.#bytes.length;
    const written = this.#head[WRITTEN]!;
    const free = size - ((written - Atomics.load(this.#head, READ)) >>> 0);
    const at = this.#at(written);
    const skipped = at + entryBytes > size ? size - at : 0;
    if (skipped + entryBytes > free) return undefined;
    if (skipped === 0) return { at, position: written };
    this.#bytes.writeUInt32LE(WRAP, at);
    return { at: 0, position: written + skipped };
  }

  /** Positions count on for ever, in 32 bits, of which the size is a power of two. */
  #at(position: number): number {
    return position & (this.#bytes.length - 1);
  }
}

/** Entries begin where a number of 32 bits may. */
function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}
