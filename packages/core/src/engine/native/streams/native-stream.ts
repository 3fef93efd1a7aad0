import type { RpcErrorCode } from '../../../errors.js';
import type { Credit, EndFrame, ItemFrame, ItemPartFrame } from '../../../wire/native/frame-types.js';
import {
  CREDIT_BYTES_MAX,
  STOP_BYTES_MAX,
  endBytesMax,
  writeCredit,
  writeEnd,
  writeStop,
} from '../../../wire/native/stream-frames.js';
import type { CallStream, EndFailure, Millis, StreamDirections, StreamOutput } from '../../engine.js';
import type { Listed } from '../../tables/roster.js';
import type { PartRefusal, PartsRoom } from '../messages/reassembly.js';
import { REFUSED_PARTS } from '../messages/part-refusals.js';
import type { Item } from '../packets/item.js';
import { Notice } from '../packets/notice.js';
import type { TurnTaker } from '../packets/turns.js';
import { IncomingItems, type IncomingItemsOwner } from './incoming-items.js';
import { endOf, failureOf, type ItemsEnding } from './items-ending.js';
import { lowIndex } from './item-index.js';
import { ReaderWindow, type WindowHome } from './reader-window.js';
import { OutgoingItems, type OutgoingItemsOwner } from './outgoing-items.js';

/** The call that a stream belongs to, at one of its ends. */
export interface StreamedCall {
  readonly number: number;
  /** All items that were sent have arrived. Of the callee's end, as the others are of the caller's. */
  itemsArrived?(): void;
  /** An item has come, or a part of one, or the end. */
  itemCame?(): void;
  /** The callee has ended its items, and all have come. */
  itemsEnded?(end: EndFrame): void;
  /** An item cannot be taken in. */
  itemRefused?(code: RpcErrorCode): void;
  /** The caller waits for something of the callee's until then. */
  expect?(by: Millis): void;
}

/** What an association has for its streams. */
export interface StreamHome extends WindowHome {
  readonly messageBytesMax: number;
  /** What the details in an END that fits any packet may have. */
  readonly endDetailsBytesMax: number;
  readonly firstItemIndex: number;
  readonly room: PartsRoom;
  push(item: Item): void;
  takeTurns(taker: TurnTaker): void;
  output(output: StreamOutput): void;
  /** The peer should hear of the stream's credit with the next flush: `tellCredit` is called then. */
  creditDue(stream: NativeStream): void;
  opened(stream: NativeStream): void;
  closed(stream: NativeStream): void;
  /** Something has happened: flush it. */
  touch(): void;
}

/** What a stream is from the beginning. */
export interface NativeStreamFields extends StreamDirections {
  readonly isCaller: boolean;
  readonly bestEffort: boolean;
}

/** One end of a call with streams: what it sends and what it reads. docs/protocol.md §13. */
export class NativeStream implements CallStream, OutgoingItemsOwner, IncomingItemsOwner, Listed {
  readonly isCaller: boolean;
  readonly bestEffort: boolean;
  readonly answers: boolean;
  readonly takes: boolean;
  outgoing: OutgoingItems | undefined;
  incoming: IncomingItems | undefined;
  started = false;
  handling: unknown;
  rosterIndex = -1;
  readonly #call: StreamedCall;
  #home: StreamHome | undefined;
  /** What the sender of what is read here was told last. */
  #credit: Notice | undefined;
  readonly #window: ReaderWindow;
  /** Whether it is about to be told of what was taken. */
  #creditDue = false;
  /** Whether the peer has the call, so that it can make something of what is sent. */
  #known: boolean;
  /** The end of the items, until it can be sent. */
  #ending: ItemsEnding | undefined;

  constructor(call: StreamedCall, fields: NativeStreamFields) {
    this.#call = call;
    this.isCaller = fields.isCaller;
    this.bestEffort = fields.bestEffort;
    this.answers = fields.answers;
    this.takes = fields.takes;
    this.#known = !fields.isCaller;
    this.#window = new ReaderWindow(fields.isCaller);
  }

  get number(): number {
    return this.#call.number;
  }

  /** How many bytes of what is read here may wait. */
  get windowBytes(): number {
    return this.incoming === undefined ? 0 : this.#window.credit.bytes;
  }

  /** Whether its call is under way. */
  get isOpen(): boolean {
    return this.#home !== undefined;
  }

  /** Whether an item of either direction has gone or come, so that the call cannot begin anew. */
  get used(): boolean {
    return this.started || this.outgoing?.used === true || this.incoming?.begun === true;
  }

  /** Goes over an association from now on, of which the other end knows nothing yet. */
  open(home: StreamHome): void {
    const { isCaller, bestEffort } = this;
    const { firstItemIndex: firstIndex, messageBytesMax, room } = home;
    this.#home = home;
    if (isCaller ? this.takes : this.answers) {
      const options = { side: isCaller ? 0 : 1, bestEffort, firstIndex } as const;
      this.outgoing = new OutgoingItems(this, options);
    }
    if (isCaller ? this.answers : this.takes) {
      const options = { side: isCaller ? 1 : 0, bestEffort, messageBytesMax, firstIndex, room } as const;
      this.incoming = new IncomingItems(this, { ...options, credit: this.#window.credit });
    }
    home.opened(this);
    if (this.incoming === undefined) return;
    this.#window.open(home);
    if (!isCaller) this.#tellCredit();
  }

  /** The call is over, or goes on elsewhere: nothing comes of it any more. */
  close(): void {
    const home = this.#home;
    if (home === undefined) return;
    this.#home = undefined;
    this.outgoing?.close();
    this.incoming?.close();
    if (this.incoming !== undefined) this.#window.close(home);
    home.closed(this);
  }

  /**
   * Asks for an item if one should come; gives whether it did.
   *
   * @param mayLeave Whether a packet could take it now.
   * @param queuedBytesMax How many bytes may wait for more to be asked for, until it is polled again.
   */
  poll(mayLeave: boolean, queuedBytesMax: number): boolean {
    const { outgoing } = this;
    if (outgoing === undefined || this.#ending !== undefined) return false;
    outgoing.queuedBytesMax = queuedBytesMax;
    if (outgoing.asked) return false;
    if (!outgoing.hasRoom(mayLeave)) return false;
    outgoing.asked = true;
    this.#home!.output({ kind: 'writable', stream: this });
    return true;
  }

  /** Gives whether one more is wanted at once. */
  send(payload: Uint8Array): boolean {
    const { outgoing } = this;
    if (outgoing?.open !== true || this.#ending !== undefined) return false;
    outgoing.add(payload);
    this.#home!.touch();
    outgoing.asked = outgoing.hasRoom(false);
    return outgoing.asked;
  }

  /** There will be no more items: of the caller's end. */
  endItems(failure: EndFailure | undefined): void {
    if (this.outgoing?.open !== true || this.#ending !== undefined) return;
    this.#ending = failure ?? 'done';
    if (this.#known) this.#sendEnd();
  }

  take(items: number, bytes: number): boolean {
    const { incoming } = this;
    if (incoming === undefined || incoming.ended) return false;
    incoming.take(items, bytes);
    const isFirst = this.#window.read(this.#home!);
    if (this.bestEffort || this.#creditDue || !(isFirst || incoming.creditDue)) return false;
    this.#creditDue = true;
    this.#home!.creditDue(this);
    return true;
  }

  /** Tells the sender what was taken, if it still sends. */
  tellCredit(roundTripMs: Millis, now: Millis): void {
    this.#creditDue = false;
    if (this.incoming?.ended !== false) return;
    this.#window.tell(this.#home!, roundTripMs, now);
    this.#tellCredit();
  }

  expect(by: Millis): void {
    if (this.isOpen) this.#call.expect?.(by);
  }

  /** The callee has answered: it reads no more, and what it sends is all there is. */
  finish(): void {
    this.#ending = 'done';
    this.incoming?.close();
  }

  stopItems(): void {
    if (this.incoming?.ended !== false) return;
    this.incoming.close();
    this.#push(STOP_BYTES_MAX, (writer) => writeStop(writer, this.number));
  }

  /** False if it breaks the rules, as with those below. */
  receiveItem(frame: ItemFrame): boolean {
    this.#cameFromHandler();
    return this.incoming?.receive(frame) ?? true;
  }

  receiveItemPart(frame: ItemPartFrame, now: Millis): boolean {
    this.#cameFromHandler();
    return this.incoming?.receivePart(frame, now) ?? true;
  }

  receiveEnd(frame: EndFrame): boolean {
    this.#cameFromHandler();
    return this.incoming?.receiveEnd(frame) ?? true;
  }

  receiveCredit(taken: number, credit: Credit): boolean {
    this.#known = true;
    if (this.outgoing?.allow(taken, credit) === false) return false;
    if (taken !== lowIndex(this.#home!.firstItemIndex)) this.started = true;
    if (this.#ending !== undefined) this.#sendEnd();
    return true;
  }

  receiveStop(): void {
    this.started = true;
    if (this.outgoing?.open !== true) return;
    this.outgoing.close();
    this.#home!.output({ kind: 'stopped', stream: this });
  }

  maySend(items: OutgoingItems): void {
    this.#home!.takeTurns(items);
  }

  allArrived(): void {
    this.#call.itemsArrived?.();
  }

  item(index: number, payload: Uint8Array): void {
    this.#home!.output({ kind: 'item', stream: this, index, payload });
  }

  itemsEnded(end: EndFrame, count: number): void {
    if (this.isCaller) return this.#call.itemsEnded?.(end);
    this.#home!.output({ kind: 'items-ended', stream: this, count, failure: failureOf(end) });
  }

  partsRefused(refusal: PartRefusal): void {
    if (this.isCaller) return this.#call.itemRefused?.(REFUSED_PARTS[refusal]);
    const count = this.incoming!.count;
    this.stopItems();
    this.#home!.output({ kind: 'items-ended', stream: this, count, failure: { code: REFUSED_PARTS[refusal] } });
  }

  #cameFromHandler(): void {
    this.started = true;
    this.#call.itemCame?.();
  }

  #tellCredit(): void {
    const { number, isCaller } = this;
    const window = this.#window.credit;
    this.incoming!.tell(window);
    const side = isCaller ? 1 : 0;
    const credit = { number, side, taken: lowIndex(this.incoming!.taken), ...window } as const;
    const isNewest = (notice: Notice): boolean => notice === this.#credit && this.incoming?.ended === false;
    this.#credit = new Notice(CREDIT_BYTES_MAX, (writer) => writeCredit(writer, credit), isNewest);
    this.#home!.push(this.#credit);
  }

  #sendEnd(): void {
    const ending = this.#ending!;
    const { number } = this;
    const count = lowIndex(this.outgoing!.count);
    const end = { number, side: 0, count, ...endOf(ending, this.#home!.endDetailsBytesMax) } as const;
    this.#push(endBytesMax(end.value.length), (writer) => writeEnd(writer, end));
  }

  /** Sends a frame that the peer should have as long as the call is under way. */
  #push(bytesMax: number, write: ConstructorParameters<typeof Notice>[1]): void {
    this.#home!.push(new Notice(bytesMax, write, () => this.isOpen));
    this.#home!.touch();
  }
}
