import { isNodeId, type NodeId } from '../ids/node-id.js';
import type { Scalar } from '../records/record.js';
import { isScalar } from './scalars.js';
import { readPut, readQuery, type Put, type Query } from './native-messages.js';
import { TOKEN_BYTES } from '../records/tokens.js';
import { readBytes } from './plain.js';

/** A Standard Schema, so that it fits `@RpcMethod({ args })`. */
export interface ArgumentsSchema<Args extends readonly unknown[]> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: unknown; readonly output: Args };
    readonly validate: (args: unknown) => ArgumentsOutcome<Args>;
  };
}

/** The arguments, or why they are none. */
export type ArgumentsOutcome<Args> =
  { readonly value: Args; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] };

/** Refuses arguments before a handler sees them: on the rpcudp wire with silence, as the Python library does. */
function argumentsAs<Args extends readonly unknown[]>(
  expected: string,
  read: (args: readonly unknown[]) => Args | undefined,
): ArgumentsSchema<Args> {
  const issues = [{ message: `expected ${expected}` }];
  return {
    '~standard': {
      version: 1,
      vendor: 'rpcudp',
      validate: (args) => {
        const value = Array.isArray(args) ? read(args) : undefined;
        return value === undefined ? { issues } : { value };
      },
    },
  };
}

/**
 * The id that a caller says it has. One of another length than 20 bytes is taken, for the Python library takes from 1 to 20, but
 * such a caller is not remembered.
 */
function isCallerId(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= 1 && value.length <= 20;
}

/** `stun`: nothing. */
export const STUN_ARGUMENTS = argumentsAs<[]>('no arguments', (args) => (args.length === 0 ? [] : undefined));

/** `ping`: the caller's id. */
export const PING_ARGUMENTS = argumentsAs<[id: Uint8Array]>('the id of the caller', ([id, ...rest]) =>
  isCallerId(id) && rest.length === 0 ? [id] : undefined,
);

/** `find_node` and `find_value`: the caller's id, and what it looks for. */
export const FIND_ARGUMENTS = argumentsAs<[id: Uint8Array, target: NodeId]>(
  'the id of the caller and a key of 20 bytes',
  ([id, target, ...rest]) => (isCallerId(id) && isNodeId(target) && rest.length === 0 ? [id, target] : undefined),
);

/** `store`: the caller's id, a key, and a scalar. */
export const STORE_ARGUMENTS = argumentsAs<[id: Uint8Array, key: NodeId, value: Scalar]>(
  'the id of the caller, a key of 20 bytes, and an int of 64 bits, a float, a bool, a str or bytes',
  ([id, key, value, ...rest]) => {
    if (!isCallerId(id) || !isNodeId(key) || !isScalar(value) || rest.length > 0) return undefined;
    return [id, Uint8Array.from(key), value instanceof Uint8Array ? Uint8Array.from(value) : value];
  },
);

/** `lookup`: a query. */
export const QUERY_ARGUMENTS = argumentsAs<[query: Query]>('one query', ([value, ...rest]) => {
  const query = rest.length === 0 ? readQuery(value) : undefined;
  return query === undefined ? undefined : [query];
});

/** `put`: what to store, and a token. */
export const PUT_ARGUMENTS = argumentsAs<[put: Put, token: Uint8Array]>(
  'what to store and a token',
  ([value, given, ...rest]) => {
    const put = rest.length === 0 ? readPut(value) : undefined;
    const token = readBytes(given, TOKEN_BYTES);
    return put === undefined || token === undefined ? undefined : [put, token];
  },
);
