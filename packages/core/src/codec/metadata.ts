import { RpcError } from '../errors.js';

/** A few words beside the arguments. */
export type Metadata = Readonly<Record<string, string>>;

/** Checks that a value is an object of strings. @throws RpcError `INVALID_ARGUMENT` */
export function checkMetadata(value: unknown): Metadata {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && Object.values(value).every((word) => typeof word === 'string')) return value as Metadata;
  throw new RpcError('INVALID_ARGUMENT', 'metadata must be an object whose values are strings.');
}
