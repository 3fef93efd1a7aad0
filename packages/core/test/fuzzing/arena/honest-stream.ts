/** The two ends of calls with streams between honest parties: what they send, and what must come of it. */
import type { CallStream, IncomingRequest, ItemStreams, StreamOutput } from '../../../src/engine/engine';
import { promise } from '../target';
import { MARK, PATTERN, type HonestCall } from './calls';

/** Lengths of items, one after the other: some share a packet, some need several. */
const ITEM_BYTES = [0, 30, 30, 700, 30, 3000, 1150, 9000];
const ITEMS_MAX = 24;
const HEAD_BYTES = MARK.length + 6;

/** How many items an end of a call sends. */
function itemsOf({ id }: HonestCall, byCaller: boolean): number {
  return (id * 5 + (byCaller ? 3 : 0)) % (ITEMS_MAX + 1);
}

/** How a caller ends its items. */
function failureOf({ id }: HonestCall): 'ABORTED' | undefined {
  return id % 5 === 4 ? 'ABORTED' : undefined;
}

/** What an item says: which it is, of which call, and who has sent it. */
function itemOf({ id }: HonestCall, byCaller: boolean, index: number): Uint8Array {
  const length = HEAD_BYTES + ITEM_BYTES[(id + 3 * index) % ITEM_BYTES.length]!;
  const item = PATTERN.slice(index, index + length);
  item.set(MARK);
  const view = new DataView(item.buffer);
  view.setUint32(MARK.length, id);
  view.setUint8(MARK.length + 4, byCaller ? 1 : 0);
  view.setUint8(MARK.length + 5, index);
  return item;
}

/** One end of a call with streams. */
export class HonestStream {
  readonly call: HonestCall;
  /** What the callee answers; undefined for the end of the caller. */
  readonly request: IncomingRequest | undefined;
  readonly #stream: CallStream;
  readonly #streams: ItemStreams;
  #sent = 0;
  #allSent = false;
  #stopped = false;
  /** Of what came: how many items, which would be the next, and what of them is not taken yet. */
  #received = 0;
  #next = 0;
  #over = false;
  #waiting = { items: 0, bytes: 0 };

  constructor(call: HonestCall, stream: CallStream, streams: ItemStreams, request?: IncomingRequest) {
    this.call = call;
    this.request = request;
    this.#stream = stream;
    this.#streams = streams;
    stream.handling = this;
  }

  /** Whether its side has nothing more to do than to end it: all is sent, and all that comes has come. */
  get isComplete(): boolean {
    const { answers, takes } = this.#stream;
    // One handler in four does not wait for what it takes.
    return (!answers || this.#allSent) && (!takes || this.#over || this.call.id % 4 === 1);
  }

  /** Takes what an engine says of it. */
  happened(output: StreamOutput): void {
    switch (output.kind) {
      case 'item':
        return this.#receive(output.index, output.payload);
      case 'writable':
        return this.#send();
      case 'stopped':
        promise(this.#isCaller && !this.#stopped, () => `call ${this.call.id} is stopped again`);
        this.#stopped = true;
        return;
      case 'items-ended':
        return this.#itemsEnded(output.count, output.failure?.code);
    }
  }

  /** A slow reader takes what has come. */
  read(): void {
    const { items, bytes } = this.#waiting;
    this.#waiting = { items: 0, bytes: 0 };
    if (items > 0) this.#streams.take(this.#stream, items, bytes);
  }

  /** Its handler answers. */
  finished(): void {
    this.call.sentBefore.add(this.#sent);
  }

  /** The call was answered: of a reliable stream, after all that its handler has sent. */
  checkAnswered(): void {
    const { call } = this;
    const counts = [...call.sentBefore];
    const enough = this.#stream.bestEffort ? counts.some((count) => this.#next <= count) : counts.includes(this.#next);
    promise(enough, () => `call ${call.id} is answered after ${this.#next} items, of which ${counts.join()} were sent`);
  }

  get #isCaller(): boolean {
    return this.request === undefined;
  }

  #send(): void {
    const { call } = this;
    promise(!this.#stopped, () => `an item of call ${call.id} is wanted after the last word`);
    promise(!this.#allSent, () => `call ${call.id} is asked for items after its end`);
    const count = itemsOf(call, this.#isCaller);
    while (this.#sent < count) {
      const item = itemOf(call, this.#isCaller, this.#sent);
      this.#sent += 1;
      if (!this.#streams.sendItem(this.#stream, item)) return;
    }
    this.#allSent = true;
    if (!this.#isCaller) return;
    const code = failureOf(call);
    this.#streams.endItems(this.#stream, code === undefined ? undefined : { code });
  }

  #receive(index: number, payload: Uint8Array): void {
    const { call } = this;
    promise(!this.#over, () => `an item of call ${call.id} comes after the end`);
    const inOrder = this.#stream.bestEffort ? index >= this.#next : index === this.#next;
    promise(inOrder, () => `item ${index} of call ${call.id} comes where ${this.#next} was next`);
    const right = Buffer.compare(payload, itemOf(call, !this.#isCaller, index)) === 0;
    promise(right, () => `item ${index} of call ${call.id} is not what was sent`);
    this.#next = index + 1;
    this.#received += 1;
    this.#waiting.items += 1;
    this.#waiting.bytes += payload.length;
    if (call.id % 3 !== 0) this.read();
  }

  #itemsEnded(count: number, code: string | undefined): void {
    const { call } = this;
    promise(!this.#over && !this.#isCaller, () => `the items of call ${call.id} end again`);
    this.#over = true;
    // There was no room for a large one, and nothing is said of those after it.
    const expected = code === 'RESOURCE_EXHAUSTED' ? this.#next : itemsOf(call, true);
    promise(count === expected, () => `call ${call.id} says that it has sent ${count} items, not ${expected}`);
    const enough = this.#stream.bestEffort ? this.#received <= count : this.#received === count;
    promise(enough, () => `of ${count} items of call ${call.id}, ${this.#received} have come at the end`);
    const asSent = code === 'RESOURCE_EXHAUSTED' || code === failureOf(call);
    promise(asSent, () => `the items of call ${call.id} end with ${code}, and not as their sender ended them`);
  }
}
