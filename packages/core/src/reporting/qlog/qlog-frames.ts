import type { TracedFrame, TracedPacket } from '../../engine/traced-packet.js';

/** The name of a method by its hash, if it is known. */
export type NameOf = (method: number) => string | undefined;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The type of all packets that have a number. RFC 9000 counts those of each of its types anew, which tools know; ours are counted
 * together, so that they are all of one type there.
 */
export const PACKET_TYPE = '1RTT';

/** The header of a packet. */
export function headerOf({ type, number, keyPhase }: TracedPacket): Fields {
  return {
    ...{ packet_type: PACKET_TYPE, packet_number: number, opening: type === 'opening' },
    ...(keyPhase !== undefined && { key_phase_bit: keyPhase === 1 }),
  };
}

/** How a hash is written, here and in the log. */
export function hashText(method: number): string {
  return `0x${method.toString(16).padStart(8, '0')}`;
}

/** A method by its hash, and its name if that is known. */
export function methodFields(method: number, nameOf: NameOf): Fields {
  const method_name = nameOf(method);
  return { method: hashText(method), ...(method_name !== undefined && { method_name }) };
}

const QUIC_NAMES: Partial<Record<TracedFrame['type'], string>> = { CLOSE: 'connection_close' };

/** A frame as it is written. Those that QUIC has as well are called as there; the others by our own names. */
export function frameOf(frame: TracedFrame, nameOf: NameOf): Fields {
  const frame_type = QUIC_NAMES[frame.type] ?? frame.type.toLowerCase();
  switch (frame.type) {
    case 'ACK':
      return { frame_type, ack_delay: frame.delayMs, acked_ranges: frame.ranges.toReversed() };
    case 'HELLO': {
      const { ageMs: age_ms, messageBytesMax: message_bytes_max, callsMax: calls_max } = frame;
      return { frame_type, age_ms, message_bytes_max, calls_max };
    }
    case 'CALL':
      return { frame_type, ...callFields(frame, nameOf) };
    case 'CREDIT': {
      const { number: call_number, side, taken, items, bytes } = frame;
      return { frame_type, call_number, side, taken, items_allowed: items, bytes_allowed: bytes };
    }
    default:
      return { frame_type, ...plainFields(frame) };
  }
}

type PlainFrame = Exclude<TracedFrame, { readonly type: 'ACK' | 'HELLO' | 'CALL' | 'CREDIT' }>;

/** Those of a frame whose names need no translation, and how much it carries. */
function plainFields(frame: PlainFrame): Fields {
  if (!('number' in frame)) return {};
  const raw = 'bytes' in frame ? { payload_length: frame.bytes } : undefined;
  // What is undefined is not written.
  return { call_number: frame.number, ...frame, type: undefined, number: undefined, bytes: undefined, raw };
}

function callFields(frame: Extract<TracedFrame, { readonly type: 'CALL' }>, nameOf: NameOf): Fields {
  const { number: call_number, method, delivery, oneWay: one_way, deadlineMs: deadline_ms, takes, answers } = frame;
  return {
    ...{ call_number, ...methodFields(method, nameOf), delivery, one_way, deadline_ms, takes, answers },
    ...{ metadata_length: frame.metadataBytes, raw: { payload_length: frame.bytes } },
  };
}
