/** The fields of frames, read one after the other up to the first that is wrong. */
import { Reader } from '@rpcudp/core/wire';

/** Where a datagram stops to make sense. */
export interface Fault {
  /** Bytes before that. */
  readonly offset: number;
  readonly reason: string;
}

/** Reads fields one after the other; the first that is wrong is the fault, and what is read after it counts for nothing. */
export class Fields {
  fault: Fault | undefined;
  /** The frame at hand, for reasons. */
  frame = '';
  readonly #reader: Reader;

  constructor(bytes: Uint8Array, at: number) {
    this.#reader = new Reader(bytes, at);
  }

  get at(): number {
    return this.#reader.at;
  }

  get remaining(): number {
    return this.#reader.remaining;
  }

  uint8(name: string): number {
    return this.#read(name, (reader) => reader.uint8());
  }

  uint32(name: string): number {
    return this.#read(name, (reader) => reader.uint32());
  }

  varint(name: string): number {
    const reserved = (this.#reader.bytes[this.at] ?? 0) >= 0xc0;
    const wrong = reserved ? `${name} is an integer that begins with the bits 11` : undefined;
    return this.#read(name, (reader) => reader.varint(), wrong);
  }

  /** A length and so many bytes. Gives the length. */
  bytes(name: string): number {
    const offset = this.at;
    const length = this.varint(`the length of ${name}`);
    const { remaining } = this;
    this.expect(length <= remaining, offset, `${name} should take ${length} bytes, and ${remaining} are left`);
    if (this.fault === undefined) this.#reader.view(length);
    return length;
  }

  /** So many bytes, without a length before them. */
  fixed(name: string, length: number): void {
    const offset = this.at;
    this.expect(length <= this.remaining, offset, `the bytes end inside ${name}`);
    if (this.fault === undefined) this.#reader.view(length);
  }

  /** Reads what the last `length` bytes hold as fields of their own; a fault there is one here. */
  inside(length: number, read: (inner: Fields) => void): void {
    if (this.fault !== undefined) return;
    const inner = new Fields(this.#reader.bytes.subarray(0, this.at), this.at - length);
    inner.frame = this.frame;
    read(inner);
    this.fault = inner.fault;
  }

  /** Notes a fault unless `fine`, or there is one already. */
  expect(fine: boolean, offset: number, reason: string): void {
    if (fine || this.fault !== undefined) return;
    this.fault = { offset, reason: this.frame === '' ? reason : `${this.frame}: ${reason}` };
  }

  #read(name: string, read: (reader: Reader) => number, wrong = `the bytes end inside ${name}`): number {
    if (this.fault !== undefined) return 0;
    const offset = this.at;
    const value = read(this.#reader);
    this.expect(!this.#reader.failed, offset, wrong);
    return value;
  }
}
