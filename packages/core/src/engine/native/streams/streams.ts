import { RpcError } from '../../../errors.js';
import {
  STREAM_END_DETAILS_BYTES_MAX,
  STREAM_QUEUED_BYTES,
  STREAM_TURN_BYTES,
  STREAMS_BYTES_MAX,
  STREAMS_MAX,
} from '../../../native-limits.js';
import { CREDIT, ITEM, ITEM_PART, STOP, type StreamFrame } from '../../../wire/native/frame-types.js';
import type { Millis, StreamOutput } from '../../engine.js';
import { Roster } from '../../tables/roster.js';
import type { Quotas } from '../admission/quotas.js';
import type { Standing } from '../admission/standing.js';
import type { PartsRoom } from '../messages/reassembly.js';
import type { Item } from '../packets/item.js';
import type { SendQueue } from '../packets/send-queue.js';
import type { Transmission } from '../packets/transmission.js';
import type { TurnTaker } from '../packets/turns.js';
import type { NativeStream, StreamHome } from './native-stream.js';

/** What streams need of what all associations share. */
export interface StreamsContext {
  readonly outputs: { push(output: StreamOutput): void };
  readonly messageBytesMax: number;
  readonly streamsMax: number;
  readonly firstItemIndex: number;
  readonly quotas: Quotas;
}

/** What they need of their association. */
export interface StreamsFields {
  readonly queue: SendQueue;
  readonly owner: { readonly standing: Standing; touch(): void };
  readonly room: PartsRoom;
}

/** The calls with streams that are under way over one association, of both sides: docs/protocol.md §13. */
export class Streams implements StreamHome {
  readonly endDetailsBytesMax = STREAM_END_DETAILS_BYTES_MAX;
  readonly room: PartsRoom;
  readonly #context: StreamsContext;
  readonly #fields: StreamsFields;
  readonly #open = new Roster<NativeStream>();
  /** Those whose peer is to hear of credit. */
  readonly #toTell: NativeStream[] = [];
  #calledMax = STREAMS_MAX;
  #called = 0;

  constructor(context: StreamsContext, fields: StreamsFields) {
    this.#context = context;
    this.#fields = fields;
    this.room = fields.room;
  }

  get messageBytesMax(): number {
    return this.#context.messageBytesMax;
  }

  get firstItemIndex(): number {
    return this.#context.firstItemIndex;
  }

  /** How many calls with streams this side has made that are not finished. */
  get called(): number {
    return this.#called;
  }

  /** How many it answers. */
  get answered(): number {
    return this.#open.size - this.#called;
  }

  get entries(): readonly NativeStream[] {
    return this.#open.entries;
  }

  /** Whether this side may make one more. */
  get hasRoom(): boolean {
    return this.#called < this.#calledMax;
  }

  /** Begins one that this side makes. @throws RpcError `RESOURCE_EXHAUSTED` */
  begin(stream: NativeStream): void {
    if (this.hasRoom) return stream.open(this);
    throw new RpcError(
      'RESOURCE_EXHAUSTED',
      `${this.#called} calls with streams to this peer are under way, which is the limit. Wait for some of them.`,
    );
  }

  /** Whether the peer may not make one more. */
  get full(): boolean {
    return this.answered >= this.#context.streamsMax;
  }

  /** What the peer says it answers at once. */
  limit(streamsMax: number): void {
    this.#calledMax = Math.min(streamsMax, STREAMS_MAX);
  }

  /** Flushes what carries them, with the credit that is due, and then asks for items. Gives whether there is more to do. */
  flush(transmission: Transmission, now: Millis): boolean {
    const { queue, path } = transmission;
    for (const stream of this.#toTell) stream.tellCredit(path.roundTrip.smoothedMs ?? 0, now);
    this.#toTell.length = 0;
    const built = transmission.flush(now);
    const roomBytes = queue.hasWork ? 0 : path.congestion.roomBytes(now);
    return this.#poll(transmission.mayTake(now), roomBytes) || built;
  }

  creditDue(stream: NativeStream): void {
    this.#toTell.push(stream);
    this.touch();
  }

  mayAllow(bytes: number): boolean {
    let allowed = bytes;
    for (const stream of this.#open.entries) allowed += stream.windowBytes;
    return allowed <= STREAMS_BYTES_MAX && !this.#context.quotas.queueCrowded;
  }

  push(item: Item): void {
    this.#fields.queue.push(item);
    this.touch();
  }

  takeTurns(taker: TurnTaker): void {
    this.#fields.queue.takeTurns(taker);
  }

  output(output: StreamOutput): void {
    this.#context.outputs.push(output);
  }

  allowed(bytes: number): void {
    this.#context.quotas.use(this.#fields.owner.standing, 0, bytes);
  }

  opened(stream: NativeStream): void {
    this.#open.add(stream);
    if (stream.isCaller) this.#called += 1;
  }

  closed(stream: NativeStream): void {
    this.#open.remove(stream);
    if (stream.isCaller) this.#called -= 1;
  }

  touch(): void {
    this.#fields.owner.touch();
  }

  /**
   * Asks those for items that have room for them; gives whether it asked any.
   *
   * @param mayTake Whether something new would leave at once.
   * @param roomBytes How much may go out now, beyond all that waits.
   */
  #poll(mayTake: boolean, roomBytes: number): boolean {
    const { entries } = this.#open;
    // What can go out at once does not wait, so that as much may be asked for at once.
    const queuedBytesMax = Math.max(STREAM_QUEUED_BYTES, Math.min(roomBytes, STREAM_TURN_BYTES) / entries.length);
    let asked = false;
    for (const stream of entries) if (stream.poll(mayTake, queuedBytesMax)) asked = true;
    return asked;
  }
}

/** Whether a frame is for the side that made the call: of what the callee sends, or of what it makes of the caller's items. */
export function isForCaller(frame: StreamFrame): boolean {
  if (frame.type === STOP) return true;
  return frame.type === CREDIT ? frame.side === 0 : frame.side === 1;
}

/** Takes a frame in; false if it breaks the rules. */
export function receiveStreamFrame(stream: NativeStream, frame: StreamFrame, now: Millis): boolean {
  switch (frame.type) {
    case ITEM:
      return stream.receiveItem(frame);
    case ITEM_PART:
      return stream.receiveItemPart(frame, now);
    case CREDIT:
      return stream.receiveCredit(frame.taken, frame);
    case STOP:
      stream.receiveStop();
      return true;
    default:
      return stream.receiveEnd(frame);
  }
}
