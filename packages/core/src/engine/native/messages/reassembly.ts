import { REASSEMBLY_MESSAGES, REASSEMBLY_STALE_MS } from '../../../reassembly-limits.js';
import { callNumberOf, isReliableCall, isReplyKey } from '../../../wire/native/call-number.js';
import type { Millis } from '../../engine.js';
import { UnfinishedMessage, heldBytesMax, type Piece, type SplitMessage } from './unfinished-message.js';

/** Why a part was not taken. */
export type PartRefusal = 'too-large' | 'no-room' | 'contradiction';

/** What all associations of an endpoint may hold of unfinished messages together. */
export interface PartsRoom {
  /** Whether so much more may be held, of a call (side 0) or of a reply (side 1). */
  mayHold(bytes: number, side: number, now: Millis): boolean;
  /** More bytes are held, or fewer. */
  holds(bytes: number): void;
  /** Spare memory of so many bytes, if there is any. */
  spareMemory(bytes: number): Uint8Array | undefined;
}

/** How many bytes of a message of so many, which begins so, are to lie apart from the rest: 0 if all lie together. */
export type SplitsMessage = (beginning: Uint8Array, total: number) => number;

/** A message and what decides when it is given up. */
class Entry {
  readonly message: UnfinishedMessage;
  /** Whether its parts are sent once, so that it may never be whole. */
  readonly sentOnce: boolean;
  /** When the last part came. */
  touchedAt: Millis;

  constructor({ total, number }: Piece, now: Millis) {
    this.message = new UnfinishedMessage(total);
    this.sentOnce = !isReliableCall(number);
    this.touchedAt = now;
  }
}

/**
 * Joins messages from parts: docs/protocol.md §8. Memory is taken as parts arrive, never for what a total claims, and
 * counted as what is held, with what it costs to hold it.
 */
export class Reassembly {
  /** Made with the first part: most associations never get one, and there may be very many of them. */
  #messages: Map<number, Entry> | undefined;
  readonly #messageBytesMax: number;
  readonly #bytesMax: number;
  readonly #room: PartsRoom;
  readonly #headBytesOf: SplitsMessage;
  #bytes = 0;
  /** How many of them are replies. */
  #replies = 0;
  /** Before then no message is stale. */
  #staleFrom: Millis = 0;

  /** @param bytesMax What may be held here, beside what `room` says. */
  constructor(
    messageBytesMax: number,
    room: PartsRoom,
    {
      bytesMax = REASSEMBLY_MESSAGES * heldBytesMax(messageBytesMax),
      headBytesOf = (): number => 0,
    }: { readonly bytesMax?: number; readonly headBytesOf?: SplitsMessage } = {},
  ) {
    this.#messageBytesMax = messageBytesMax;
    this.#bytesMax = bytesMax;
    this.#headBytesOf = headBytesOf;
    this.#room = room;
  }

  /** Bytes that are held for unfinished messages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it holds parts of a reply. */
  get holdsReplies(): boolean {
    return this.#replies > 0;
  }

  get size(): number {
    return this.#messages?.size ?? 0;
  }

  /** Takes a part of the message known as `key`: the whole message if it was the last one, undefined if more are to come. */
  add(key: number, part: Piece, now: Millis): Uint8Array | SplitMessage | PartRefusal | undefined {
    if (part.total > this.#messageBytesMax) return 'too-large';
    const known = this.#messages?.get(key);
    if (known === undefined) return part.bytes.length === part.total ? part.bytes : this.#begin(key, part, now);
    switch (known.message.kindOf(part)) {
      case 'repeat':
        return undefined;
      case 'contradiction':
        return 'contradiction';
      case 'last':
        this.forget(key);
        return known.message.join(part);
      case 'new':
        known.touchedAt = now;
        return this.#keep(known.message, part, now);
    }
  }

  /** The numbers of the calls of which parts have come. */
  callNumbers(): number[] {
    return [...(this.#messages?.keys() ?? [])].filter((key) => !isReplyKey(key)).map(callNumberOf);
  }

  /** Gives how many bytes were held for the message. */
  forget(key: number): number {
    const known = this.#messages?.get(key);
    if (known === undefined) return 0;
    this.#messages?.delete(key);
    if (isReplyKey(key)) this.#replies -= 1;
    const { heldBytes } = known.message;
    this.#count(-heldBytes);
    return heldBytes;
  }

  forgetAll(): void {
    for (const key of [...(this.#messages?.keys() ?? [])]) this.forget(key);
  }

  #begin(key: number, part: Piece, now: Millis): PartRefusal | undefined {
    const entry = new Entry(part, now);
    const { message } = entry;
    if (!this.#hasRoom(message.heldBytes + message.costOf(part), part.side, now)) return 'no-room';
    this.#messages ??= new Map();
    this.#messages.set(key, entry);
    if (isReplyKey(key)) this.#replies += 1;
    this.#count(message.heldBytes);
    return this.#keep(message, part, now);
  }

  #keep(message: UnfinishedMessage, part: Piece, now: Millis): PartRefusal | undefined {
    const cost = message.costOf(part);
    const allowed = !message.full && message.heldBytes + cost <= heldBytesMax(message.total);
    if (!allowed || !this.#hasRoom(cost, part.side, now)) return 'no-room';
    message.keep(part, cost);
    this.#count(cost);
    this.#makeWhole(message, part.side, now);
    return undefined;
  }

  /** Without room for it the message goes on as it is. */
  #makeWhole(message: UnfinishedMessage, side: number, now: Millis): void {
    const cost = message.wholeCost;
    if (cost === undefined || !this.#allows(cost, side, now)) return;
    const headBytes = this.#headBytesOf(message.beginning, message.total);
    // What lies apart is given away, and never spare again.
    message.makeWhole(headBytes > 0 ? undefined : this.#room.spareMemory(message.total), headBytes);
    this.#count(cost);
  }

  /** Whether so much more may be held; what is stale is forgotten for that. */
  #hasRoom(bytes: number, side: number, now: Millis): boolean {
    return this.#allows(bytes, side, now) || (this.#forgetStale(now), this.#allows(bytes, side, now));
  }

  #allows(bytes: number, side: number, now: Millis): boolean {
    return this.#bytes + bytes <= this.#bytesMax && this.#room.mayHold(bytes, side, now);
  }

  /** Looks again only when one may be stale that was not: a peer that is over its bound sends many parts. */
  #forgetStale(now: Millis): void {
    if (now < this.#staleFrom) return;
    this.#staleFrom = now + REASSEMBLY_STALE_MS;
    for (const [key, { sentOnce, touchedAt }] of this.#messages ?? []) {
      if (!sentOnce) continue;
      if (now - touchedAt >= REASSEMBLY_STALE_MS) this.forget(key);
      else this.#staleFrom = Math.min(this.#staleFrom, touchedAt + REASSEMBLY_STALE_MS);
    }
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#room.holds(bytes);
  }
}
