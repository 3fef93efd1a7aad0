import { fieldsOf, listOf, numberOf, textOf, type Fields, type QlogEvent } from './read-qlog.js';

/** The frames of a packet. */
export function framesOf({ data }: QlogEvent): Fields[] {
  return listOf(data.frames).map(fieldsOf);
}

/** The number of the packet that an event is about. */
export function packetNumberOf({ data }: QlogEvent): number | undefined {
  return numberOf(fieldsOf(data.header).packet_number);
}

/** Bytes of the datagram of a packet. */
export function bytesOf({ data }: QlogEvent): number {
  return numberOf(fieldsOf(data.raw).length) ?? 0;
}

/** Frames that carry something of a call, and so are worth sending again. */
const CARRYING = new Set(['call', 'result', 'failure', 'part', 'item', 'item_part', 'end', 'cancel', 'stop']);

/** What a frame carries, by the same word each time that it is sent; undefined if it carries nothing of a call. */
export function contentOf(frame: Fields): string | undefined {
  const type = textOf(frame.frame_type);
  if (type === undefined || !CARRYING.has(type)) return undefined;
  const which = JSON.stringify([frame.call_number, frame.side, frame.index, frame.offset]);
  return `${type} ${which}`;
}

/** A frame in a few words: `part 4 @1100+1100`. */
export function frameText(frame: Fields): string {
  const type = textOf(frame.frame_type) ?? '?';
  if (type === 'ack') return `ack ${listOf(frame.acked_ranges).map(rangeText).join(' ')}`;
  const number = numberOf(frame.call_number);
  const name = textOf(frame.method_name) ?? textOf(frame.method);
  const index = numberOf(frame.index);
  const offset = numberOf(frame.offset);
  const bytes = numberOf(fieldsOf(frame.raw).payload_length);
  const words = [
    type,
    number,
    name,
    textOf(frame.code),
    index === undefined ? undefined : `#${index}`,
    offset === undefined ? bytes !== undefined && `${bytes} B` : `@${offset}+${bytes ?? '?'}`,
  ];
  return words.filter((word) => word !== undefined && word !== false).join(' ');
}

function rangeText(range: unknown): string {
  const [start, end] = listOf(range).map(numberOf);
  return end === undefined || start === end ? `${start}` : `${start}-${end}`;
}
