/**
 * @packageDocumentation
 * Guards: validators of arguments and results, put together from the types of a service. `rpcudp generate --guards` writes
 * modules that use them; they are Standard Schemas, so they can also be given to `@RpcMethod({ args, result })` by hand.
 */
export {
  args,
  array,
  optional,
  rest,
  tuple,
  type Element,
  type ElementOf,
  type Optional,
  type Rest,
  type TupleOf,
} from './arrays.js';
export { result, type Guard, type GuardParts } from './guard.js';
export {
  absent,
  bigint,
  boolean,
  bytes,
  date,
  enumeration,
  literal,
  never,
  nil,
  nothing,
  number,
  string,
  unknown,
} from './leaves.js';
export { map, numericRecord, object, record, type ObjectOf, type Properties, type RecordGuard } from './objects.js';
export type { Check, Run } from './run.js';
export { lazy, overloads, union, type UnionOf } from './unions.js';
