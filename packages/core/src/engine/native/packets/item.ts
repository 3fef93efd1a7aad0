import type { Writer } from '../../../wire/native/writer.js';
import type { Millis } from '../../engine.js';

/** Something too large for a packet, which is cut into items as packets have room for them. */
export interface ItemSource {
  /** How many bytes it has in all. */
  readonly bytes: number;
  /** Whether there is more to send, and somebody wants it. */
  readonly wanted: boolean;
  /** Whether there is, or something of it may still be on its way that the peer holds the rest for. */
  readonly unfinished: boolean;
  /** Cuts off the next item, for a packet that has room for so many bytes of frame. */
  next(roomBytes: number): Item;
}

/**
 * Something that has to reach the peer, and goes out again in a new packet as long as that has not been acknowledged: a
 * call, a reply, a part of either, a cancellation.
 */
export interface Item {
  /** Whether it is still worth sending. Asked whenever it is about to be sent, first or again. */
  readonly wanted: boolean;

  /** How many bytes it takes at most. Constant while it is wanted. */
  readonly bytesMax: number;

  /** How many packets on their way carry it. Counted by the association. */
  copies: number;

  /** Whether it waits to go out again. Owned by the send queue. */
  waitsAgain?: boolean;

  /** Whether it is a part of a large message, for which nothing small waits. */
  readonly isPart?: boolean;

  /**
   * Of a reply: which arrival of all packets from the peer brought its call; `Infinity` if nobody minds its loss. Undefined
   * for everything else.
   */
  readonly answersArrival?: number | undefined;

  /** Cuts it into parts, if it does not fit a packet. Parts have no such method: they always fit. */
  toParts?(now: Millis): ItemSource;

  /** Writes its frame. */
  write(writer: Writer, now: Millis): void;

  /** A packet that carried it has arrived. May be called again for another copy. */
  acknowledged(now: Millis): void;

  /** A packet that carried it was lost; gives whether it should go out again. */
  lost(): boolean;

  /** It was lost, and does not go out again. */
  givenUp?(): void;
}
