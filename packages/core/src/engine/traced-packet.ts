import type { Delivery } from '../delivery.js';
import type { Executed, RpcErrorCode } from '../errors.js';
import type { Millis } from './millis.js';

/** Whose a part, an item or a stream is: what the caller sends, or what the callee does. */
export type TracedSide = 'caller' | 'callee';

/** A frame of the native wire (docs/protocol.md §3), without what it carries. `number` is that of the call. */
export type TracedFrame =
  | { readonly type: 'PING' | 'CLOSE' | 'LATER' | 'PATH_CHALLENGE' | 'PATH_RESPONSE' }
  | { readonly type: 'CANCEL' | 'STOP'; readonly number: number }
  | {
      readonly type: 'ACK';
      readonly delayMs: Millis;
      /** Numbers of packets, from the largest down; both ends of a range were received. */
      readonly ranges: readonly (readonly [start: number, end: number])[];
    }
  | { readonly type: 'HELLO'; readonly ageMs: Millis; readonly messageBytesMax: number; readonly callsMax: number }
  | {
      readonly type: 'CALL';
      readonly number: number;
      /** The hash of its names: docs/protocol.md §4. */
      readonly method: number;
      readonly delivery: Delivery;
      readonly oneWay: boolean;
      readonly deadlineMs: Millis;
      /** Whether the caller sends items, and whether the callee answers with items. */
      readonly takes: boolean;
      readonly answers: boolean;
      /** Of the encoded arguments, and of the metadata. */
      readonly bytes: number;
      readonly metadataBytes: number;
    }
  | { readonly type: 'RESULT'; readonly number: number; readonly bytes: number }
  | {
      readonly type: 'FAILURE';
      readonly number: number;
      readonly code: RpcErrorCode;
      readonly executed: Executed;
      readonly bytes: number;
    }
  | {
      readonly type: 'PART';
      readonly number: number;
      readonly side: TracedSide;
      readonly offset: number;
      readonly bytes: number;
      readonly total: number;
    }
  | {
      readonly type: 'ITEM';
      readonly number: number;
      readonly side: TracedSide;
      readonly index: number;
      readonly bytes: number;
    }
  | {
      readonly type: 'ITEM_PART';
      readonly number: number;
      readonly side: TracedSide;
      readonly index: number;
      readonly offset: number;
      readonly bytes: number;
      readonly total: number;
    }
  | {
      readonly type: 'CREDIT';
      readonly number: number;
      /** Whose items are allowed. */
      readonly side: TracedSide;
      readonly taken: number;
      /** What may be sent beyond what was taken. */
      readonly items: number;
      readonly bytes: number;
    }
  | {
      readonly type: 'END';
      readonly number: number;
      readonly side: TracedSide;
      readonly items: number;
      /** Undefined if it is no failure. */
      readonly code: RpcErrorCode | undefined;
      readonly bytes: number;
    };

/** A packet of the native wire. */
export interface TracedPacket {
  readonly type: 'opening' | 'plain';
  readonly number: number;
  /** Of the datagram. */
  readonly bytes: number;
  readonly sealed: boolean;
  /** Which of two keys that follow each other has sealed it; undefined if none has, or that of the handshake. */
  readonly keyPhase: 0 | 1 | undefined;
  readonly frames: readonly TracedFrame[];
}
