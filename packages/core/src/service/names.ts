import { RpcError } from '../errors.js';
import { METHOD_NAME_BYTES_MAX } from '../limits.js';
import { inspectOption } from '../inspect-option.js';
import { expectedMillis, isMillis } from '../durations.js';
import { DELIVERIES } from '../delivery.js';
import { STREAM_SIDES } from '../shape.js';
import type { RpcMethodOptions, RpcServiceOptions } from './method-options.js';

/**
 * Names that no remote method may have as a property, because the stub would then stop being a plain object: with a
 * `then` it would be awaited, the others are what every object already has.
 */
export type ReservedMethodName =
  | 'then'
  | 'constructor'
  | 'toString'
  | 'toLocaleString'
  | 'toJSON'
  | 'valueOf'
  | 'hasOwnProperty'
  | 'isPrototypeOf'
  | 'propertyIsEnumerable'
  | `__${string}__`;

const RESERVED = new Set<string>(['then', 'toJSON', ...Object.getOwnPropertyNames(Object.prototype)]);

/** Checks the property under which a method is remote. @throws RpcError `INVALID_SERVICE` */
function checkProperty(property: string | symbol, where: string): asserts property is string {
  if (typeof property === 'symbol') {
    throw invalidService(`${where}: a symbol has no name on the wire. Give the method a name that is a string.`);
  }
  if (RESERVED.has(property)) {
    throw invalidService(
      `${where}: a remote method cannot be called "${property}", for the client's stub is a plain object that is not ` +
        `thenable. Rename the method, and keep the wire name with the option { name: '${property}' }.`,
    );
  }
}

/** Checks a wire name of a service or method. @throws RpcError `INVALID_SERVICE` */
export function checkWireName(name: unknown, where: string): asserts name is string {
  if (typeof name !== 'string' || name === '' || !name.isWellFormed()) {
    throw invalidService(`${where}: the name must be a string that is not empty, not ${describeName(name)}.`);
  }
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > METHOD_NAME_BYTES_MAX) {
    throw invalidService(`${where}: the name takes ${bytes} bytes; at most ${METHOD_NAME_BYTES_MAX} are allowed.`);
  }
}

/** Checks what a service declares about itself. @throws RpcError `INVALID_SERVICE` */
export function checkService(nameOrOptions: unknown, where: string): RpcServiceOptions {
  const options = isObject(nameOrOptions) ? (nameOrOptions as RpcServiceOptions) : { name: nameOrOptions };
  const { name, version, doc }: Partial<Record<keyof RpcServiceOptions, unknown>> = options;
  checkWireName(name, where);
  return { name, ...checkTexts({ version, doc }, where) };
}

/** Checks options that are only repeated to those who ask; gives those that are there. */
function checkTexts<K extends string>(texts: Record<K, unknown>, where: string): Partial<Record<K, string>> {
  const given = Object.entries(texts).filter(([, text]) => text !== undefined);
  for (const [option, text] of given) {
    if (typeof text !== 'string') throw invalidService(`${where}: ${option} must be text, not ${inspectOption(text)}.`);
  }
  return Object.fromEntries(given) as Partial<Record<K, string>>;
}

/** Checks a method: its property and what it declares. @throws RpcError `INVALID_SERVICE` */
export function checkMethod(
  property: string | symbol,
  options: RpcMethodOptions,
  where: string,
): asserts property is string {
  checkProperty(property, where);
  if (!isObject(options)) throw invalidService(`${where}: the options must be an object, not ${String(options)}.`);
  checkWireName(options.name ?? property, where);
  for (const option of ['timeoutMs', 'idleMs', 'totalMs'] as const) checkTimeout(option, options[option], where);
  checkDelivery(options, where);
  checkStream(options.stream, where);
  checkTexts({ doc: options.doc }, where);
  for (const option of ['args', 'result', 'clientResult', 'items'] as const) {
    const schema: unknown = options[option];
    if (schema !== undefined && !isStandardSchema(schema)) {
      throw invalidService(`${where}: ${option} must be a Standard Schema validator, such as one of zod or valibot.`);
    }
  }
}

function checkTimeout(option: string, ms: number | undefined, where: string): void {
  if (ms === undefined || isMillis(ms, 1)) return;
  throw invalidService(`${where}: ${option} must be ${expectedMillis(1)}, not ${inspectOption(ms)}.`);
}

function checkDelivery({ delivery, oneWay }: RpcMethodOptions, where: string): void {
  if (delivery !== undefined && !DELIVERIES.includes(delivery)) {
    const expected = DELIVERIES.map((word) => `'${word}'`).join(', ');
    throw invalidService(`${where}: delivery must be one of ${expected}, not ${inspectOption(delivery)}.`);
  }
  if (oneWay !== undefined && typeof oneWay !== 'boolean') {
    throw invalidService(`${where}: oneWay must be true or false, not ${inspectOption(oneWay)}.`);
  }
}

function checkStream(stream: RpcMethodOptions['stream'], where: string): void {
  if (stream === undefined || typeof stream === 'boolean' || STREAM_SIDES.includes(stream)) return;
  const expected = STREAM_SIDES.map((word) => `'${word}'`).join(', ');
  throw invalidService(`${where}: stream must be true, false, or one of ${expected}, not ${inspectOption(stream)}.`);
}

function describeName(name: unknown): string {
  return typeof name === 'string' ? JSON.stringify(name) : `a value of type ${typeof name}`;
}

/** Whether a value is a validator, as far as can be told without running it. */
export function isStandardSchema(value: unknown): boolean {
  return (isObject(value) || typeof value === 'function') && '~standard' in value;
}

/** Whether a value is an object, and not a function. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The error for every misuse of services: always a mistake in the program, never the other side's doing. */
export function invalidService(message: string): RpcError {
  return new RpcError('INVALID_SERVICE', message);
}
