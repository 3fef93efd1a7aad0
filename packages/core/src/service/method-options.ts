import type { Delivery } from '../delivery.js';
import type { StreamSides } from '../shape.js';
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** What a remote method may declare beside its signature. */
export interface RpcMethodOptions<
  Args extends readonly unknown[] = readonly unknown[],
  Result = unknown,
  ClientResult = Result,
  Items = unknown,
> {
  /** The method's name on the wire, when it is not the name of the property: `find_node` for a Python peer. */
  readonly name?: string;
  /** How long callers of this method wait, in milliseconds, unless they say otherwise. Default: the endpoint's. */
  readonly timeoutMs?: number;
  /**
   * Of a method with a stream: how long whoever reads it waits for its next value, in milliseconds, before it ends with
   * `DEADLINE_EXCEEDED`, unless the caller says otherwise, `Infinity` for ever. Default: for ever.
   */
  readonly idleMs?: number;
  /** Of a method with a stream: how long a call may take altogether, in milliseconds, in the same way. Default: for ever. */
  readonly totalMs?: number;
  /**
   * How hard a call of this method is tried on the native wire. `'at-most-once'`: sent again until answered, and never run
   * twice. `'idempotent'`: may run again, so it is also sent again after the peer was restarted. `'best-effort'`: sent
   * once, never again; of its streams the newest value wins, and what is older is left out. The rpcudp wire sends every call
   * once. Default: `'at-most-once'`.
   */
  readonly delivery?: Delivery;
  /**
   * Whether callers want no answer. On the native wire the call then ends when it has arrived, or with best effort when it
   * has been sent. The rpcudp wire answers all calls. Default: false.
   */
  readonly oneWay?: boolean;
  /**
   * Whose values follow each other, where the method alone cannot tell. An `async *` method tells by itself that it answers
   * with many, unless a compiler has made another function of it; whatever else returns an `AsyncIterable` says `true`, which
   * is `'server'`. A method whose last parameter is an `AsyncIterable` says `'client'`, or `'both'` if it answers with one,
   * too. Such a parameter is the only one of its kind, and neither optional nor a rest parameter.
   */
  readonly stream?: boolean | StreamSides;
  /**
   * Validates each value of a stream where the service runs; its output takes the value's place. These are the values that
   * callers stream, or of a method that takes no stream, those that it answers with. One of a caller's that is refused ends
   * the stream with `INVALID_ARGUMENT`, one of the handler's with `INTERNAL`.
   */
  readonly items?: StandardSchemaV1<unknown, Items>;
  /**
   * Validates the arguments, as one array, before the handler runs: any Standard Schema validator (zod, valibot, arktype
   * and others), synchronous or not. Its output is what the handler gets; a refused call never reaches it. A
   * streamed argument is none of them.
   */
  readonly args?: StandardSchemaV1<unknown, Args>;
  /**
   * Validates the result before it is sent; its output is what is sent. Where the answer is a stream, it validates each of
   * its values.
   */
  readonly result?: StandardSchemaV1<unknown, Result>;
  /**
   * Validates an answer where it arrives, in the process of the caller; its output is what the caller gets. It makes of what
   * came what the types promise: a bigint of a number that an older peer sent. An answer that it refuses is `DATA_LOSS`.
   * Where the answer is a stream, it validates each of its values.
   */
  readonly clientResult?: StandardSchemaV1<unknown, ClientResult>;
  /** What the method does, in a sentence, for those who ask the endpoint by reflection. */
  readonly doc?: string;
}

/** What a service declares about itself. */
export interface RpcServiceOptions {
  /** The service's name on wires that have service names. Stated, not taken from the class: minifiers rename classes. */
  readonly name: string;
  /** Which version of the service this is, for those who ask by reflection: no call depends on it. */
  readonly version?: string;
  /** What the service is for, in a sentence, for those who ask by reflection. */
  readonly doc?: string;
}
