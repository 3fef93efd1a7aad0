import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vectors from '../../../docs/vectors/native.json';
import { messagePack } from '../src/codec/messagepack';
import { RPC_ERROR_CODES } from '../src/errors';
import { fnv1a } from '../src/engine/native/fnv';
import { CALL, FRAME_TYPES, PADDING, writeCall, writePadding } from '../src/wire/native/frames';
import { expandPacketNumber } from '../src/wire/native/packet-number';
import {
  OPENING_PACKET,
  PLAIN_PACKET,
  RESET,
  RETRY,
  SEALED_OPENING_PACKET,
  SEALED_PLAIN_PACKET,
  SEALED_PLAIN_PACKET_1,
  encodeRetry,
  writeSealedOpeningHeader,
  writeSealedPlainHeader,
  type SealedOpeningPacket,
  type SealedPlainPacket,
  decodePacket,
  encodeReset,
  writeOpeningHeader,
  writePlainHeader,
} from '../src/wire/native/packet';
import { Writer } from '../src/wire/native/writer';
import { writeFrame } from './write-frame';

const PACKET_TYPES = {
  opening: OPENING_PACKET,
  plain: PLAIN_PACKET,
  reset: RESET,
  retry: RETRY,
  sealedOpening: SEALED_OPENING_PACKET,
  sealedPlain: SEALED_PLAIN_PACKET,
  sealedPlain1: SEALED_PLAIN_PACKET_1,
};
type Packet = Exclude<ReturnType<typeof decodePacket>, string>;

const specification = readFileSync(join(__dirname, '../../../docs/protocol.md'), 'utf8');
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** A decoded packet as the vectors show it: types by name, bytes in hexadecimal. */
function shown(packet: Packet): unknown {
  const type = nameOf(PACKET_TYPES, packet.type);
  if (!('frames' in packet)) return shownSealed(type, packet);
  const frames = packet.frames.map((frame) => ({ ...frame, type: nameOf(FRAME_TYPES, frame.type) }));
  return JSON.parse(
    JSON.stringify({ ...packet, type, frames }, (_key, value: unknown) =>
      value instanceof Uint8Array ? hex(value) : value,
    ),
  );
}

/** Fields as they are, bytes in hexadecimal. */
function shownSealed(type: string, packet: Packet): unknown {
  const fields = Object.entries(packet).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Uint8Array ? hex(value) : value,
  ]);
  return JSON.parse(JSON.stringify({ ...Object.fromEntries(fields), type }));
}

function nameOf(names: Record<string, number>, type: number): string {
  return Object.entries(names).find(([, one]) => one === type)![0];
}

/** PADDING leaves no trace in a decoded packet, so what is missing of the length is taken for it. */
function encode(packet: Packet, length: number): Uint8Array {
  if (packet.type === RESET) return encodeReset(packet.id, packet.token);
  if (packet.type === RETRY) return encodeRetry(packet.id, packet.token);
  if ('sealed' in packet) return encodeSealed(packet);
  const writer = new Writer(2000);
  if (packet.type === PLAIN_PACKET) writePlainHeader(writer, packet.destinationId, packet.number);
  else writeOpeningHeader(writer, packet.sourceId, packet.destinationId, packet.number);
  for (const frame of packet.frames) writeFrame(writer, frame);
  writePadding(writer, length);
  return writer.take();
}

function encodeSealed(packet: SealedOpeningPacket | SealedPlainPacket): Uint8Array {
  const writer = new Writer(2000);
  if (packet.type === SEALED_OPENING_PACKET) writeSealedOpeningHeader(writer, packet);
  else writeSealedPlainHeader(writer, packet.destinationId, packet.number, packet.phase);
  writer.copy(packet.sealed);
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

test.each(titled.filter(([, vector]) => !('decodeOnly' in vector)))(
  '%s encodes to the very bytes again',
  (_name, vector) => {
    expect(hex(encode(decoded(vector.hex), vector.hex.length / 2))).toBe(vector.hex);
  },
);

test.each(vectors.dropped.map((vector) => [vector.name, vector] as const))('%s is no packet', (_name, vector) => {
  expect(decodePacket(bytes(vector.hex))).toBe(vector.reason);
});

test('what payload bytes hold is what the codec reads and writes', () => {
  const codec = messagePack();
  for (const vector of vectors.packets) {
    const packet = decoded(vector.hex);
    if (!('values' in vector) || !('frames' in packet)) continue;
    const [frame] = packet.frames as unknown as [Record<string, Uint8Array>];
    for (const [field, value] of Object.entries(vector.values as object) as [string, unknown][]) {
      expect(codec.decode(frame[field]!)).toEqual(value);
      expect(hex(codec.encode(value))).toBe(hex(frame[field]!));
    }
  }
});

test.each(vectors.packetNumbers)('after $largest, the low bits $low are packet $number', ({ largest, low, number }) => {
  expect(expandPacketNumber(low, largest + 1)).toBe(number);
});

test.each(vectors.methods)('$name has the hash that the vectors say', ({ name, hash }) => {
  expect(fnv1a(new TextEncoder().encode(name))).toBe(hash);
  expect(specification).toMatch(
    new RegExp(`^\\| \`${name}\` +\\| \`0x${hash.toString(16).padStart(8, '0')}\` \\|$`, 'm'),
  );
});

test('no two vectors have the same name', () => {
  for (const group of [vectors.packets, vectors.dropped, vectors.receipt]) {
    expect(new Set(group.map(({ name }) => name)).size).toBe(group.length);
  }
});

/** The packets in the specification: a name at the start of a line, then bytes, two blanks before and after them. */
function packetsIn(document: string): { name: string; hex: string }[] {
  const blocks = [...document.matchAll(/^```packet\n([^]*?)\n```$/gm)].map(([, block]) => block!);
  return blocks.flatMap((block) => block.split('\n\n')).map(packetIn);
}

function packetIn(text: string): { name: string; hex: string } {
  const [title, ...lines] = text.split('\n');
  const data = lines.map((line) => {
    const [, run, rest] =
      /^ {2}((?:[0-9a-f]{2} × \d+)|(?:[0-9a-f]{2})+(?: (?:[0-9a-f]{2})+)*)( {2,}.*)?$/.exec(line) ?? [];
    if (run === undefined) throw new Error(`no bytes: ${line}`);
    expect(rest).not.toBe('');
    const [repeated, times] = run.split(' × ');
    return times === undefined ? run.replaceAll(' ', '') : repeated!.repeat(Number(times));
  });
  return { name: title!.split(/ {2,}/)[0]!, hex: data.join('') };
}

test('every packet in the specification is the vector of its name', () => {
  const found = packetsIn(specification);
  expect(found.length).toBeGreaterThan(20);
  for (const { name, hex: data } of found) {
    expect({ name, hex: data }).toEqual({ name, hex: vectors.packets.find((vector) => vector.name === name)?.hex });
  }
  const traced = vectors.packets.map(({ name }) => name).filter((name) => name.startsWith('trace of '));
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(traced));
});

test('a packet in the specification has the length that its title says', () => {
  const titles = [...specification.matchAll(/^(trace of .+?) {2,}.*, ([\d,]+) bytes$/gm)];
  expect(titles.length).toBeGreaterThan(20);
  for (const [, name, length] of titles) {
    const vector = vectors.packets.find((one) => one.name === name)!;
    expect([name, vector.hex.length / 2]).toEqual([name, Number(length!.replace(',', ''))]);
  }
});

test('the numbers of codes in the specification are those of the code', () => {
  const section = specification.split(/^## 9\. /m)[1]!.split(/^## /m)[0]!;
  const cells = [...section.matchAll(/\| (\d+) +\| ([A-Z_]+) +/g)].map(([, number, code]) => [Number(number), code]);
  expect(new Map(cells as [number, string][])).toEqual(new Map(RPC_ERROR_CODES.map((code, number) => [number, code])));
});

const shownTypes = new Set<number>([PADDING]);
for (const vector of vectors.packets) {
  const packet = decoded(vector.hex);
  shownTypes.add(packet.type);
  if ('frames' in packet) for (const { type } of packet.frames) shownTypes.add(type);
}
const coded = (type: number): string => `\`0x${type.toString(16).padStart(2, '0')}\``;

test.each(Object.entries(FRAME_TYPES))('the frame %s has a vector and a row in the specification', (name, type) => {
  expect(shownTypes).toContain(type);
  expect(specification).toMatch(new RegExp(`^\\| ${coded(type)} \\| ${name} +\\|`, 'm'));
});

test.each(Object.entries(PACKET_TYPES))('the %s packet has a vector and a description', (_name, type) => {
  expect(shownTypes).toContain(type);
  expect(specification).toMatch(new RegExp(`^\\*\\*[\\w ]+\\*\\*, ${coded(type)}`, 'm'));
});

test('the specification has no frame that the code does not know', () => {
  const rows = [...specification.matchAll(/^\| `0x([0-9a-f]{2})` \| ([A-Z_]+) +\|/gm)];
  expect(Object.fromEntries(rows.map(([, type, name]) => [name, parseInt(type!, 16)]))).toEqual(FRAME_TYPES);
});

test('ten small calls share a packet with at most 16 bytes around the arguments of each', () => {
  const vector = vectors.packets.find((one) => 'overheadBytesPerCall' in one)!;
  const packet = decoded(vector.hex);
  const calls = !('frames' in packet) ? [] : packet.frames.filter((frame) => frame.type === CALL);
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
