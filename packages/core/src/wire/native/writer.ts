/** The largest value of a varint. */
export const VARINT_MAX = 0x3fffffff;

/** How many bytes a varint takes. */
export function varintBytes(value: number): number {
  return value < 0x40 ? 1 : value < 0x4000 ? 2 : 4;
}

/** How many packets of the largest size share one piece of memory, unless that gets larger than is kept for so few. */
const PACKETS_PER_SLAB = 16;
const SLAB_BYTES_MAX = 64 * 1024;

/** Pieces of memory that are kept to be used again. */
const SLABS_REUSED_MAX = 16;

/**
 * Writes packets, one after the other, into pieces of memory that several share: memory of its own for each would cost
 * more than writing it. The caller sees to it that what is written fits.
 */
export class Writer {
  readonly #capacity: number;
  readonly #slabBytes: number;
  #bytes: Uint8Array;
  /** Those that are full, and those of them that may be used again. */
  readonly #full: Uint8Array[] = [];
  readonly #free: Uint8Array[] = [];
  /** Where the packet begins. */
  #start = 0;
  #at = 0;

  /**
   * @param capacity Bytes of the largest packet.
   * @param packets How many of that size share one piece of memory.
   */
  constructor(capacity: number, packets = packetsPerSlab(capacity)) {
    this.#capacity = capacity;
    this.#slabBytes = packets * capacity;
    this.#bytes = new Uint8Array(this.#slabBytes);
  }

  /** Bytes written of this packet. */
  get length(): number {
    return this.#at - this.#start;
  }

  uint8(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  uint32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#at = at + 4;
  }

  varint(value: number): void {
    if (value < 0x40) {
      this.#bytes[this.#at++] = value;
    } else if (value < 0x4000) {
      this.#bytes[this.#at++] = 0x40 | (value >> 8);
      this.#bytes[this.#at++] = value;
    } else {
      this.uint32((0x80000000 | value) >>> 0);
    }
  }

  copy(bytes: Uint8Array): void {
    // A loop beats set() for the few bytes that most arguments have.
    if (bytes.length <= 16)
      for (let index = 0; index < bytes.length; index += 1) this.#bytes[this.#at + index] = bytes[index]!;
    else this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Leaves room for what is written later. */
  skip(bytes: number): void {
    this.#at += bytes;
  }

  /** Begins a packet. What has been written since the last was taken is forgotten. */
  begin(): void {
    if (this.#bytes.length - this.#start < this.#capacity) this.#turnOver();
    this.#at = this.#start;
  }

  /** The packet that has been written. The next one needs `begin`. */
  take(): Uint8Array {
    const taken = new Uint8Array(this.#bytes.buffer, this.#start, this.length);
    this.#start = this.#at;
    return taken;
  }

  /** Whether memory is full that could be used again. */
  get hasFullSlabs(): boolean {
    return this.#full.length > 0;
  }

  /** Nobody needs any of the packets any more that were taken. */
  reclaim(): void {
    while (this.#full.length > 0 && this.#free.length < SLABS_REUSED_MAX) this.#free.push(this.#full.pop()!);
    this.#full.length = 0;
  }

  #turnOver(): void {
    if (this.#full.length < SLABS_REUSED_MAX) this.#full.push(this.#bytes);
    this.#bytes = this.#free.pop() ?? new Uint8Array(this.#slabBytes);
    this.#start = 0;
  }
}

function packetsPerSlab(capacity: number): number {
  return Math.max(1, Math.min(PACKETS_PER_SLAB, Math.floor(SLAB_BYTES_MAX / capacity)));
}
