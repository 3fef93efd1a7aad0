/** Frames and messages as text: a short form of one line, and the fields below it in the long form. */
import { FRAME_TYPES, type NativeFrame, type RpcudpRequest, type RpcudpResponse } from '@rpcudp/core/wire';
import { printable } from '../output/printable.js';
import type { LocatedFrame } from './located-frame.js';
import { codeName, executedName, frameFields, type JsonFields } from './frame-fields.js';
import { frameName } from './frame-walk.js';
import { hex } from './literals.js';
import type { MethodNames } from './method-names.js';
import { listText, valueText, WHOLE, type ValueLimits } from './value-text.js';
import { decodeValue, unreadableText } from './values.js';

type FrameOf<Type> = Extract<NativeFrame, { readonly type: Type }>;
type AckFrame = FrameOf<typeof FRAME_TYPES.ACK>;
type CallFrame = FrameOf<typeof FRAME_TYPES.CALL>;
type FailureFrame = FrameOf<typeof FRAME_TYPES.FAILURE>;
type HelloFrame = FrameOf<typeof FRAME_TYPES.HELLO>;
type PartFrame = FrameOf<typeof FRAME_TYPES.PART>;

/** How frames are shown. */
export interface FrameStyle {
  readonly names: MethodNames;
  readonly limits: ValueLimits;
  /** Whether all fields are shown. */
  readonly verbose: boolean;
}

/** The lines of a frame. */
export function frameLines(located: LocatedFrame, style: FrameStyle): string[] {
  const { frame } = located;
  const said = frameText(frame, style);
  const line = `${frameName(frame.type) ?? 'frame'}${said === '' ? '' : ` ${said}`}`;
  if (!style.verbose) return [line];
  const fields = frameFields(located, style.names);
  delete fields.type;
  return [line, ...fieldLines(fields)];
}

/** Fields by name, one on each line. */
export function fieldLines(fields: JsonFields): string[] {
  return Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'string' ? printable(value) : valueText(value, WHOLE);
    return `  ${name}: ${text}`;
  });
}

/** A request or a response of the rpcudp wire. */
export function messageText(message: RpcudpRequest | RpcudpResponse, { limits }: FrameStyle): string {
  if (message.type === 'response') return `= ${payloadText(message.value, limits)}`;
  return callText(methodText(message), message.args, limits);
}

/** The name in a request. It is UTF-8 from the network, and may be none. */
export function methodText({ method }: RpcudpRequest): string {
  return printable(Buffer.from(method.buffer, method.byteOffset, method.byteLength).toString('utf8'));
}

function frameText(frame: NativeFrame, style: FrameStyle): string {
  const { limits } = style;
  switch (frame.type) {
    case FRAME_TYPES.ACK:
      return ackText(frame);
    case FRAME_TYPES.HELLO:
      return helloText(frame);
    case FRAME_TYPES.CALL:
      return callFrameText(frame, style);
    case FRAME_TYPES.RESULT:
      return `${frame.number} = ${payloadText(frame.value, limits)}`;
    case FRAME_TYPES.FAILURE:
      return failureText(frame, limits);
    case FRAME_TYPES.PART:
      return partText(frame);
    case FRAME_TYPES.CANCEL:
      return String(frame.number);
    case FRAME_TYPES.PATH_CHALLENGE:
    case FRAME_TYPES.PATH_RESPONSE:
      return hex(frame.bytes);
    default: // has no fields
      return '';
  }
}

/** What the features that are known are called: docs/protocol.md §3, HELLO. */
const FEATURES = new Map([
  [1, 'frame types'],
  [2, 'call flags'],
]);

function helloText({ ageMs, messageBytesMax, callsMax, features }: HelloFrame): string {
  const told = features.map(({ id, value }) => `${FEATURES.get(id) ?? `feature ${id}`} hex:${hex(value)}`);
  const takes = `age ${ageMs} ms, takes messages of ${messageBytesMax} bytes and ${callsMax} calls at once`;
  return [takes, ...told].join(', ');
}

function callFrameText(frame: CallFrame, { names, limits }: FrameStyle): string {
  const call = callText(printable(names.textOf(frame.method)), frame.args, limits);
  const more = [
    frame.delivery === 'at-most-once' ? '' : frame.delivery,
    frame.oneWay ? 'one way' : '',
    `${frame.deadlineMs} ms left`,
    frame.metadata === undefined ? '' : `metadata ${payloadText(frame.metadata, limits)}`,
  ];
  return [`${frame.number} ${call}`, ...more.filter((words) => words !== '')].join(', ');
}

function partText({ number, side, total, offset, bytes }: PartFrame): string {
  return `of ${side === 0 ? 'call' : 'reply'} ${number}, bytes ${range(offset, offset + bytes.length - 1)} of ${total}`;
}

function ackText({ ranges, delayMicros }: AckFrame): string {
  const numbers = ranges.map(({ start, end }) => range(lowBits(start), lowBits(end))).join(', ');
  return delayMicros === 0 ? numbers : `${numbers}, after ${delayMicros / 1000} ms`;
}

function range(start: number, end: number): string {
  return start === end ? String(start) : `${start}-${end}`;
}

/** A packet number is told by its low 32 bits, so one that is below 0 here stands for a larger one. */
function lowBits(number: number): number {
  return number >>> 0;
}

function callText(method: string, args: Uint8Array, limits: ValueLimits): string {
  const decoded = decodeValue(args);
  if (!decoded.readable) return `${method}(${unreadableText(decoded)})`;
  return `${method}(${Array.isArray(decoded.value) ? listText(decoded.value, limits) : valueText(decoded.value, limits)})`;
}

function payloadText(bytes: Uint8Array, limits: ValueLimits): string {
  const decoded = decodeValue(bytes);
  return decoded.readable ? valueText(decoded.value, limits) : unreadableText(decoded);
}

/** The details are an array of the message, and of what the error said beside it if there was anything: docs/protocol.md §4. */
function failureText({ number, code, executed, details }: FailureFrame, limits: ValueLimits): string {
  const failure = `${number} ${codeName(code)}, executed: ${executedName(executed)}`;
  if (details.length === 0) return failure;
  const decoded = decodeValue(details);
  const isDetails = decoded.readable && Array.isArray(decoded.value) && typeof decoded.value[0] === 'string';
  if (!isDetails) return `${failure}: ${payloadText(details, limits)}`;
  const said = (decoded.value as unknown[]).filter((part) => part !== null);
  return `${failure}: ${listText(said, limits)}`;
}

/** The first bytes of an id, by which people tell them apart; all of it in the long form. */
export function idText(id: Uint8Array, { verbose }: FrameStyle): string {
  return hex(verbose ? id : id.subarray(0, 4));
}
