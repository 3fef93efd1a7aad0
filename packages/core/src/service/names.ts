import { RpcError } from '../errors.js';
import { METHOD_NAME_BYTES_MAX, TIMEOUT_MS_MAX } from '../limits.js';
import type { RpcMethodOptions } from './method-options.js';

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
export function checkProperty(property: string | symbol, where: string): asserts property is string {
  if (typeof property === 'symbol') {
    throw invalidService(`${where}: a symbol has no name on the wire. Give the method a name that is a string.`);
  }
  if (RESERVED.has(property)) {
    throw invalidService(
      `${where}: a remote method cannot be called "${property}", for the client's stub is a plain object that is not ` +
        `thenable. Rename the method, and keep the wire name with @RpcMethod({ name: '${property}' }).`,
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

/** Checks what a method declares. @throws RpcError `INVALID_SERVICE` */
export function checkMethodOptions(options: RpcMethodOptions, where: string): void {
  if (options.name !== undefined) checkWireName(options.name, where);
  const { timeoutMs } = options;
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= TIMEOUT_MS_MAX)) {
    throw invalidService(`${where}: timeoutMs must be from 1 to ${TIMEOUT_MS_MAX}, not ${String(timeoutMs)}.`);
  }
  for (const option of ['args', 'result'] as const) {
    const schema: unknown = options[option];
    if (schema !== undefined && !isStandardSchema(schema)) {
      throw invalidService(`${where}: ${option} must be a Standard Schema validator, such as one of zod or valibot.`);
    }
  }
}

function describeName(name: unknown): string {
  return typeof name === 'string' ? JSON.stringify(name) : `a value of type ${typeof name}`;
}

function isStandardSchema(value: unknown): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && '~standard' in value;
}

/** The error for every misuse of services: always a mistake in the program, never the other side's doing. */
export function invalidService(message: string): RpcError {
  return new RpcError('INVALID_SERVICE', message);
}
