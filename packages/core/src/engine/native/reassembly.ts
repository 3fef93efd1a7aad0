import type { PartFrame } from '../../wire/native/frames.js';

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
  receivedBytes: number;
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

  get size(): number {
    return this.#messages?.size ?? 0;
  }

  /** Takes a part of the message known as `key`: the whole message if it was the last one, undefined if more are to come. */
  add(key: number, part: PartFrame): Uint8Array | PartRefusal | undefined {
    if (part.total > this.#messageBytesMax) return 'too-large';
    let message = this.#messages?.get(key);
    if (message?.parts.has(part.offset) === true) return undefined;
    const { length } = part.bytes;
    if (this.#bytes + length > this.#bytesMax || this.#budget.bytes + length > this.#budget.bytesMax) return 'no-room';
    if (message === undefined) {
      message = { total: part.total, parts: new Map(), receivedBytes: 0 };
      this.#messages ??= new Map();
      this.#messages.set(key, message);
    }
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
