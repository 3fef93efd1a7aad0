import type { Delivery } from '../delivery.js';
import type { MethodShape, StreamSides } from '../shape.js';
import type { ParameterDescription } from '../service/service-guards.js';

/** What `Reflection.about` tells of an endpoint. */
export interface EndpointDescription {
  readonly library: 'rpcudp';
  /** The version of the package. */
  readonly version: string;
  /** The wires that the endpoint speaks. */
  readonly wires: readonly string[];
}

/** One remote method, as `Reflection` tells it. */
export interface MethodDescription {
  /** The name on the wire. */
  readonly name: string;
  /** The property of the class and of the stub. */
  readonly property: string;
  readonly delivery: Delivery;
  readonly shape: MethodShape;
  /** Whose values follow each other, where `shape` is `'stream'`. */
  readonly stream?: StreamSides;
  /** How long callers wait by default, in milliseconds, if the method says so. */
  readonly timeoutMs?: number;
  /** The same of a stream: how long its reader waits for a value, and how long all of it may take. */
  readonly idleMs?: number;
  readonly totalMs?: number;
  readonly parameters: readonly ParameterDescription[];
  /** The type of the result, if it is known; of a stream that of each value. */
  readonly returns?: string;
  readonly doc?: string;
}

/** One service, as `Reflection` tells it. */
export interface ServiceDescription {
  readonly name: string;
  readonly version?: string;
  readonly doc?: string;
  /** In the order in which the service declares them. */
  readonly methods: readonly MethodDescription[];
}
