import { FRAME_TYPES } from '../../wire/native/frame-types.js';
import { OPENING_PACKET, RESET, RETRY, SEALED_OPENING_PACKET, decodePacket } from '../../wire/native/packet.js';
import type { DatagramDescription } from '../engine.js';
import { shortId } from '../short-id.js';

const NAMES = new Map<number, string>(Object.entries(FRAME_TYPES).map(([name, type]) => [type, name]));

/** Describes a datagram for the log, whatever it is. */
export function describePacket(datagram: Uint8Array): DatagramDescription {
  const packet = decodePacket(datagram);
  if (typeof packet === 'string') return { type: `unknown (${packet})`, id: '', method: undefined };
  if (packet.type === RESET) return { type: 'reset', id: shortId(packet.id), method: undefined };
  if (packet.type === RETRY) return { type: 'retry', id: shortId(packet.id), method: undefined };
  if ('sealed' in packet) {
    const isOpening = packet.type === SEALED_OPENING_PACKET;
    const id = isOpening ? packet.sourceId : packet.destinationId;
    return { type: `sealed ${isOpening ? 'opening' : 'packet'} ${packet.number}`, id: shortId(id), method: undefined };
  }
  const counts = new Map<string, number>();
  for (const { type } of packet.frames) {
    const name = NAMES.get(type)!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const frames = [...counts].map(([name, count]) => (count === 1 ? name : `${name}×${count}`)).join(' ');
  const kind = packet.type === OPENING_PACKET ? 'opening' : 'packet';
  const id = packet.type === OPENING_PACKET ? packet.sourceId : packet.destinationId;
  return { type: `${kind} ${packet.number} [${frames}]`, id: shortId(id), method: undefined };
}
