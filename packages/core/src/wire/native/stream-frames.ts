/** Writes and reads the frames of streams: docs/protocol.md §3 and §13. */
import type { MessageSide } from './call-number.js';
import {
  CREDIT,
  END,
  ITEM,
  ITEM_PART,
  STOP,
  type CreditFrame,
  type EndFrame,
  type ItemFrame,
  type ItemPartFrame,
  type StreamFrame,
} from './frame-types.js';
import type { Reader } from './reader.js';
import { varintBytes, type Writer } from './writer.js';

/** Bytes of an ITEM frame with a number and an index of any size. */
export function itemBytesMax(itemLength: number): number {
  return 1 + 4 + 1 + 4 + varintBytes(itemLength) + itemLength;
}

/** Bytes around the content of an ITEM_PART frame, at most. */
export const ITEM_PART_OVERHEAD_BYTES = 1 + 4 + 1 + 4 + 4 + 4 + 2;

/** Bytes of a CREDIT frame at most. */
export const CREDIT_BYTES_MAX = 1 + 4 + 1 + 3 * 4;

/** Bytes of a STOP frame at most. */
export const STOP_BYTES_MAX = 1 + 4;

/** Bytes of an END frame with a number and a count of any size. */
export function endBytesMax(valueLength: number): number {
  return 1 + 4 + 1 + 4 + 1 + varintBytes(valueLength) + valueLength;
}

export function writeItem(writer: Writer, item: Omit<ItemFrame, 'type'>): void {
  writer.uint8(ITEM);
  writer.varint(item.number);
  writer.uint8(item.side);
  writer.varint(item.index);
  writer.varint(item.bytes.length);
  writer.copy(item.bytes);
}

export function writeItemPart(writer: Writer, part: Omit<ItemPartFrame, 'type'>): void {
  writer.uint8(ITEM_PART);
  writer.varint(part.number);
  writer.uint8(part.side);
  writer.varint(part.index);
  writer.varint(part.total);
  writer.varint(part.offset);
  writer.varint(part.bytes.length);
  writer.copy(part.bytes);
}

export function writeCredit(writer: Writer, credit: Omit<CreditFrame, 'type'>): void {
  writer.uint8(CREDIT);
  writer.varint(credit.number);
  writer.uint8(credit.side);
  writer.varint(credit.taken);
  writer.varint(credit.items);
  writer.varint(credit.bytes);
}

export function writeEnd(writer: Writer, end: Omit<EndFrame, 'type'>): void {
  writeEndHead(writer, end);
  writer.copy(end.value);
}

/** Writes all of an END frame but its value, which is the rest of it. */
export function writeEndHead(writer: Writer, end: Omit<EndFrame, 'type'>): void {
  writer.uint8(END);
  writer.varint(end.number);
  writer.uint8(end.side);
  writer.varint(end.count);
  writer.uint8(end.code);
  writer.varint(end.value.length);
}

export function writeStop(writer: Writer, number: number): void {
  writer.uint8(STOP);
  writer.varint(number);
}

/** Reads the rest of a frame whose type has been read; undefined if it is malformed, or of another type. */
export function decodeStreamFrame(type: number, reader: Reader): StreamFrame | undefined {
  if (type < ITEM || type > STOP) return undefined;
  const number = reader.varint();
  if (type === STOP) return { type: STOP, number };
  const side = reader.uint8();
  if (side > 1) return undefined;
  switch (type) {
    case ITEM:
      return { type, number, side: side as MessageSide, index: reader.varint(), bytes: reader.view(reader.varint()) };
    case ITEM_PART:
      return decodeItemPart(number, side as MessageSide, reader);
    case CREDIT: {
      const [taken, items, bytes] = [reader.varint(), reader.varint(), reader.varint()];
      return { type, number, side: side as MessageSide, taken, items, bytes };
    }
    default: {
      const [count, code] = [reader.varint(), reader.uint8()];
      return { type: END, number, side: side as MessageSide, count, code, value: reader.view(reader.varint()) };
    }
  }
}

function decodeItemPart(number: number, side: MessageSide, reader: Reader): ItemPartFrame | undefined {
  const [index, total, offset] = [reader.varint(), reader.varint(), reader.varint()];
  const bytes = reader.view(reader.varint());
  const fits = bytes.length > 0 && offset + bytes.length <= total;
  return fits ? { type: ITEM_PART, number, side, index, total, offset, bytes } : undefined;
}
