/** Decoded datagrams as lines of text, and as objects for JSON. */
import { PACKET_TYPES, type RpcudpRequest, type RpcudpResponse } from '@rpcudp/core/wire';
import type { Palette } from '../output/palette.js';
import type { EarlyDataReader } from '@rpcudp/core/endpoint';
import { decodeDatagram, type Decoded, type MalformedDatagram } from './datagram.js';
import type { LocatedFrame } from './located-frame.js';
import { timeText, type Entry, type Origin } from './entries.js';
import { decodedFields, frameFields, valuesOf, type JsonFields } from './frame-fields.js';
import { fieldLines, frameLines, idText, messageText, methodText, type FrameStyle } from './frame-text.js';
import { hex } from './literals.js';
import type { MethodNames } from './method-names.js';
import { openedText, sealedFields, sealedText, type Opened, type SealedPacket } from './sealed.js';
import { decodeValue } from './values.js';

/** A datagram, or what should have been one, and where in the input it was. */
export type Shown = Exclude<Entry, { readonly kind: 'passed-over' }>;

/** How everything is shown. */
export interface RenderStyle extends FrameStyle {
  readonly palette: Palette;
  /** What opens early data, if there is a key for it. */
  readonly reader: EarlyDataReader | undefined;
}

/** What came of an entry. */
export interface Rendered {
  /** Whether all of it could be decoded, the values included. */
  readonly whole: boolean;
  /** Of a sealed packet, whether it was opened. */
  readonly opened: boolean | undefined;
}

type WellFormed = Exclude<Decoded, MalformedDatagram>;

/** Bytes shown before and after a fault. */
const EXCERPT_BYTES = 8;

/** An entry as text. */
export function renderText(entry: Shown, count: number, style: RenderStyle): Rendered & { readonly lines: string[] } {
  const { palette } = style;
  const start = [palette.dim(`#${count}`), ...originWords(entry.origin, style)].join(' ');
  if (entry.kind === 'unreadable') {
    return { ...NOTHING, lines: [`${start} ${palette.red('unreadable')}: ${entry.reason}`] };
  }
  const { bytes } = entry;
  const decoded = decodeDatagram(bytes, style.reader);
  const size = palette.dim(bytesText(bytes.length));
  if (decoded.kind === 'malformed') return { ...NOTHING, lines: malformedLines(start, decoded, bytes, style) };
  const lines = bodyLines(decoded, style).map((line) => `   ${line}`);
  return { ...renderedOf(decoded), lines: [`${start} ${headline(decoded, style)}, ${size}`, ...lines] };
}

/** An entry as an object for one line of JSON. */
export function renderJson(
  entry: Shown,
  count: number,
  { names, reader }: Pick<RenderStyle, 'names' | 'reader'>,
): Rendered & { readonly object: JsonFields } {
  const { time, ...origin } = entry.origin;
  const start = { datagram: count, ...origin, ...(time === undefined ? {} : { time: timeText(time) }) };
  if (entry.kind === 'unreadable') {
    return { ...NOTHING, object: { ...start, type: 'unreadable', reason: entry.reason } };
  }
  const decoded = decodeDatagram(entry.bytes, reader);
  const object = { ...start, bytes: entry.bytes.length, ...jsonFields(decoded, entry.bytes, names) };
  return { ...renderedOf(decoded), object };
}

const NOTHING: Rendered = { whole: false, opened: undefined };

function renderedOf(decoded: Decoded): Rendered {
  const opened = decoded.kind === 'sealed' ? decoded.opened !== undefined : undefined;
  return { whole: isWhole(decoded), opened };
}

/** Whether a datagram is well-formed and its values can be read. */
function isWhole(decoded: Decoded): boolean {
  switch (decoded.kind) {
    case 'malformed':
      return false;
    case 'reset':
    case 'retry':
      return true;
    case 'sealed':
      return decoded.opened === undefined || areReadable(decoded.opened.frames);
    case 'message': {
      const { message } = decoded;
      return decodeValue(message.type === 'request' ? message.args : message.value).readable;
    }
    case 'packet':
      return areReadable(decoded.frames);
  }
}

function areReadable(frames: readonly LocatedFrame[]): boolean {
  return frames.every(({ frame }) => valuesOf(frame).every(([, bytes]) => decodeValue(bytes).readable));
}

function originWords({ line, time, from, to }: Origin, { verbose, palette }: FrameStyle & RenderStyle): string[] {
  const words: string[] = [];
  if (line !== undefined) words.push(`line ${line}`);
  if (time !== undefined) words.push(verbose ? timeText(time) : timeText(time).slice(-16, -1));
  if (from !== undefined && to !== undefined) words.push(`${from} > ${to}`);
  return words.map((word) => palette.dim(word));
}

function headline(decoded: WellFormed, style: RenderStyle): string {
  const { palette } = style;
  switch (decoded.kind) {
    case 'reset':
      return `${palette.bold('reset')} of ${idText(decoded.packet.id, style)}`;
    case 'retry':
      return `${palette.bold('retry')} of ${idText(decoded.packet.id, style)} token ${hex(decoded.packet.token)}`;
    case 'sealed':
      return sealedHeadline(decoded.packet, style);
    case 'message':
      return `${palette.bold(`rpcudp ${decoded.message.type}`)} ${idText(decoded.message.id, style)}`;
    case 'packet': {
      const { packet } = decoded;
      const isOpening = packet.type === PACKET_TYPES.OPENING;
      const from = isOpening ? ` from ${idText(packet.sourceId, style)}` : '';
      const to = packet.destinationId === undefined ? '' : ` to ${idText(packet.destinationId, style)}`;
      return `${palette.bold(`${isOpening ? 'opening packet' : 'packet'} ${packet.number}`)}${from}${to}`;
    }
  }
}

function bodyLines(decoded: WellFormed, style: RenderStyle): string[] {
  switch (decoded.kind) {
    case 'reset':
    case 'retry':
      return [];
    case 'sealed': {
      const { packet, opened } = decoded;
      const inside = opened === undefined ? [] : [openedText(opened), ...packetLines(opened, style)];
      return [sealedText(packet), ...inside];
    }
    case 'message': {
      const { message } = decoded;
      const value = message.type === 'request' ? { args: hex(message.args) } : { value: hex(message.value) };
      return [messageText(message, style), ...(style.verbose ? fieldLines(value) : [])];
    }
    case 'packet':
      return packetLines(decoded, style);
  }
}

type Content = Pick<Opened, 'frames' | 'paddingBytes'>;

function packetLines({ frames, paddingBytes }: Content, style: RenderStyle): string[] {
  const padding = paddingBytes === 0 ? [] : [`PADDING ${bytesText(paddingBytes)}`];
  return [...frames.flatMap((frame) => frameLines(frame, style)), ...padding];
}

/** The fault, the frames before it, and the bytes around it. */
function malformedLines(start: string, decoded: MalformedDatagram, bytes: Uint8Array, style: RenderStyle): string[] {
  const { word, fault, frames } = decoded;
  const what = `${style.palette.red('malformed')} (${word}, ${bytesText(bytes.length)})`;
  const lines = [...frames.flatMap((frame) => frameLines(frame, style)), ...excerpt(decoded, style)];
  return [`${start} ${what} at byte ${fault.offset}: ${fault.reason}`, ...lines.map((line) => `   ${line}`)];
}

function bytesText(count: number): string {
  return `${count} ${count === 1 ? 'byte' : 'bytes'}`;
}

/** The bytes around a fault, the first wrong one in brackets. All of them in the long form. */
function excerpt({ fault, bytes }: MalformedDatagram, { verbose, palette }: RenderStyle): string[] {
  if (bytes.length === 0) return [];
  const start = verbose ? 0 : Math.max(0, fault.offset - EXCERPT_BYTES);
  const end = verbose ? bytes.length : Math.min(bytes.length, fault.offset + EXCERPT_BYTES);
  const words = Array.from(bytes.subarray(start, end), (byte, index) => {
    const word = byte.toString(16).padStart(2, '0');
    return start + index === fault.offset ? palette.red(`[${word}]`) : word;
  });
  if (fault.offset >= bytes.length) words.push(palette.red('[end]'));
  return [`${start > 0 ? '… ' : ''}${words.join(' ')}${end < bytes.length ? ' …' : ''}`];
}

function jsonFields(decoded: Decoded, bytes: Uint8Array, names: MethodNames): JsonFields {
  switch (decoded.kind) {
    case 'malformed': {
      const { wire, word, fault } = decoded;
      const frames = decoded.frames.map((frame) => frameFields(frame, names));
      const why = { why: word, offset: fault.offset, reason: fault.reason };
      return { ...(wire === undefined ? {} : { wire }), type: 'malformed', ...why, frames, hex: hex(bytes) };
    }
    case 'reset':
      return resetFields(decoded.packet);
    case 'retry':
      return { wire: 'native', type: 'retry', id: hex(decoded.packet.id), token: hex(decoded.packet.token) };
    case 'sealed':
      return sealedPacketFields(decoded, names);
    case 'message':
      return messageFields(decoded.message);
    case 'packet': {
      const { packet } = decoded;
      const isOpening = packet.type === PACKET_TYPES.OPENING;
      const ids = {
        ...(isOpening ? { sourceId: hex(packet.sourceId) } : {}),
        ...(packet.destinationId === undefined ? {} : { destinationId: hex(packet.destinationId) }),
      };
      return {
        wire: 'native',
        type: isOpening ? 'opening' : 'plain',
        ...ids,
        number: packet.number,
        ...contentFields(decoded, names),
      };
    }
  }
}

function sealedPacketFields({ packet, opened }: Extract<Decoded, { kind: 'sealed' }>, names: MethodNames): JsonFields {
  if (opened === undefined) return sealedFields(packet);
  const caller = opened.publicKey === undefined ? {} : { caller: opened.publicKey };
  return { ...sealedFields(packet), ...caller, ...contentFields(opened, names) };
}

function contentFields({ frames, paddingBytes }: Content, names: MethodNames): JsonFields {
  const padding = paddingBytes === 0 ? {} : { paddingBytes };
  return { frames: frames.map((frame) => frameFields(frame, names)), ...padding };
}

function messageFields(message: RpcudpRequest | RpcudpResponse): JsonFields {
  const { type, id } = message;
  const said =
    type === 'request' ? { method: methodText(message), args: hex(message.args) } : { value: hex(message.value) };
  const value: [string, Uint8Array] = type === 'request' ? ['args', message.args] : ['value', message.value];
  return { wire: 'rpcudp', type, id: hex(id), ...said, ...decodedFields([value]) };
}

function sealedHeadline(packet: SealedPacket, style: RenderStyle): string {
  const isOpening = packet.type === PACKET_TYPES.SEALED_OPENING;
  const from = isOpening ? ` from ${idText(packet.sourceId, style)}` : '';
  const to = packet.destinationId === undefined ? '' : ` to ${idText(packet.destinationId, style)}`;
  return `${style.palette.bold(`sealed ${isOpening ? 'opening packet' : 'packet'} ${packet.number}`)}${from}${to}`;
}

/** A reset of a sealed association shows a token. */
function resetFields({ id, token }: { readonly id: Uint8Array; readonly token: Uint8Array | undefined }): JsonFields {
  return { wire: 'native', type: 'reset', id: hex(id), ...(token === undefined ? {} : { token: hex(token) }) };
}
