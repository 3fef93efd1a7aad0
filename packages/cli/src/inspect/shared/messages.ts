/** What the page and the command say to each other. */
import type { Json } from './json-values.js';

/** The header that carries the token. */
export const TOKEN_HEADER = 'x-rpcudp-token';

/** A method as reflection tells it: as `MethodDescription` of `@rpcudp/core/reflection`, which a page cannot import. */
export interface ShownMethod {
  readonly name: string;
  readonly property: string;
  readonly delivery: string;
  readonly shape: string;
  readonly stream?: string;
  readonly timeoutMs?: number;
  readonly parameters: readonly ShownParameter[];
  readonly returns?: string;
  readonly doc?: string;
}

export interface ShownParameter {
  readonly name: string;
  readonly type: string;
  readonly optional?: boolean;
  readonly rest?: boolean;
  readonly stream?: boolean;
}

export interface ShownService {
  readonly name: string;
  readonly version?: string;
  readonly doc?: string;
  readonly methods: readonly ShownMethod[];
}

/** What the page asks at its start. */
export interface Overview {
  readonly address: string;
  readonly encrypted: boolean;
  readonly services: readonly ShownService[];
}

/** What is to be called. */
export interface CallRequest {
  readonly service: string;
  readonly method: string;
  readonly delivery: string;
  readonly shape: string;
  readonly stream?: string;
  readonly args: readonly Json[];
  readonly timeoutMs: number;
}

/** A failure, of a call or of the command. */
export interface ShownFailure {
  readonly code: string;
  readonly message: string;
  readonly executed?: string;
  readonly origin?: string;
  readonly details?: Json;
}

/** What came of a call. */
export interface CallAnswer {
  readonly ms: number;
  readonly value?: Json;
  /** Of the encoded arguments and the encoded result. */
  readonly argsBytes?: number;
  readonly answerBytes?: number;
  readonly failure?: ShownFailure;
}

/** A line of a stream. */
export type StreamLine =
  | { readonly value: Json; readonly ms: number; readonly bytes: number }
  | { readonly end: true; readonly missed: number; readonly failure?: ShownFailure };

/** A line of what an endpoint shows of itself. */
export type WatchLine = { readonly update: Json } | { readonly failure: ShownFailure };
