/** Either end of a call with streams: `docs/nats.md` §5. */
import type { RpcErrorCode } from '@rpcudp/core';
import type { CallStream, Deadlined, EndFailure, Millis, StreamDirections, StreamOutput } from '@rpcudp/core/endpoint';
import type { MsgHdrs } from '@nats-io/transport-node';
import { header, HEADER, wholeNumber, type HeaderPairs } from './headers.js';
import { ITEMS_AHEAD_BEST_EFFORT, ITEMS_MAX, STREAM_BYTES_MAX } from './limits.js';
import { readRefusal } from './refusals.js';
import type { Window } from './request-head.js';

/** What goes between the ends of a stream, after the request and before the answer. */
export type StreamKind = 'accept' | 'item' | 'credit' | 'end' | 'stop' | 'cancel' | 'ping';

/** What an end of a stream works with. */
export interface StreamEndOwner {
  /** Sends something to the other end. @throws RpcError */
  send(end: NatsStreamEnd, kind: StreamKind, headers?: HeaderPairs, payload?: Uint8Array): void;
  output(output: StreamOutput): void;
  /** The other end does what it must not, or something is missing: the call cannot go on. */
  broken(end: NatsStreamEnd, code: RpcErrorCode, message: string): void;
}

export interface StreamEndParts extends StreamDirections {
  readonly isCaller: boolean;
  readonly bestEffort: boolean;
  /** What this end takes before any of it was read. */
  readonly window: Window;
}

export class NatsStreamEnd implements CallStream, Deadlined {
  readonly isCaller: boolean;
  readonly answers: boolean;
  readonly takes: boolean;
  readonly bestEffort: boolean;
  started = false;
  handling?: unknown;
  heapIndex = -1;
  deadline: Millis = Infinity;
  /** Where the other end hears; undefined as long as it has not said. */
  peer: string | undefined;
  heardAt: Millis = 0;
  sentAt: Millis = 0;
  /** The call is over. */
  over = false;
  readonly #owner: StreamEndOwner;
  readonly #ownWindow: Window;
  #sendsNoMore = false;
  #readsNoMore = false;
  #blocked = false;
  /** What the other end takes, and what of ours it has taken. */
  #peerWindow: Window | undefined;
  #sent = { items: 0, bytes: 0 };
  #sentTaken: Window = { items: 0, bytes: 0 };
  #received = { items: 0, bytes: 0 };
  #taken = { items: 0, bytes: 0 };
  /** What the other end was told last of that. */
  #told: Window = { items: 0, bytes: 0 };

  constructor({ isCaller, answers, takes, bestEffort, window }: StreamEndParts, owner: StreamEndOwner) {
    this.isCaller = isCaller;
    this.answers = answers;
    this.takes = takes;
    this.bestEffort = bestEffort;
    this.#ownWindow = window;
    this.#owner = owner;
  }

  get #sends(): boolean {
    return this.isCaller ? this.takes : this.answers;
  }

  /** Whether it has sent any item. */
  get hasSent(): boolean {
    return this.#sent.items > 0;
  }

  /** How many items it has sent. */
  get sentItems(): number {
    return this.#sent.items;
  }

  /** Whether so many items were sent to it, and all have come. */
  hasAll(items: number): boolean {
    return this.bestEffort || this.#received.items === items;
  }

  /** The other end is there, and takes so much. */
  opens(window: Window | undefined): void {
    if (this.#peerWindow !== undefined || !this.#sends) return;
    this.#peerWindow = window ?? { items: 0, bytes: 0 };
    this.#blocked = true;
    this.#unblock();
  }

  /** @throws RpcError `PAYLOAD_TOO_LARGE` */
  sendItem(payload: Uint8Array): boolean {
    if (this.over || this.#sendsNoMore) return false;
    this.#owner.send(this, 'item', [[HEADER.index, String(this.#sent.items)]], payload);
    this.#sent.items += 1;
    this.#sent.bytes += payload.length;
    this.#blocked = !this.#hasRoom();
    return !this.#blocked;
  }

  endItems(headers: HeaderPairs, payload: Uint8Array | undefined): void {
    if (this.over || this.#sendsNoMore) return;
    this.#sendsNoMore = true;
    this.#owner.send(this, 'end', [[HEADER.items, String(this.#sent.items)], ...headers], payload);
  }

  stopItems(): void {
    if (this.over || this.#readsNoMore) return;
    this.#readsNoMore = true;
    this.#owner.send(this, 'stop');
  }

  take(items: number, bytes: number): void {
    // Of best effort, what has come was taken then.
    if (this.over || this.bestEffort) return;
    this.#taken.items += items;
    this.#taken.bytes += bytes;
    this.#tellTaken();
  }

  /** Something has come for this end that is neither the request nor the answer. */
  receive(kind: string | undefined, headers: MsgHdrs | undefined, payload: Uint8Array): void {
    switch (kind) {
      case 'item':
        return this.#item(wholeNumber(header(headers, HEADER.index), ITEMS_MAX), payload);
      case 'credit':
        return this.#credit(headers);
      case 'end':
        return this.#ended(headers, payload);
      case 'stop':
        return this.#stopped();
      default:
      // That it is there is all that a ping says, and what a later version may say is not known here.
    }
  }

  #item(index: number | undefined, payload: Uint8Array): void {
    this.started = true;
    if (this.#readsNoMore || this.#sendsOnly()) return;
    if (index === undefined)
      return this.#owner.broken(this, 'DATA_LOSS', 'A value of the stream came without its number.');
    const received = this.#received;
    if (this.bestEffort ? index < received.items : index !== received.items) {
      if (this.bestEffort) return;
      const message = `Of the stream the value ${received.items} is missing: ${index} came. A connection on the way was lost.`;
      return this.#owner.broken(this, 'DATA_LOSS', message);
    }
    if (!this.#mayCome()) {
      const message = 'The other side sent more of a stream than it was allowed to.';
      return this.#owner.broken(this, 'RESOURCE_EXHAUSTED', message);
    }
    received.items = index + 1;
    received.bytes += payload.length;
    if (this.bestEffort) {
      this.#taken = { ...received };
      this.#tellTaken();
    }
    this.#owner.output({ kind: 'item', stream: this, index, payload });
  }

  /** An item may come while what is unread is below the window, whose bytes the last item may exceed. */
  #mayCome(): boolean {
    if (this.bestEffort) return true;
    const items = this.#received.items - this.#taken.items;
    const bytes = this.#received.bytes - this.#taken.bytes;
    return items < this.#ownWindow.items && bytes < this.#ownWindow.bytes;
  }

  #sendsOnly(): boolean {
    return this.isCaller ? !this.answers : !this.takes;
  }

  /** Half a window at a time, and at once where the other end has none left. */
  #tellTaken(): void {
    const { items, bytes } = this.bestEffort ? { items: ITEMS_AHEAD_BEST_EFFORT, bytes: Infinity } : this.#ownWindow;
    const due =
      2 * (this.#taken.items - this.#told.items) >= items ||
      2 * (this.#taken.bytes - this.#told.bytes) >= bytes ||
      this.#received.items - this.#told.items >= items ||
      this.#received.bytes - this.#told.bytes >= bytes;
    if (!due) return;
    this.#told = { ...this.#taken };
    this.#owner.send(this, 'credit', [
      [HEADER.takenItems, String(this.#taken.items)],
      [HEADER.takenBytes, String(this.#taken.bytes)],
    ]);
  }

  #credit(headers: MsgHdrs | undefined): void {
    if (this.#peerWindow === undefined) return;
    this.started = true;
    const items = wholeNumber(header(headers, HEADER.takenItems), this.#sent.items);
    const bytes = wholeNumber(header(headers, HEADER.takenBytes), STREAM_BYTES_MAX);
    // Nobody takes what was not sent, nor gives back what was taken.
    if (items === undefined || bytes === undefined || bytes > this.#sent.bytes) return;
    if (items < this.#sentTaken.items || bytes < this.#sentTaken.bytes) return;
    this.#sentTaken = { items, bytes };
    this.#unblock();
  }

  #unblock(): void {
    if (!this.#blocked || this.#sendsNoMore || !this.#hasRoom()) return;
    this.#blocked = false;
    this.#owner.output({ kind: 'writable', stream: this });
  }

  #hasRoom(): boolean {
    const window = this.#peerWindow;
    if (window === undefined) return false;
    const items = this.#sent.items - this.#sentTaken.items;
    if (this.bestEffort) return items < ITEMS_AHEAD_BEST_EFFORT;
    return items < window.items && this.#sent.bytes - this.#sentTaken.bytes < window.bytes;
  }

  /** The caller has sent all of its items. */
  #ended(headers: MsgHdrs | undefined, payload: Uint8Array): void {
    if (this.isCaller || this.#readsNoMore) return;
    this.#readsNoMore = true;
    const count = wholeNumber(header(headers, HEADER.items), ITEMS_MAX) ?? 0;
    const refusal = readRefusal(headers);
    let failure: EndFailure | undefined = refusal && { code: refusal.code, payload };
    if (failure === undefined && !this.hasAll(count)) failure = { code: 'DATA_LOSS' };
    this.#owner.output({ kind: 'items-ended', stream: this, count, failure });
  }

  #stopped(): void {
    if (!this.isCaller || this.#sendsNoMore) return;
    this.started = true;
    this.#sendsNoMore = true;
    this.#owner.output({ kind: 'stopped', stream: this });
  }
}
