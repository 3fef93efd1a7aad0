/** Frames and messages as text: a short form of one line, and the fields below it in the long form. */
import { FRAME_TYPES, type NativeFrame, type RpcudpRequest, type RpcudpResponse } from '@rpcudp/core/wire';
import { printable } from '../output/printable.js';
import type { LocatedFrame } from './located-frame.js';
import { codeName, endName, executedName, frameFields, type JsonFields } from './frame-fields.js';
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
type StreamFrame = FrameOf<
  | typeof FRAME_TYPES.ITEM
  | typeof FRAME_TYPES.ITEM_PART
  | typeof FRAME_TYPES.CREDIT
  | typeof FRAME_TYPES.END
  | typeof FRAME_TYPES.STOP
>;

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
    default:
      return 'number' in frame ? streamText(frame, limits) : ''; // has no fields
  }
}

/** What the features that are known are called: docs/protocol.md §3, HELLO. */
const FEATURES = new Map([
  [1, 'frame types'],
  [2, 'call flags'],
  [5, 'streams'],
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
    ...streamsText(frame),
    frame.metadata === undefined ? '' : `metadata ${payloadText(frame.metadata, limits)}`,
  ];
  return [`${frame.number} ${call}`, ...more.filter((words) => words !== '')].join(', ');
}

function streamsText({ streams }: CallFrame): string[] {
  if (streams === undefined) return [];
  const { credit, takes } = streams;
  return [
    credit === undefined ? '' : `answered by a stream of at first ${creditText(credit)}`,
    takes ? 'with a stream' : '',
  ];
}

function streamText(frame: StreamFrame, limits: ValueLimits): string {
  if (frame.type === FRAME_TYPES.STOP) return String(frame.number);
  const whose = `of ${frame.side === 0 ? 'call' : 'reply'} ${frame.number}`;
  switch (frame.type) {
    case FRAME_TYPES.ITEM:
      return `${frame.index} ${whose} = ${payloadText(frame.bytes, limits)}`;
    case FRAME_TYPES.ITEM_PART:
      return `${frame.index} ${whose}, ${pieceText(frame)}`;
    case FRAME_TYPES.CREDIT:
      return `${whose}, ${frame.taken} taken, ${creditText(frame)} more`;
    case FRAME_TYPES.END: {
      const end = `${whose} after ${frame.count} items, ${endName(frame.code)}`;
      return frame.value.length === 0 ? end : `${end}: ${payloadText(frame.value, limits)}`;
    }
  }
}

function creditText({ items, bytes }: { readonly items: number; readonly bytes: number }): string {
  return `${items} items or ${bytes} bytes`;
}

function partText(part: PartFrame): string {
  return `of ${part.side === 0 ? 'call' : 'reply'} ${part.number}, ${pieceText(part)}`;
}

function pieceText({ total, offset, bytes }: Pick<PartFrame, 'total' | 'offset' | 'bytes'>): string {
  return `bytes ${range(offset, offset + bytes.length - 1)} of ${total}`;
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
