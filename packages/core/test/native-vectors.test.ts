import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vectors from '../../../docs/vectors/native.json';
import { CALL, FRAME_TYPES, writeCall } from '../src/wire/native/frames';
import {
  OPENING_PACKET,
  PLAIN_PACKET,
  RESET,
  decodePacket,
  encodeReset,
  writeOpeningHeader,
  writePlainHeader,
} from '../src/wire/native/packet';
import { Writer } from '../src/wire/native/writer';
import { writeFrame } from './write-frame';

const PACKET_TYPES = { opening: OPENING_PACKET, plain: PLAIN_PACKET, reset: RESET };
type Packet = Exclude<ReturnType<typeof decodePacket>, string>;

const specification = readFileSync(join(__dirname, '../../../docs/protocol.md'), 'utf8');
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** A decoded packet as the vectors show it: types by name, bytes in hexadecimal. */
function shown(packet: Packet): unknown {
  const type = nameOf(PACKET_TYPES, packet.type);
  if (packet.type === RESET) return { type, id: hex(packet.id) };
  const frames = packet.frames.map((frame) => ({ ...frame, type: nameOf(FRAME_TYPES, frame.type) }));
  return JSON.parse(
    JSON.stringify({ ...packet, type, frames }, (_key, value: unknown) =>
      value instanceof Uint8Array ? hex(value) : value,
    ),
  );
}

function nameOf(names: Record<string, number>, type: number): string {
  return Object.entries(names).find(([, one]) => one === type)![0];
}

function encode(packet: Packet): Uint8Array {
  if (packet.type === RESET) return encodeReset(packet.id);
  const writer = new Writer(2000);
  if (packet.type === PLAIN_PACKET) writePlainHeader(writer, packet.destinationId, packet.number);
  else writeOpeningHeader(writer, packet.sourceId, packet.destinationId, packet.number);
  for (const frame of packet.frames) writeFrame(writer, frame);
  return writer.take();
}

function decoded(text: string): Packet {
  const packet = decodePacket(bytes(text));
  if (typeof packet === 'string') throw new Error(packet);
  return packet;
}

const titled = vectors.packets.map((vector) => [vector.name, vector] as const);

test.each(titled)('%s decodes to what it shows', (_name, vector) => {
  expect(shown(decoded(vector.hex))).toEqual(vector.packet);
});

test.each(titled)('%s encodes to the very bytes again', (_name, vector) => {
  expect(hex(encode(decoded(vector.hex)))).toBe(vector.hex);
});

test('no two vectors have the same name', () => {
  expect(new Set(vectors.packets.map(({ name }) => name)).size).toBe(vectors.packets.length);
});

const shownTypes = new Set<number>();
for (const vector of vectors.packets) {
  const packet = decoded(vector.hex);
  shownTypes.add(packet.type);
  if (packet.type !== RESET) for (const { type } of packet.frames) shownTypes.add(type);
}
const coded = (type: number): string => `\`0x${type.toString(16).padStart(2, '0')}\``;

test.each(Object.entries(FRAME_TYPES))('the frame %s has a vector and a row in the specification', (name, type) => {
  expect(shownTypes).toContain(type);
  expect(specification).toMatch(new RegExp(`^\\| ${coded(type)} \\| ${name} +\\|`, 'm'));
});

test.each(Object.entries(PACKET_TYPES))('the %s packet has a vector and a description', (_name, type) => {
  expect(shownTypes).toContain(type);
  expect(specification).toMatch(new RegExp(`^\\*\\*\\w+( packet)?\\*\\*, ${coded(type)}`, 'm'));
});

test('the specification has no frame that the code does not know', () => {
  const rows = [...specification.matchAll(/^\| `0x([0-9a-f]{2})` \| ([A-Z]+) +\|/gm)];
  expect(Object.fromEntries(rows.map(([, type, name]) => [name, parseInt(type!, 16)]))).toEqual(FRAME_TYPES);
});

test('ten small calls share a packet with at most 16 bytes around the arguments of each', () => {
  const vector = vectors.packets.find((one) => 'overheadBytesPerCall' in one)!;
  const packet = decoded(vector.hex);
  const calls = packet.type === RESET ? [] : packet.frames.filter((frame) => frame.type === CALL);
  expect(calls).toHaveLength(10);
  for (const { args } of calls) expect(args).toHaveLength(3);
  const writer = new Writer(100);
  for (const call of calls) {
    writer.begin();
    writeCall(writer, call);
    expect(writer.length - call.args.length).toBe(vector.overheadBytesPerCall);
  }
  expect(vector.overheadBytesPerCall).toBeLessThanOrEqual(16);
});
