/** Writes frames, and says how long they get: docs/protocol.md §3. */
import { DELIVERIES } from '../../delivery.js';
import {
  ACK,
  ANSWERS_FLAG,
  CALL,
  CANCEL,
  FAILURE,
  HELLO,
  PADDING,
  PART,
  RESULT,
  TAKES_FLAG,
  type AckRange,
  type CallFrame,
  type FailureFrame,
  type HelloFeature,
  type HelloFrame,
  type PartFrame,
  type PathFrame,
  type StreamFlags,
} from './frame-types.js';
import { VARINT_MAX, varintBytes, type Writer } from './writer.js';

/** Bytes that a CALL frame has for the credit that it gives, at most. */
const CALL_CREDIT_BYTES_MAX = 4 + 4;

/** Bytes of a CALL frame with a number and a deadline of any size. */
export function callBytesMax(argsLength: number, metadataLength: number | undefined, answers = false): number {
  const metadataBytes = metadataLength === undefined ? 0 : varintBytes(metadataLength) + metadataLength;
  return (
    1 + 4 + 1 + 4 + 4 + (answers ? CALL_CREDIT_BYTES_MAX : 0) + metadataBytes + varintBytes(argsLength) + argsLength
  );
}

/** Bytes of a RESULT or FAILURE frame with a number of any size. */
export function replyBytesMax(payloadLength: number): number {
  return 1 + 4 + 2 + varintBytes(payloadLength) + payloadLength;
}

/** Bytes around the content of a PART frame, at most. */
export const PART_OVERHEAD_BYTES = 1 + 4 + 1 + 4 + 4 + 2;

/** The least room for which cutting off a part is worth its overhead. */
export const PART_ROOM_BYTES_MIN = 2 * PART_OVERHEAD_BYTES;

export function writeCall(writer: Writer, call: Omit<CallFrame, 'type'>): void {
  writeCallHead(writer, call);
  writer.copy(call.args);
}

/** Writes all of a CALL frame but its arguments, which are the rest of it. */
export function writeCallHead(writer: Writer, call: Omit<CallFrame, 'type'>): void {
  const { metadata, streams } = call;
  const flags = DELIVERIES.indexOf(call.delivery) | (call.oneWay ? 0x04 : 0) | (metadata === undefined ? 0 : 0x08);
  writer.uint8(CALL);
  writer.varint(call.number);
  writer.uint8(streams === undefined ? flags : flags | streamBits(streams));
  writer.uint32(call.method);
  writer.varint(call.deadlineMs);
  if (streams?.credit !== undefined) {
    writer.varint(streams.credit.items);
    writer.varint(streams.credit.bytes);
  }
  if (metadata !== undefined) {
    writer.varint(metadata.length);
    writer.copy(metadata);
  }
  writer.varint(call.args.length);
}

function streamBits({ credit, takes }: StreamFlags): number {
  return (credit === undefined ? 0 : ANSWERS_FLAG) | (takes ? TAKES_FLAG : 0);
}

export function writeResult(writer: Writer, number: number, value: Uint8Array): void {
  writeResultHead(writer, number, value.length);
  writer.copy(value);
}

/** Writes all of a RESULT frame but its value, which is the rest of it. */
export function writeResultHead(writer: Writer, number: number, valueBytes: number): void {
  writer.uint8(RESULT);
  writer.varint(number);
  writer.varint(valueBytes);
}

export function writeFailure(writer: Writer, failure: Omit<FailureFrame, 'type'>): void {
  writeFailureHead(writer, failure);
  writer.copy(failure.details);
}

/** Writes all of a FAILURE frame but its details, which are the rest of it. */
export function writeFailureHead(writer: Writer, failure: Omit<FailureFrame, 'type'>): void {
  writer.uint8(FAILURE);
  writer.varint(failure.number);
  writer.uint8(failure.code);
  writer.uint8(failure.executed);
  writer.varint(failure.details.length);
}

export function writePart(writer: Writer, part: Omit<PartFrame, 'type'>): void {
  writePartHead(writer, part, part.offset, part.bytes.length);
  writer.copy(part.bytes);
}

/** Writes all of a PART frame but its bytes, which are the rest of it. */
export function writePartHead(
  writer: Writer,
  { number, side, total }: Pick<PartFrame, 'number' | 'side' | 'total'>,
  offset: number,
  bytes: number,
): void {
  writer.uint8(PART);
  writer.varint(number);
  writer.uint8(side);
  writer.varint(total);
  writer.varint(offset);
  writer.varint(bytes);
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
  writer.varint(hello.features.reduce((bytes, feature) => bytes + featureBytes(feature), 0));
  for (const { id, value } of hello.features) {
    writer.varint(id);
    writer.varint(value.length);
    writer.copy(value);
  }
}

function featureBytes({ id, value }: HelloFeature): number {
  return varintBytes(id) + varintBytes(value.length) + value.length;
}

export function writePath(writer: Writer, { type, bytes }: PathFrame): void {
  writer.uint8(type);
  writer.copy(bytes);
}

/** Fills a packet up to a length. */
export function writePadding(writer: Writer, packetBytes: number): void {
  while (writer.length < packetBytes) writer.uint8(PADDING);
}

/** Ranges from the largest down; as many as fit `ranges` of the frame. */
export function writeAck(writer: Writer, delayMicros: number, ranges: readonly AckRange[]): void {
  const first = ranges[0]!;
  writer.uint8(ACK);
  writer.uint32(first.end);
  writer.varint(delayMicros);
  // A first range that is longer than can be told is cut, and then nothing can follow it.
  const cut = first.end - first.start > VARINT_MAX;
  const count = cut ? 1 : ranges.length;
  writer.varint(count);
  writer.varint(cut ? VARINT_MAX : first.end - first.start);
  for (let index = 1; index < count; index += 1) {
    const range = ranges[index]!;
    writer.varint(ranges[index - 1]!.start - range.end - 2);
    writer.varint(range.end - range.start);
  }
}

/** Bytes of an ACK frame with so many ranges, at most. */
export function ackBytesMax(ranges: number): number {
  return 1 + 4 + 4 + 1 + 4 + 8 * (ranges - 1);
}
