/** The frames of the native wire: docs/protocol.md §3. */
import { DELIVERIES, type Delivery } from '../../delivery.js';
import { Reader } from './reader.js';
import { varintBytes, type Writer } from './writer.js';

export const PING = 0x01;
export const ACK = 0x02;
export const HELLO = 0x03;
export const CALL = 0x04;
export const RESULT = 0x05;
export const FAILURE = 0x06;
export const PART = 0x07;
export const CANCEL = 0x08;
export const CLOSE = 0x09;
export const LATER = 0x0a;

/** Frame types by name, for the log, and for the test that keeps the document complete. */
export const FRAME_TYPES = { PING, ACK, HELLO, CALL, RESULT, FAILURE, PART, CANCEL, CLOSE, LATER } as const;

/** Ranges that an ACK frame has at most (§3). */
export const ACK_RANGES_MAX = 32;

/** From the largest packet number down; each range is the numbers from `start` to `end`, both received. */
export interface AckRange {
  readonly start: number;
  readonly end: number;
}

export interface AckFrame {
  readonly type: typeof ACK;
  readonly delayMicros: number;
  readonly ranges: readonly AckRange[];
}

export interface HelloFrame {
  readonly type: typeof HELLO;
  readonly ageMs: number;
  readonly messageBytesMax: number;
  readonly callsMax: number;
}

export interface CallFrame {
  readonly type: typeof CALL;
  readonly number: number;
  readonly delivery: Delivery;
  readonly oneWay: boolean;
  readonly method: number;
  readonly deadlineMs: number;
  readonly metadata: Uint8Array | undefined;
  readonly args: Uint8Array;
}

export interface ResultFrame {
  readonly type: typeof RESULT;
  readonly number: number;
  readonly value: Uint8Array;
}

export interface FailureFrame {
  readonly type: typeof FAILURE;
  readonly number: number;
  readonly code: number;
  readonly executed: number;
  readonly details: Uint8Array;
}

export interface PartFrame {
  readonly type: typeof PART;
  readonly number: number;
  /** 0 of a CALL, 1 of a RESULT or FAILURE. */
  readonly side: number;
  readonly total: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface CancelFrame {
  readonly type: typeof CANCEL;
  readonly number: number;
}

export interface BareFrame {
  readonly type: typeof PING | typeof CLOSE | typeof LATER;
}

export type Frame =
  AckFrame | HelloFrame | CallFrame | ResultFrame | FailureFrame | PartFrame | CancelFrame | BareFrame;

/** Decodes all frames up to the end of the bytes; undefined if any is malformed, or there is none. */
export function decodeFrames(reader: Reader): Frame[] | undefined {
  let frames: Frame[] | undefined;
  while (reader.remaining > 0) {
    const frame = decodeFrame(reader);
    if (frame === undefined || reader.failed) return undefined;
    // Most packets have one or two: an array that starts with the first takes little room.
    if (frames === undefined) frames = [frame];
    else frames.push(frame);
  }
  return frames;
}

/** Decodes the one frame that a message joined from parts is (§3, PART); only messages travel in parts. */
export function decodeMessage(bytes: Uint8Array): CallFrame | ResultFrame | FailureFrame | undefined {
  const reader = new Reader(bytes);
  const frame = decodeFrame(reader);
  if (frame === undefined || reader.failed || reader.remaining > 0) return undefined;
  return frame.type === CALL || frame.type === RESULT || frame.type === FAILURE ? frame : undefined;
}

function decodeFrame(reader: Reader): Frame | undefined {
  const type = reader.uint8();
  switch (type) {
    case PING:
    case CLOSE:
    case LATER:
      return { type };
    case ACK:
      return decodeAck(reader);
    case HELLO:
      return { type, ageMs: reader.varint(), messageBytesMax: reader.varint(), callsMax: reader.varint() };
    case CALL:
      return decodeCall(reader);
    case RESULT:
      return { type, number: reader.varint(), value: reader.view(reader.varint()) };
    case FAILURE:
      return {
        type,
        number: reader.varint(),
        code: reader.uint8(),
        executed: reader.uint8(),
        details: reader.view(reader.varint()),
      };
    case PART:
      return decodePart(reader);
    case CANCEL:
      return { type, number: reader.varint() };
    default:
      return undefined;
  }
}

function decodeAck(reader: Reader): AckFrame | undefined {
  const largest = reader.uint32();
  const delayMicros = reader.varint();
  const further = reader.varint() - 1;
  if (further < 0 || further >= ACK_RANGES_MAX) return undefined;
  let start = largest - reader.varint();
  const ranges = [{ start, end: largest }];
  for (let index = 0; index < further && !reader.failed; index += 1) {
    const end = start - reader.varint() - 2;
    start = end - reader.varint();
    ranges.push({ start, end });
  }
  return start < 0 ? undefined : { type: ACK, delayMicros, ranges };
}

function decodeCall(reader: Reader): CallFrame | undefined {
  const number = reader.varint();
  const flags = reader.uint8();
  const delivery = DELIVERIES[flags & 0x03];
  if (delivery === undefined || flags > 0x0f) return undefined;
  const method = reader.uint32();
  const deadlineMs = reader.varint();
  const metadata = (flags & 0x08) === 0 ? undefined : reader.view(reader.varint());
  const args = reader.view(reader.varint());
  return { type: CALL, number, delivery, oneWay: (flags & 0x04) !== 0, method, deadlineMs, metadata, args };
}

function decodePart(reader: Reader): PartFrame | undefined {
  const number = reader.varint();
  const side = reader.uint8();
  const total = reader.varint();
  const offset = reader.varint();
  const bytes = reader.view(reader.varint());
  const fits = side <= 1 && bytes.length > 0 && offset + bytes.length <= total;
  return fits ? { type: PART, number, side, total, offset, bytes } : undefined;
}

/** Bytes of a CALL frame with a number and a deadline of any size. */
export function callBytesMax(argsLength: number, metadataLength: number | undefined): number {
  const metadataBytes = metadataLength === undefined ? 0 : varintBytes(metadataLength) + metadataLength;
  return 1 + 4 + 1 + 4 + 4 + metadataBytes + varintBytes(argsLength) + argsLength;
}

/** Bytes of a RESULT or FAILURE frame with a number of any size. */
export function replyBytesMax(payloadLength: number): number {
  return 1 + 4 + 2 + varintBytes(payloadLength) + payloadLength;
}

/** Bytes around the content of a PART frame, at most. */
export const PART_OVERHEAD_BYTES = 1 + 4 + 1 + 4 + 4 + 2;

export function writeCall(writer: Writer, call: Omit<CallFrame, 'type'>): void {
  const { metadata } = call;
  writer.uint8(CALL);
  writer.varint(call.number);
  writer.uint8(DELIVERIES.indexOf(call.delivery) | (call.oneWay ? 0x04 : 0) | (metadata === undefined ? 0 : 0x08));
  writer.uint32(call.method);
  writer.varint(call.deadlineMs);
  if (metadata !== undefined) {
    writer.varint(metadata.length);
    writer.copy(metadata);
  }
  writer.varint(call.args.length);
  writer.copy(call.args);
}

export function writeResult(writer: Writer, number: number, value: Uint8Array): void {
  writer.uint8(RESULT);
  writer.varint(number);
  writer.varint(value.length);
  writer.copy(value);
}

export function writeFailure(writer: Writer, failure: Omit<FailureFrame, 'type'>): void {
  writer.uint8(FAILURE);
  writer.varint(failure.number);
  writer.uint8(failure.code);
  writer.uint8(failure.executed);
  writer.varint(failure.details.length);
  writer.copy(failure.details);
}

export function writePart(writer: Writer, part: Omit<PartFrame, 'type'>): void {
  writer.uint8(PART);
  writer.varint(part.number);
  writer.uint8(part.side);
  writer.varint(part.total);
  writer.varint(part.offset);
  writer.varint(part.bytes.length);
  writer.copy(part.bytes);
}

export function writeCancel(writer: Writer, number: number): void {
  writer.uint8(CANCEL);
  writer.varint(number);
}

export function writeHello(writer: Writer, hello: Omit<HelloFrame, 'type'>): void {
  writer.uint8(HELLO);
  writer.varint(hello.ageMs);
  writer.varint(hello.messageBytesMax);
  writer.varint(hello.callsMax);
}

/** Ranges from the largest down; as many as fit `ranges` of the frame. */
export function writeAck(writer: Writer, delayMicros: number, ranges: readonly AckRange[]): void {
  const first = ranges[0]!;
  writer.uint8(ACK);
  writer.uint32(first.end);
  writer.varint(delayMicros);
  writer.varint(ranges.length);
  writer.varint(first.end - first.start);
  for (let index = 1; index < ranges.length; index += 1) {
    const range = ranges[index]!;
    writer.varint(ranges[index - 1]!.start - range.end - 2);
    writer.varint(range.end - range.start);
  }
}

/** Bytes of an ACK frame with so many ranges, at most. */
export function ackBytesMax(ranges: number): number {
  return 1 + 4 + 4 + 1 + 4 + 8 * (ranges - 1);
}
