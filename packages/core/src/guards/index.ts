/**
 * @packageDocumentation
 * Guards: validators of arguments and results, put together from the types of a service. `rpcudp generate --guards` writes
 * modules that use them; they are Standard Schemas, so they can also be given to `@RpcMethod({ args, result })` by hand.
 */
export { args, array, tuple } from './arrays.js';
export { optional, rest, type Element, type ElementOf, type Optional, type Rest, type TupleOf } from './elements.js';
export {
  arrayBuffer,
  buffer,
  bytes,
  dataView,
  date,
  error,
  regExp,
  typedArray,
  url,
  type Errors,
  type TypedArrays,
} from './builtins.js';
export { result, typed, type Fields, type Guard, type GuardParts } from './guard.js';
export type { Look } from './looks.js';
export {
  absent,
  anyObject,
  bigint,
  boolean,
  enumeration,
  literal,
  never,
  nil,
  nonNullish,
  nothing,
  number,
  string,
  unknown,
} from './leaves.js';
export { map, set } from './collections.js';
export {
  numericRecord,
  object,
  patternRecord,
  record,
  type ObjectOf,
  type RecordsOf,
  type RecordGuard,
} from './objects.js';
export type { IndexKey, Properties } from './shape.js';
export type { Check, Run } from './run.js';
export { casing, template, type Casing, type TemplateHole, type TemplateOf } from './texts.js';
export { lazy, overloads, union, type UnionOf } from './unions.js';
