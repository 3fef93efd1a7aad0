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
export { result, type Fields, type Guard, type GuardParts } from './guard.js';
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
  type IndexKey,
  type ObjectOf,
  type Properties,
  type RecordGuard,
} from './objects.js';
export type { Check, Run } from './run.js';
export { casing, template, type Casing, type TemplateHole, type TemplateOf } from './texts.js';
export { lazy, overloads, union, type UnionOf } from './unions.js';
