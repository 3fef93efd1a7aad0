/**
 * The contract for calls with streams, between an engine that carries them and the layers above. `engine.ts` is the rest of
 * the contract; `docs/protocol.md` §13 says what becomes of all this on the native wire.
 *
 * A call may be answered by a stream of items, may take one, or both. Either end of such a call is a {@link CallStream}: one
 * object for what it sends and what it reads, and the same calls for both. An item is bytes that somebody else encoded.
 *
 * **Opening.** The caller sets `OutgoingCall.streams` and gets its end from {@link ItemStreams.streamOf}; the callee
 * finds its own as `IncomingRequest.stream`. A stream is a call: `cancel`, `respond`, `refuse`, deadlines, and the
 * outputs `request`, `cancelled`, `response`, `failure` and `silence` work as they do for any other.
 *
 * **Sending.** Nothing is to be pulled before a `writable` output asks for it. It asks for one item. `sendItem` takes that,
 * and says whether one more is wanted at once; if not, another `writable` output follows when there is room. So a source is
 * never ahead by more than the reader's window and one item. An item that comes unasked is taken all the same, and queued.
 *
 * **Reading.** `item` outputs bring the items one by one. Of a reliable stream: in order, each once, and none is left out.
 * Who reads them tells `take` what has been taken out for good; only that lets the other side send more than a window.
 *
 * **Ending.** After all items of a stream comes its end, once, and nothing after it: at the caller the end of the call, which
 * is a `response` with what the callee returned, a `failure` or `silence`; at the callee `items-ended`, or `cancelled` if the
 * call is over. A `failure` that was no end of the callee's making (cancelled, reset, refused) does not wait for items.
 *
 * **Best effort** (`OutgoingCall.delivery`) is for the items alone; the call and its end arrive. Items are sent once:
 * they may be lost, never come twice, and never after a newer one. `writable` comes when a packet could take an item, without
 * credit, and `take` does nothing. An item that is sent while an older one waits takes its place.
 */
import type { RpcErrorCode } from '../errors.js';
import type { Millis } from './millis.js';

/** Why a stream of items ended before its time. */
export interface EndFailure {
  readonly code: RpcErrorCode;
  /** The encoded pair of the message and the error's details, if there is any. */
  readonly payload?: Uint8Array | undefined;
}

/** Which ways items go over a call. */
export interface StreamDirections {
  /** Whether the callee answers with items and an end, instead of one value. */
  readonly answers: boolean;
  /** Whether the caller sends items after the arguments. */
  readonly takes: boolean;
}

/** What a caller says of a call with streams. */
export interface OutgoingStreams extends StreamDirections {
  /**
   * By when the call must have arrived: else it ends in `silence`, as a call does at its deadline. Once it has, only
   * `OutgoingCall.deadline` counts, which is `Infinity` if the stream may go on for ever.
   */
  readonly arrivesBy: Millis;
}

/** One end of a call with streams: the caller's or the callee's. Valid until the call has ended there. */
export interface CallStream extends StreamDirections {
  /** Whether this is the end that made the call. */
  readonly isCaller: boolean;
  /** Whether items may be lost, and the newest one counts. */
  readonly bestEffort: boolean;
  /** Whether a frame has come that only a running handler sends: `executed` is `yes` then. Of the caller's end. */
  readonly started: boolean;
  /** What the driver knows of it. The engine leaves it alone. */
  handling?: unknown;
}

/** What an engine wants done for streams. */
export type StreamOutput =
  /**
   * The next item has come: a view into the datagram, so who keeps it for longer than this turn should copy it. `index`
   * counts from 0 what the other side has sent: with best effort, what is missing in between was overtaken or lost.
   */
  | { readonly kind: 'item'; readonly stream: CallStream; readonly index: number; readonly payload: Uint8Array }
  /**
   * Of the callee's end: the caller has sent all its items, `count` of them, and all of a reliable stream have come. With
   * `failure` its source failed, or what it sent could not be taken in; the call goes on until it is answered or cancelled.
   */
  | {
      readonly kind: 'items-ended';
      readonly stream: CallStream;
      readonly count: number;
      readonly failure: EndFailure | undefined;
    }
  /** One item is wanted: pull the source, then `sendItem`, or say that there is none: `endItems`, `respond`, `refuse`. */
  | { readonly kind: 'writable'; readonly stream: CallStream }
  /** Of the caller's end: the handler wants no more items. End the source; neither `sendItem` nor `endItems` does anything. */
  | { readonly kind: 'stopped'; readonly stream: CallStream };

/** What an engine does for calls with streams. As with all of an engine, what it wants done are outputs, after `flush`. */
export interface ItemStreams {
  /** The caller's end of a call that `Engine.call` started with `OutgoingCall.streams`, by what that gave. */
  streamOf(handle: unknown): CallStream;

  /**
   * Sends the next item; gives whether one more is wanted at once. If not, `writable` says when. Does nothing, and gives
   * false, if nobody wants items any more. The bytes must not change.
   *
   * @throws RpcError `PAYLOAD_TOO_LARGE`: the item was not sent, and the stream is as it was.
   */
  sendItem(stream: CallStream, payload: Uint8Array): boolean;

  /**
   * Says that the caller's items are over, or that their source has failed; the call goes on. The callee's are over with
   * `respond`, whose payload is what the generator returned and may be empty, or with `refuse`: its failure then follows the
   * items that were sent, and says `executed: yes` whatever the refusal said, unless no item was sent.
   */
  endItems(stream: CallStream, failure?: EndFailure): void;

  /**
   * The reader has taken so many items, of so many bytes together, out of what `item` outputs brought: there is room again. Gives
   * whether that gave the engine something to do.
   */
  take(stream: CallStream, items: number, bytes: number): boolean;

  /** The callee wants no more of the caller's items: none will come, nor an end of them. A caller cancels the call instead. */
  stopItems(stream: CallStream): void;

  /**
   * The caller waits for an item, or for the end, until `by`: if nothing has come then, the call ends in `silence`, and the
   * callee is told. Whatever comes ends the wait, and so does `Infinity`.
   */
  expectItem(stream: CallStream, by: Millis): void;
}
