/**
 * Where the frames of a packet are, and where and why one of them cannot be read. Values come from the core's decoder; this
 * walk only finds places, with the core's own reader, and a property test holds the two together.
 */
import { ACK_RANGES_MAX, FRAME_TYPES, Reader, type NativeFrame } from '@rpcudp/core/wire';

/** A place in a datagram at which it stops to make sense. */
export interface Fault {
  /** Bytes before the place. */
  readonly offset: number;
  readonly reason: string;
}

/** A frame's bytes, from `offset` to before `end`. */
export interface FramePlace {
  readonly offset: number;
  readonly end: number;
}

/** What a walk over the frames of a packet found. */
export interface WalkedFrames {
  /** The frames that can be read, up to the first that cannot. */
  readonly places: readonly FramePlace[];
  readonly fault: Fault | undefined;
}

/** The name of a frame's type; undefined if there is no such type. */
export function frameName(type: number): string | undefined {
  return Object.entries(FRAME_TYPES).find(([, known]) => known === type)?.[0];
}

/** Finds the frames in `bytes` from `at` to the end. */
export function walkFrames(bytes: Uint8Array, at: number): WalkedFrames {
  const places: FramePlace[] = [];
  const fields = new Fields(bytes, at);
  while (fields.remaining > 0) {
    const offset = fields.at;
    walkFrame(fields);
    if (fields.fault !== undefined) return { places, fault: fields.fault };
    places.push({ offset, end: fields.at });
  }
  return { places, fault: undefined };
}

/** Reads fields one after the other; the first that is wrong is the fault, and what is read after it counts for nothing. */
class Fields {
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

type Walk = (fields: Fields) => void;

const withoutFields: Walk = () => undefined;

const WALKS: Readonly<Record<NativeFrame['type'], Walk>> = {
  [FRAME_TYPES.PING]: withoutFields,
  [FRAME_TYPES.ACK]: walkAck,
  [FRAME_TYPES.HELLO]: (fields) => {
    fields.varint('the age');
    fields.varint('the message bytes accepted');
    fields.varint('the calls accepted');
  },
  [FRAME_TYPES.CALL]: walkCall,
  [FRAME_TYPES.RESULT]: (fields) => {
    fields.varint('the number');
    fields.bytes('the value');
  },
  [FRAME_TYPES.FAILURE]: (fields) => {
    fields.varint('the number');
    fields.uint8('the code');
    fields.uint8('executed');
    fields.bytes('the details');
  },
  [FRAME_TYPES.PART]: walkPart,
  [FRAME_TYPES.CANCEL]: (fields) => void fields.varint('the number'),
  [FRAME_TYPES.CLOSE]: withoutFields,
  [FRAME_TYPES.LATER]: withoutFields,
};

function walkFrame(fields: Fields): void {
  const offset = fields.at;
  fields.frame = '';
  const type = fields.uint8('the type');
  const walk = (WALKS as Readonly<Record<number, Walk>>)[type];
  fields.expect(walk !== undefined, offset, `0x${type.toString(16).padStart(2, '0')} is no frame's type`);
  fields.frame = frameName(type) ?? '';
  walk?.(fields);
}

function walkAck(fields: Fields): void {
  const largest = fields.uint32('the largest number');
  fields.varint('the delay');
  const rangesAt = fields.at;
  const ranges = fields.varint('the count of ranges');
  const fits = ranges >= 1 && ranges <= ACK_RANGES_MAX;
  fields.expect(fits, rangesAt, `${ranges} ranges, where 1 to ${ACK_RANGES_MAX} may be`);
  let lowestAt = fields.at;
  let lowest = largest - fields.varint('the first range');
  for (let index = 1; index < ranges && fields.fault === undefined; index += 1) {
    lowestAt = fields.at;
    lowest -= fields.varint('a gap') + 2;
    lowest -= fields.varint('the length of a range');
  }
  fields.expect(lowest >= 0, lowestAt, 'a range goes below packet 0');
}

function walkCall(fields: Fields): void {
  fields.varint('the number');
  const flagsAt = fields.at;
  const flags = fields.uint8('the flags');
  fields.expect((flags & 0x03) !== 3, flagsAt, 'delivery 3 is none');
  fields.expect(flags <= 0x0f, flagsAt, `flags 0x${flags.toString(16)} set bits without a meaning`);
  fields.uint32('the method');
  fields.varint('the deadline');
  if ((flags & 0x08) !== 0) fields.bytes('the metadata');
  fields.bytes('the arguments');
}

function walkPart(fields: Fields): void {
  fields.varint('the number');
  const sideAt = fields.at;
  const side = fields.uint8('the side');
  fields.expect(side <= 1, sideAt, `side ${side} is neither 0 nor 1`);
  const total = fields.varint('the total');
  const offsetAt = fields.at;
  const offset = fields.varint('the offset');
  const lengthAt = fields.at;
  const length = fields.bytes('the part');
  fields.expect(length > 0, lengthAt, 'a part without bytes');
  fields.expect(offset + length <= total, offsetAt, `bytes ${offset} to ${offset + length} of a total of ${total}`);
}
