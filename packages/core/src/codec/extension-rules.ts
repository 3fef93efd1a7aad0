/** The extension types of one codec, in the form in which `@msgpack/msgpack` asks for them. */
import { types } from 'node:util';
import { decodeTimestampToTimeSpec, encodeTimestampExtension, ExtData } from '@msgpack/msgpack';
import { RpcError } from '../errors.js';
import { USER_TYPE_MAX } from './exact-types.js';
import type { ExtensionType } from './extension.js';

type AnyClass = abstract new (...args: never[]) => unknown;

/** MessagePack's own extension type for moments in time. */
export const TIMESTAMP = -1;
const NANOSECONDS_MAX = 999_999_999;

/** A value as its rule wrote it. */
export interface Extended {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The users' rules and, after them, the timestamp. */
export class ExtensionRules {
  readonly #rules: ExtensionType[] = [];

  constructor(rules: readonly ExtensionType[]) {
    for (const rule of rules) {
      const { type } = rule;
      if (!Number.isInteger(type) || type < 0 || type > USER_TYPE_MAX || this.knows(type)) {
        const expected = `each extension type is a whole number from 0 to ${USER_TYPE_MAX} of its own`;
        const hint = type > USER_TYPE_MAX && type < 128 ? ' Those from 96 to 127 are set aside for rpcudp.' : '';
        throw new RpcError('INVALID_ARGUMENT', `messagePack({ extensions }): ${expected}, not ${String(type)}.${hint}`);
      }
      this.#rules.push(rule);
    }
  }

  /** Whether values of this type can be decoded. */
  readonly knows = (type: number): boolean => type === TIMESTAMP || this.#ruleOf(type) !== undefined;

  /** Whether a rule of the user's is for this value. */
  readonly covers = (value: object): boolean => this.#ruleFor(value) !== undefined;

  /** A value by the user's rule for it, if there is one. */
  encode(value: unknown): Extended | undefined {
    const rule = this.#ruleFor(value);
    return rule && { type: rule.type, bytes: encodeByRule(rule, value) };
  }

  /** Whether a rule of the user's is for instances of a class, or of one that extends it. */
  knowClass(type: AnyClass): boolean {
    return this.#rules.some((rule) => isFor(rule, type));
  }

  /** For the library's encoder. */
  tryToEncode(value: unknown): ExtData | null {
    const extended = this.encode(value);
    if (extended !== undefined) return new ExtData(extended.type, extended.bytes);
    return value instanceof Date ? new ExtData(TIMESTAMP, encodeTimestampExtension(value)!) : null;
  }

  /** The value of an extension type that {@link knows} knows. */
  decode(bytes: Uint8Array, type: number): unknown {
    if (type === TIMESTAMP) return decodeTimestamp(bytes);
    // A copy, because users keep it, and because `slice` of a Buffer, which the bytes may be part of, copies nothing.
    return this.#ruleOf(type)!.decode(new Uint8Array(bytes));
  }

  #ruleFor(value: unknown): ExtensionType | undefined {
    // Asked of each object that is encoded, and as a rule there are none: no closure for that.
    for (const rule of this.#rules) if (rule.is(value)) return rule;
    return undefined;
  }

  #ruleOf(type: number): ExtensionType | undefined {
    return this.#rules.find((rule) => rule.type === type);
  }
}

/** A rule that does not say its class is asked about an instance that nobody has constructed. */
function isFor({ of, is }: ExtensionType, type: AnyClass): boolean {
  try {
    return of?.prototype instanceof type || is(Object.create(type.prototype as object));
  } catch {
    // It looked inside.
    return false;
  }
}

function encodeByRule(rule: ExtensionType, value: unknown): Uint8Array {
  let bytes: unknown;
  try {
    bytes = rule.encode(value);
  } catch (cause) {
    const why = types.isNativeError(cause) ? cause.message : 'its encode function failed';
    throw new RpcError('INVALID_ARGUMENT', `Extension type ${rule.type} cannot encode a value: ${why}.`, { cause });
  }
  if (types.isUint8Array(bytes)) return bytes;
  throw new RpcError('INVALID_ARGUMENT', `The encode function of extension type ${rule.type} must give a Uint8Array.`);
}

function decodeTimestamp(bytes: Uint8Array): Date {
  const { sec, nsec } = decodeTimestampToTimeSpec(bytes);
  const date = new Date(sec * 1000 + Math.floor(nsec / 1e6));
  if (nsec > NANOSECONDS_MAX) throw new Error('a timestamp has more than 999,999,999 nanoseconds');
  if (Number.isNaN(date.getTime())) throw new Error('a timestamp is outside the range of Date');
  return date;
}
