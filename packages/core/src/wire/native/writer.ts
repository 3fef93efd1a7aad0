/** The largest value of a varint. */
export const VARINT_MAX = 0x3fffffff;

/** How many bytes a varint takes. */
export function varintBytes(value: number): number {
  return value < 0x40 ? 1 : value < 0x4000 ? 2 : 4;
}

/** Writes packets into one buffer that is used again and again. The caller sees to it that what is written fits. */
export class Writer {
  at = 0;
  readonly bytes: Uint8Array;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  uint8(value: number): void {
    this.bytes[this.at++] = value;
  }

  uint32(value: number): void {
    const { bytes, at } = this;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.at = at + 4;
  }

  varint(value: number): void {
    if (value < 0x40) {
      this.bytes[this.at++] = value;
    } else if (value < 0x4000) {
      this.bytes[this.at++] = 0x40 | (value >> 8);
      this.bytes[this.at++] = value;
    } else {
      this.uint32((0x80000000 | value) >>> 0);
    }
  }

  copy(bytes: Uint8Array): void {
    // A loop beats set() for the few bytes that most arguments have.
    if (bytes.length <= 16)
      for (let index = 0; index < bytes.length; index += 1) this.bytes[this.at + index] = bytes[index]!;
    else this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** What has been written, as bytes of their own. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.at);
    this.at = 0;
    return taken;
  }
}
