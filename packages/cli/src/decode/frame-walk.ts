/**
 * Where the frames of a packet are, and where and why one of them cannot be read. Values come from the core's decoder; this
 * walk only finds offsets, with the core's own reader, and a property test holds the two together.
 */
import { ACK_RANGES_MAX, FRAME_TYPES, type NativeFrame } from '@rpcudp/core/wire';
import { Fields, type Fault } from './fields.js';

/** A frame's bytes, from `offset` to before `end`. */
export interface FrameSpan {
  readonly offset: number;
  readonly end: number;
}

/** What a walk over the frames of a packet found. */
export interface WalkedFrames {
  /** The frames that can be read, up to the first that cannot, without PADDING. */
  readonly spans: readonly FrameSpan[];
  /** Bytes of PADDING between and after them. */
  readonly paddingBytes: number;
  readonly fault: Fault | undefined;
}

/** The name of a frame's type; undefined if there is no such type. */
export function frameName(type: number): string | undefined {
  return Object.entries(FRAME_TYPES).find(([, known]) => known === type)?.[0];
}

/** Finds the frames in `bytes` from `start` to the end. HELLO may only be the first. */
export function walkFrames(bytes: Uint8Array, start: number): WalkedFrames {
  const spans: FrameSpan[] = [];
  let paddingBytes = 0;
  const fields = new Fields(bytes, start);
  while (fields.remaining > 0) {
    const offset = fields.at;
    const type = walkFrame(fields);
    const misplaced = type === FRAME_TYPES.HELLO && offset !== start;
    fields.expect(!misplaced, offset, 'it stands first in an opening packet, and nowhere else');
    if (fields.fault !== undefined) break;
    if (type === FRAME_TYPES.PADDING) paddingBytes += 1;
    else spans.push({ offset, end: fields.at });
  }
  return { spans, paddingBytes, fault: fields.fault };
}

/** Bytes of a PATH_CHALLENGE and of a PATH_RESPONSE. */
const PATH_BYTES = 8;

type Walk = (fields: Fields) => void;

const withoutFields: Walk = () => undefined;
const walkPath: Walk = (fields) => fields.fixed('the bytes', PATH_BYTES);

const WALKS: Readonly<Record<NativeFrame['type'] | typeof FRAME_TYPES.PADDING, Walk>> = {
  [FRAME_TYPES.PADDING]: withoutFields,
  [FRAME_TYPES.PING]: withoutFields,
  [FRAME_TYPES.ACK]: walkAck,
  [FRAME_TYPES.HELLO]: walkHello,
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
  [FRAME_TYPES.ITEM]: (fields) => {
    walkStream(fields);
    fields.varint('the index');
    fields.bytes('the item');
  },
  [FRAME_TYPES.ITEM_PART]: (fields) => {
    walkStream(fields);
    fields.varint('the index');
    walkPiece(fields);
  },
  [FRAME_TYPES.CREDIT]: (fields) => {
    walkStream(fields);
    fields.varint('the count of items taken');
    fields.varint('the items allowed');
    fields.varint('the bytes allowed');
  },
  [FRAME_TYPES.END]: (fields) => {
    walkStream(fields);
    fields.varint('the count of items');
    fields.uint8('the code');
    fields.bytes('the value');
  },
  [FRAME_TYPES.STOP]: (fields) => void fields.varint('the number'),
  [FRAME_TYPES.PATH_CHALLENGE]: walkPath,
  [FRAME_TYPES.PATH_RESPONSE]: walkPath,
};

/** Gives the type of the frame. */
function walkFrame(fields: Fields): number {
  const offset = fields.at;
  fields.frame = '';
  const type = fields.uint8('the type');
  const walk = (WALKS as Readonly<Record<number, Walk>>)[type];
  fields.expect(walk !== undefined, offset, `0x${type.toString(16).padStart(2, '0')} is no frame's type`);
  fields.frame = frameName(type) ?? '';
  walk?.(fields);
  return type;
}

function walkAck(fields: Fields): void {
  fields.uint32('the largest number');
  fields.varint('the delay');
  const rangesAt = fields.at;
  const ranges = fields.varint('the count of ranges');
  const fits = ranges >= 1 && ranges <= ACK_RANGES_MAX;
  fields.expect(fits, rangesAt, `${ranges} ranges, where 1 to ${ACK_RANGES_MAX} may be`);
  fields.varint('the first range');
  for (let index = 1; index < ranges && fields.fault === undefined; index += 1) {
    fields.varint('a gap');
    fields.varint('the length of a range');
  }
}

function walkHello(fields: Fields): void {
  fields.varint('the age');
  fields.varint('the message bytes accepted');
  fields.varint('the calls accepted');
  fields.inside(fields.bytes('the features'), (features) => {
    while (features.remaining > 0 && features.fault === undefined) {
      features.varint('the id of a feature');
      features.bytes('a feature');
    }
  });
}

function walkCall(fields: Fields): void {
  const numberAt = fields.at;
  const number = fields.varint('the number');
  const flagsAt = fields.at;
  const flags = fields.uint8('the flags');
  const odd = number % 2 === 1;
  const streams = (flags & 0x30) !== 0;
  const bestEffort = (flags & 0x03) === 2 && !streams;
  fields.expect((flags & 0x03) !== 3, flagsAt, 'delivery 3 is none');
  fields.expect(flags <= 0x3f, flagsAt, `flags 0x${flags.toString(16)} set bits without a meaning`);
  fields.expect(!streams || (flags & 0x04) === 0, flagsAt, 'a stream of a call that is one-way');
  const even = 'an even number, which is not for best effort';
  const parity = odd ? `an odd number, which is for best effort${streams ? ' without streams' : ''}` : even;
  fields.expect(odd === bestEffort, numberAt, parity);
  fields.uint32('the method');
  fields.varint('the deadline');
  if ((flags & 0x10) !== 0) {
    fields.varint('the items allowed');
    fields.varint('the bytes allowed');
  }
  if ((flags & 0x08) !== 0) fields.bytes('the metadata');
  fields.bytes('the arguments');
}

/** What a frame of one side begins with. */
function walkStream(fields: Fields): void {
  fields.varint('the number');
  const sideAt = fields.at;
  const side = fields.uint8('the side');
  fields.expect(side <= 1, sideAt, `side ${side} is neither 0 nor 1`);
}

function walkPart(fields: Fields): void {
  walkStream(fields);
  walkPiece(fields);
}

/** A piece of something larger. */
function walkPiece(fields: Fields): void {
  const total = fields.varint('the total');
  const offsetAt = fields.at;
  const offset = fields.varint('the offset');
  const lengthAt = fields.at;
  const length = fields.bytes('the part');
  fields.expect(length > 0, lengthAt, 'a part without bytes');
  fields.expect(offset + length <= total, offsetAt, `bytes ${offset} to ${offset + length} of a total of ${total}`);
}
