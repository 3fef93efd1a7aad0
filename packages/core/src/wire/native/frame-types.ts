/** The frames of the native wire: docs/protocol.md §3. */
import type { Delivery } from '../../delivery.js';
import type { MessageSide } from './call-number.js';

export const PADDING = 0x00;
export const PING = 0x01;
export const ACK = 0x02;
export const HELLO = 0x03;
export const CALL = 0x04;
export const RESULT = 0x05;
export const FAILURE = 0x06;
export const PART = 0x07;
export const CANCEL = 0x08;
export const CLOSE = 0x09;
export const LATER = 0x0a;
export const ITEM = 0x10;
export const ITEM_PART = 0x11;
export const CREDIT = 0x12;
export const END = 0x13;
export const STOP = 0x14;
export const PATH_CHALLENGE = 0x30;
export const PATH_RESPONSE = 0x31;

/** Frame types by name, for the log, and for the test that keeps the document complete. */
export const FRAME_TYPES = {
  PADDING,
  PING,
  ACK,
  HELLO,
  CALL,
  RESULT,
  FAILURE,
  PART,
  CANCEL,
  CLOSE,
  LATER,
  ITEM,
  ITEM_PART,
  CREDIT,
  END,
  STOP,
  PATH_CHALLENGE,
  PATH_RESPONSE,
} as const;

/** Ranges that an ACK frame has at most (§3). */
export const ACK_RANGES_MAX = 32;

/** Bytes that a PATH_CHALLENGE asks for and a PATH_RESPONSE repeats. */
export const CHALLENGE_BYTES = 8;

/** From the largest packet number down; each range is the numbers from `start` to `end`, both received. */
export interface AckRange {
  readonly start: number;
  readonly end: number;
}

export interface AckFrame {
  readonly type: typeof ACK;
  readonly delayMicros: number;
  /** By the low 32 bits of the largest: a range may lie below 0 until it is expanded. */
  readonly ranges: readonly AckRange[];
}

/** The feature of HELLO that repeats the token of a retry: §5.8. */
export const RETRY_TOKEN_FEATURE = 3;

/** The feature of HELLO that tells what shows a reset of a sealed association to be genuine: §11.6. */
export const RESET_TOKEN_FEATURE = 4;

/** The feature of HELLO that tells how many streams the sender answers at once: §13. */
export const STREAMS_FEATURE = 5;

/** Bytes of a retry's token at most: §5.8. */
export const RETRY_TOKEN_BYTES_MAX = 32;

/** Something that HELLO may say beyond its fields: §3, HELLO. */
export interface HelloFeature {
  readonly id: number;
  readonly value: Uint8Array;
}

export interface HelloFrame {
  readonly type: typeof HELLO;
  readonly ageMs: number;
  readonly messageBytesMax: number;
  readonly callsMax: number;
  readonly features: readonly HelloFeature[];
}

/** The value of a feature: where it comes twice, the first one counts. */
export function featureOf({ features }: HelloFrame, wanted: number): Uint8Array | undefined {
  return features.find(({ id }) => id === wanted)?.value;
}

/** How much of a stream may be sent beyond what its reader has taken: §13.2. */
export interface Credit {
  readonly items: number;
  readonly bytes: number;
}

/** The flag of a CALL that is answered by a stream. */
export const ANSWERS_FLAG = 0x10;

/** The flag of a CALL whose arguments are followed by a stream. */
export const TAKES_FLAG = 0x20;

/** What of a call is a stream: §13. */
export interface StreamFlags {
  /** What the callee may send at first; undefined if it answers with one value. */
  readonly credit: Credit | undefined;
  /** Whether the caller sends items. */
  readonly takes: boolean;
}

export interface CallFrame {
  readonly type: typeof CALL;
  readonly number: number;
  readonly delivery: Delivery;
  readonly oneWay: boolean;
  readonly method: number;
  readonly deadlineMs: number;
  /** Undefined if it has no stream. */
  readonly streams: StreamFlags | undefined;
  readonly metadata: Uint8Array | undefined;
  readonly args: Uint8Array;
}

export interface ResultFrame {
  readonly type: typeof RESULT;
  readonly number: number;
  readonly value: Uint8Array;
}

export interface FailureFrame {
  readonly type: typeof FAILURE;
  readonly number: number;
  readonly code: number;
  readonly executed: number;
  readonly details: Uint8Array;
}

export interface PartFrame {
  readonly type: typeof PART;
  readonly number: number;
  /** 0 of a CALL, 1 of a RESULT or FAILURE. */
  readonly side: MessageSide;
  readonly total: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface CancelFrame {
  readonly type: typeof CANCEL;
  readonly number: number;
}

/** One value of a stream. */
export interface ItemFrame {
  readonly type: typeof ITEM;
  readonly number: number;
  /** 0 of the caller's items, 1 of the callee's. */
  readonly side: MessageSide;
  /** How many came before it, modulo {@link INDEX_MODULUS}. */
  readonly index: number;
  readonly bytes: Uint8Array;
}

export interface ItemPartFrame {
  readonly type: typeof ITEM_PART;
  readonly number: number;
  readonly side: MessageSide;
  readonly index: number;
  readonly total: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What the sender of items may send. */
export interface CreditFrame extends Credit {
  readonly type: typeof CREDIT;
  readonly number: number;
  /** Whose items they are: 0 the caller's, 1 the callee's. */
  readonly side: MessageSide;
  /** How many items the reader has taken, modulo {@link INDEX_MODULUS}. */
  readonly taken: number;
}

/** The code of an END that is no failure. */
export const END_DONE = 0xff;

export interface EndFrame {
  readonly type: typeof END;
  readonly number: number;
  readonly side: MessageSide;
  /** How many items were sent, modulo {@link INDEX_MODULUS}. */
  readonly count: number;
  /** {@link END_DONE}, or the number of a code. */
  readonly code: number;
  /** What the callee returned, or the details of a failure; may be empty. */
  readonly value: Uint8Array;
}

export interface StopFrame {
  readonly type: typeof STOP;
  readonly number: number;
}

/** Frames that belong to a stream. */
export type StreamFrame = ItemFrame | ItemPartFrame | CreditFrame | EndFrame | StopFrame;

/** Indices of items, and their counts, are written modulo this: what a varint can tell. */
export const INDEX_MODULUS = 2 ** 30;

export interface PathFrame {
  readonly type: typeof PATH_CHALLENGE | typeof PATH_RESPONSE;
  readonly bytes: Uint8Array;
}

export interface BareFrame {
  readonly type: typeof PING | typeof CLOSE | typeof LATER;
}

export type Frame =
  | AckFrame
  | HelloFrame
  | CallFrame
  | ResultFrame
  | FailureFrame
  | PartFrame
  | CancelFrame
  | StreamFrame
  | PathFrame
  | BareFrame;
