import type { Address } from '../address.js';
import type { CallOutcome, IncomingRequest } from '../engine/engine.js';
import type { Executed, RpcError, RpcErrorCode } from '../errors.js';
import type { NamedMethod } from './log-entries.js';

/** A call of ours, as far as it is told. */
export interface ObservedCall extends AnsweredBytes {
  readonly contract: NamedMethod;
  /** Whom it goes to. */
  readonly remote: string;
  readonly args: Uint8Array;
  /** Undefined if it has none. */
  readonly streams: object | undefined;
  readonly executed: Executed;
}

/** What came for an answer. */
export interface AnsweredBytes {
  /** Of the encoded result, or of all values of a stream together. */
  readonly answerBytes: number;
  /** Of a stream: how many values. */
  readonly answerItems: number;
}

/** How a request ended. */
export interface RequestEnd {
  readonly outcome: 'answered' | 'refused' | 'failed' | 'abandoned';
  readonly code?: RpcErrorCode;
  readonly executed: Executed;
  readonly answered?: AnsweredBytes;
}

/** Hears of the calls of one endpoint one by one, as counters do not. It must not throw, and calls nothing back. */
export interface CallObserver {
  callStarted(call: ObservedCall): void;
  callEnded(call: ObservedCall, outcome: CallOutcome, error: RpcError | undefined): void;
  /** A request was found a method that is served. */
  requestStarted(request: IncomingRequest, method: NamedMethod): void;
  /** It may not have started: one that comes while the endpoint closes has not. */
  requestEnded(request: IncomingRequest, method: NamedMethod, end: RequestEnd): void;
  requestUnknown(request: IncomingRequest): void;
  /** Something of a source was dropped. */
  dropped(from: Address): void;
}
