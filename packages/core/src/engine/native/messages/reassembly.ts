import { REASSEMBLY_STALE_MS } from '../../../limits.js';
import { isReliableCall, isReplyKey } from '../../../wire/native/call-number.js';
import type { PartFrame } from '../../../wire/native/frame-types.js';
import type { Millis } from '../../engine.js';

/** Why a part was not taken. */
export type PartRefusal = 'too-large' | 'no-room' | 'contradiction';

/** What all associations of an endpoint may keep of unfinished messages together. */
export interface ReassemblyBudget {
  bytes: number;
  readonly bytesMax: number;
}

interface Unfinished {
  readonly total: number;
  readonly parts: Map<number, Uint8Array>;
  /** Whether its parts are sent once, so that it may never be whole. */
  readonly sentOnce: boolean;
  receivedBytes: number;
  /** When the last part came. */
  touchedAt: Millis;
}

/**
 * Joins messages from parts: docs/protocol.md §8. Memory is taken as parts arrive, never for what a total claims. The
 * parts that are kept are views of the datagrams they came in.
 */
export class Reassembly {
  /** Made with the first part: most associations never get one, and there may be very many of them. */
  #messages: Map<number, Unfinished> | undefined;
  readonly #messageBytesMax: number;
  readonly #bytesMax: number;
  readonly #budget: ReassemblyBudget;
  #bytes = 0;

  constructor(messageBytesMax: number, bytesMax: number, budget: ReassemblyBudget) {
    this.#messageBytesMax = messageBytesMax;
    this.#bytesMax = bytesMax;
    this.#budget = budget;
  }

  /** Bytes of unfinished messages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it holds parts of a reply. */
  get holdsReplies(): boolean {
    if (this.#messages === undefined || this.#messages.size === 0) return false;
    for (const key of this.#messages.keys()) if (isReplyKey(key)) return true;
    return false;
  }

  get size(): number {
    return this.#messages?.size ?? 0;
  }

  /** Takes a part of the message known as `key`: the whole message if it was the last one, undefined if more are to come. */
  add(key: number, part: PartFrame, now: Millis): Uint8Array | PartRefusal | undefined {
    if (part.total > this.#messageBytesMax) return 'too-large';
    const known = this.#messages?.get(key);
    if (known?.parts.has(part.offset) === true) return undefined;
    if (known !== undefined) known.touchedAt = now;
    const { length } = part.bytes;
    if (!this.#hasRoom(length) && !this.#makeRoom(length, now)) return 'no-room';
    const message = known ?? this.#begin(key, part, now);
    message.parts.set(part.offset, part.bytes);
    message.receivedBytes += length;
    this.#count(length);
    if (part.total !== message.total || message.receivedBytes > message.total) return 'contradiction';
    return message.receivedBytes === message.total ? this.#join(key, message) : undefined;
  }

  forget(key: number): void {
    const message = this.#messages?.get(key);
    if (message === undefined) return;
    this.#messages?.delete(key);
    this.#count(-message.receivedBytes);
  }

  forgetAll(): void {
    for (const key of [...(this.#messages?.keys() ?? [])]) this.forget(key);
  }

  #begin(key: number, { total, number }: PartFrame, now: Millis): Unfinished {
    const message = { total, parts: new Map(), sentOnce: !isReliableCall(number), receivedBytes: 0, touchedAt: now };
    this.#messages ??= new Map();
    this.#messages.set(key, message);
    return message;
  }

  #hasRoom(length: number): boolean {
    return this.#bytes + length <= this.#bytesMax && this.#budget.bytes + length <= this.#budget.bytesMax;
  }

  /** Forgets what is stale; whether that was enough. */
  #makeRoom(length: number, now: Millis): boolean {
    for (const [key, { sentOnce, touchedAt }] of this.#messages ?? [])
      if (sentOnce && now - touchedAt >= REASSEMBLY_STALE_MS) this.forget(key);
    return this.#hasRoom(length);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#budget.bytes += bytes;
  }

  #join(key: number, message: Unfinished): Uint8Array | 'contradiction' {
    this.forget(key);
    const joined = new Uint8Array(message.total);
    let at = 0;
    const inOrder = [...message.parts].sort(([a], [b]) => a - b);
    for (const [offset, bytes] of inOrder) {
      if (offset !== at) return 'contradiction';
      joined.set(bytes, at);
      at += bytes.length;
    }
    return joined;
  }
}
