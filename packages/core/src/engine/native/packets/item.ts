import type { Writer } from '../../../wire/native/writer.js';
import type { Millis } from '../../engine.js';
import type { OutgoingParts } from '../messages/parts.js';

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

  /**
   * Of a reply: the place, among all packets from the peer, of the one that brought its call; `Infinity` if nobody minds
   * its loss. Undefined for everything else.
   */
  readonly answersPlace?: number | undefined;

  /** Cuts it into parts, if it does not fit a packet. Parts have no such method: they always fit. */
  toParts?(now: Millis): OutgoingParts;

  /** Writes its frame. */
  write(writer: Writer, now: Millis): void;

  /** A packet that carried it has arrived. May be called again for another copy. */
  acknowledged(now: Millis): void;

  /** A packet that carried it was lost; gives whether it should go out again. */
  lost(): boolean;

  /** It was lost, and does not go out again. */
  givenUp?(): void;
}
