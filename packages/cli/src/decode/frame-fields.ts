/** Frames as fields with names: for JSON, and for the long form of the text. The names are those of docs/vectors/native.json. */
import { RPC_ERROR_CODES } from '@rpcudp/core/endpoint';
import { END_DONE, FRAME_TYPES, type NativeFrame } from '@rpcudp/core/wire';
import type { LocatedFrame } from './located-frame.js';
import { frameName } from './frame-walk.js';
import type { MethodNames } from './method-names.js';
import { hex } from './literals.js';
import { decodeValue } from './values.js';

/** Fields of a frame or a message by name, fit for JSON. */
export type JsonFields = Record<string, unknown>;

type CallFrame = Extract<NativeFrame, { readonly type: typeof FRAME_TYPES.CALL }>;
type EndFrame = Extract<NativeFrame, { readonly type: typeof FRAME_TYPES.END }>;
type FailureFrame = Extract<NativeFrame, { readonly type: typeof FRAME_TYPES.FAILURE }>;

/** `executed` of a FAILURE frame, by its number: docs/protocol.md §3. */
const EXECUTED = ['no', 'yes', 'unknown'];

/** The word for a code's number (§9); a number without one is UNKNOWN. */
export function codeName(code: number): string {
  return RPC_ERROR_CODES[code] ?? 'UNKNOWN';
}

/** The word for the code of an END frame, which need be no failure: §13. */
export function endName(code: number): string {
  return code === END_DONE ? 'done' : codeName(code);
}

/** The word for `executed`; a number without one says as little as 2. */
export function executedName(executed: number): string {
  return EXECUTED[executed] ?? 'unknown';
}

/** Which values a frame carries, by the name of the field. Empty details are none. */
export function valuesOf(frame: NativeFrame): [field: string, bytes: Uint8Array][] {
  switch (frame.type) {
    case FRAME_TYPES.CALL:
      return frame.metadata === undefined
        ? [['args', frame.args]]
        : [
            ['args', frame.args],
            ['metadata', frame.metadata],
          ];
    case FRAME_TYPES.RESULT:
      return [['value', frame.value]];
    case FRAME_TYPES.FAILURE:
      return frame.details.length === 0 ? [] : [['details', frame.details]];
    case FRAME_TYPES.ITEM:
      return [['bytes', frame.bytes]];
    case FRAME_TYPES.END:
      return frame.value.length === 0 ? [] : [['value', frame.value]];
    default:
      return [];
  }
}

/** All fields of a frame. Bytes are hexadecimal, and what they hold stands beside them in `decoded`. */
export function frameFields({ frame, offset }: LocatedFrame, names: MethodNames): JsonFields {
  const { type, ...rest } = frame;
  const fields: JsonFields = { type: frameName(type), offset, ...asHex(rest) };
  if (frame.type === FRAME_TYPES.CALL) Object.assign(fields, callFields(frame, names));
  if (frame.type === FRAME_TYPES.FAILURE) Object.assign(fields, failureFields(frame));
  if (frame.type === FRAME_TYPES.END) Object.assign(fields, endFields(frame));
  return { ...fields, ...decodedFields(valuesOf(frame)) };
}

/** What bytes hold, by field: `decoded`, and `undecodable` with the reason for those that hold nothing. */
export function decodedFields(values: readonly [field: string, bytes: Uint8Array][]): JsonFields {
  const entries = values.map(([field, bytes]) => [field, decodeValue(bytes)] as const);
  const decoded = entries.flatMap(([field, value]) => (value.readable ? [[field, value.value]] : []));
  const undecodable = entries.flatMap(([field, value]) => (value.readable ? [] : [[field, value.reason]]));
  return {
    ...(decoded.length === 0 ? {} : { decoded: Object.fromEntries(decoded) as JsonFields }),
    ...(undecodable.length === 0 ? {} : { undecodable: Object.fromEntries(undecodable) as JsonFields }),
  };
}

function asHex(fields: object): JsonFields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
      if (value === undefined) return [];
      if (Array.isArray(value)) return [[name, (value as object[]).map(asHex)]];
      return [[name, value instanceof Uint8Array ? hex(value) : value]];
    }),
  );
}

function callFields(frame: CallFrame, names: MethodNames): JsonFields {
  const methodName = names.nameOf(frame.method);
  return methodName === undefined ? {} : { methodName };
}

function endFields({ code }: EndFrame): JsonFields {
  return { codeName: endName(code) };
}

function failureFields({ code, executed }: FailureFrame): JsonFields {
  return { codeName: codeName(code), executedName: executedName(executed) };
}
