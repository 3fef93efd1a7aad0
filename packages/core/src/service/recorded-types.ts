/** Guards from the parameter types that `emitDecoratorMetadata` records: constructors such as `String` or `Date`. */
import { refusedArguments, type Guard } from './argument-guard.js';
import type { MethodContract } from './contract.js';
import { invalidService } from './names.js';

/** What a parameter expects. `accept` gives what the handler gets, or {@link REFUSED}. */
interface Expectation {
  readonly what: string;
  readonly accept: (value: unknown) => unknown;
}

const REFUSED = Symbol('refused');

const keepIf =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): unknown =>
    fits(value) ? value : REFUSED;

/** What the codec gives for each recorded type; three of them need a step from what travels to what was declared. */
const EXPECTATIONS = new Map<unknown, Expectation>([
  [String, { what: 'a string', accept: keepIf((value) => typeof value === 'string') }],
  [Number, { what: 'a number', accept: keepIf((value) => typeof value === 'number') }],
  [Boolean, { what: 'a boolean', accept: keepIf((value) => typeof value === 'boolean') }],
  [BigInt, { what: 'an integer', accept: toBigInt }],
  [Array, { what: 'an array', accept: keepIf(Array.isArray) }],
  [Uint8Array, { what: 'bytes', accept: keepIf((value) => value instanceof Uint8Array) }],
  [Buffer, { what: 'bytes', accept: toBuffer }],
  [Map, { what: 'a map', accept: toMap }],
  [undefined, { what: 'nothing', accept: () => REFUSED }],
]);

/** Integers that fit travel as numbers. */
function toBigInt(value: unknown): unknown {
  if (typeof value === 'bigint') return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : REFUSED;
}

/** Bytes arrive as a Uint8Array. */
function toBuffer(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : REFUSED;
}

/** A map whose keys are all strings arrives as an object. */
function toMap(value: unknown): unknown {
  if (value instanceof Map) return value;
  const isObject = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isObject ? new Map(Object.entries(value)) : REFUSED;
}

/**
 * A guard from recorded types: not more arguments than parameters, and each of its parameter's type.
 *
 * The compiler records neither `?` nor `| null`, so a missing argument and null pass for every type; and it records
 * `Object` for everything that is not a class or a primitive, so anything passes for that.
 *
 * @throws RpcError `INVALID_SERVICE` if a parameter is of a type that cannot travel.
 */
export function guardFromTypes(
  method: MethodContract,
  types: readonly unknown[],
  handler: (...args: never[]) => unknown,
): Guard {
  const expectations = types.map((type, index) => expectationOf(type, index, method));
  const rest = hasRestParameter(handler, types.length) ? expectations.at(-1) : undefined;
  return (args) => {
    if (args.length > expectations.length && rest === undefined) {
      throw refusedArguments(method, `it takes at most ${expectations.length}, and ${args.length} came`);
    }
    for (let index = 0; index < args.length; index += 1) {
      const value = args[index];
      if (value === null || value === undefined) continue;
      const expectation = expectations[index] ?? rest!;
      const accepted = expectation.accept(value);
      if (accepted === REFUSED) {
        throw refusedArguments(method, `argument ${index + 1} must be ${expectation.what}, not ${describe(value)}`);
      }
      args[index] = accepted;
    }
    return args;
  };
}

const ANYTHING: Expectation = { what: 'anything', accept: (value) => value };

function expectationOf(type: unknown, index: number, method: MethodContract): Expectation {
  if (type === Object) return ANYTHING;
  const known = EXPECTATIONS.get(type);
  if (known !== undefined) return known;
  if (type === Function || type === Symbol || type === Promise || typeof type !== 'function') {
    const name = typeof type === 'function' ? type.name : String(type);
    throw invalidService(
      `${method.service}.${method.property}: parameter ${index + 1} is a ${name}, which cannot be sent over a network.`,
    );
  }
  return { what: `an instance of ${type.name}`, accept: keepIf((value) => value instanceof type) };
}

/**
 * Whether the last parameter is a rest parameter. The compiler does not record it, but `Function.length` leaves out rest
 * parameters and those from the first default on, and only a rest parameter has three dots right in the parameter list,
 * not inside the brackets of a pattern or of a default.
 */
function hasRestParameter(handler: (...args: never[]) => unknown, parameters: number): boolean {
  if (handler.length >= parameters) return false;
  let depth = 0;
  for (const [token] of Function.prototype.toString.call(handler).matchAll(TOKENS)) {
    if (OPENING.includes(token)) depth += 1;
    else if (CLOSING.includes(token)) depth -= 1;
    if (depth === 1 && token === '...') return true;
    if (depth === 0 && token === ')') return false;
  }
  return false;
}

/** Comments, strings, dots and brackets of a function's source. */
const TOKENS = /\/\*[^]*?\*\/|\/\/.*|(['"`])(?:\\[^]|(?!\1)[^\\])*\1|\.\.\.|[()[\]{}]/g;
const OPENING = ['(', '[', '{'];
const CLOSING = [')', ']', '}'];

/** What a value is, for messages. It comes from the network, so no property of its own is looked at. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  const prototype = Object.getPrototypeOf(value) as { readonly constructor: { readonly name: string } } | null;
  return prototype === null || prototype === Object.prototype ? 'an object' : `a ${prototype.constructor.name}`;
}
