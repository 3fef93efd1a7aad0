import type { Address } from '../../../address.js';
import type { RpcErrorCode } from '../../../errors.js';
import { TIMEOUT_MS_DEFAULT } from '../../../limits.js';
import {
  CALLS_ANSWERED_MAX,
  CALL_RANGES_MAX,
  ONCE_CALLS_REMEMBERED,
  ONCE_RANGES_MAX,
  OVERLOAD_RETRY_MS,
} from '../../../native-limits.js';
import { CALL, type CallFrame, type Credit } from '../../../wire/native/frame-types.js';
import { isReliableCall, onceRank, reliableRank } from '../../../wire/native/call-number.js';
import type { GivenReply, Millis, OutgoingCall, PeerHandle } from '../../engine.js';
import { DeadlineHeap } from '../../tables/deadline-heap.js';
import { NumberTable } from '../../tables/number-table.js';
import { AnsweredNativeCall, type AnswerOwner } from './answered-call.js';
import { farewell } from './last-words.js';
import type { MessagesContext, SidesOwner } from './messages-context.js';
import { NumberRanges } from '../../tables/number-ranges.js';
import { lowIndex } from '../streams/item-index.js';
import type { NativeStream } from '../streams/native-stream.js';
import type { SendQueue } from '../packets/send-queue.js';
import { joinedBytes } from '../../../joined-bytes.js';

const NO_ARGS = new Uint8Array(0);

/** How a call has come. */
export interface CallArrival {
  readonly arrival: number | undefined;
  readonly early: boolean;
  /** What follows its arguments in memory of its own. */
  readonly rest?: Uint8Array | undefined;
}

/** The calls that one association answers: runs each once, and keeps its reply until that has arrived. docs/protocol.md §7. */
export class CalleeSide<C extends OutgoingCall> implements AnswerOwner {
  readonly #context: MessagesContext<C>;
  readonly #queue: SendQueue;
  readonly #owner: SidesOwner;
  readonly #answered = new NumberTable<AnsweredNativeCall>();
  /**
   * Of its own, for most peers have one call at a time: in a heap of all peers' calls, each would have to move those of many.
   */
  readonly #deadlines = new DeadlineHeap<AnsweredNativeCall>();
  /** Ranks of the calls that have been had. */
  readonly #had = new NumberRanges(CALL_RANGES_MAX);
  /** The same of those that are sent once. Their sender repeats them only after a retry, and so only the first. */
  #hadOnce: NumberRanges | undefined;
  duplicates = 0;

  constructor(context: MessagesContext<C>, queue: SendQueue, owner: SidesOwner) {
    this.#context = context;
    this.#queue = queue;
    this.#owner = owner;
  }

  get address(): Address {
    return this.#owner.address;
  }

  get peer(): PeerHandle {
    return this.#owner.peer;
  }

  get size(): number {
    return this.#answered.size;
  }

  /** When the first of them has taken too long. */
  get nextDeadline(): Millis {
    return this.#deadlines.earliest;
  }

  /** Whether the peer has made more holes in its numbers than are remembered. */
  get overflowing(): boolean {
    return this.#had.ranges.length >= CALL_RANGES_MAX;
  }

  /** Whether a call has been had, run, refused or cancelled. */
  hasHad(number: number): boolean {
    if (isReliableCall(number)) return this.#had.has(reliableRank(number));
    const rank = onceRank(number);
    return rank < ONCE_CALLS_REMEMBERED ? this.#hadOnce?.has(rank) === true : this.#answered.has(number);
  }

  /**
   * Takes a call in. A call that came before runs nothing; its reply goes out again if it may not have arrived.
   *
   * @param arrival Which arrival of a packet brought it; undefined if several did.
   * @param early Whether the last of these packets may be a replay.
   */
  call(frame: CallFrame, { arrival, early, rest }: CallArrival, now: Millis): void {
    if (!this.#takeNumber(frame.number)) return this.#repeat(frame.number);
    const argsBytes = joinedBytes(frame.args, rest);
    if (this.#answered.size >= CALLS_ANSWERED_MAX) return this.#drop(argsBytes);
    const call = this.#add(frame, arrival, now);
    call.argsRest = rest;
    if (early && frame.delivery === 'at-most-once' && !this.#context.takesEarlyData) {
      return this.refuse(call, 'UNAUTHENTICATED');
    }
    const waitMs = this.#waitMs(call, now);
    if (waitMs > 0) return this.#overload(call, waitMs);
    call.handed = true;
    this.#count(call, 1, argsBytes + (frame.metadata?.length ?? 0));
    this.#owner.trace?.requestReceived(frame, argsBytes);
    this.#context.outputs.push({ kind: 'request', request: call });
    if (call.stream !== undefined) this.#openStream(call.stream, frame.streams?.credit);
  }

  /** Refuses a call of which only parts have come. */
  refuseUnread(number: number, code: RpcErrorCode, now: Millis): void {
    if (!this.#takeNumber(number)) return;
    if (this.#answered.size >= CALLS_ANSWERED_MAX) return this.#drop(0);
    const unread = {
      deadlineMs: TIMEOUT_MS_DEFAULT,
      method: 0,
      streams: undefined,
      metadata: undefined,
      args: NO_ARGS,
    };
    const frame: CallFrame = { type: CALL, number, delivery: 'at-most-once', oneWay: false, ...unread };
    const call = this.#add(frame, undefined, now);
    if (code === 'RESOURCE_EXHAUSTED') this.#overload(call, OVERLOAD_RETRY_MS);
    else this.refuse(call, code);
  }

  /** Says no before anything ran. */
  refuse(call: AnsweredNativeCall, code: RpcErrorCode): void {
    call.refuse({ code, message: '', executed: 'no' });
    this.reply(call);
  }

  /** A reply has been put into the call. */
  reply(call: AnsweredNativeCall): void {
    this.#count(call, call.handed ? -1 : 0, call.replyBytes - call.countedBytes);
    call.handed = false;
    if (call.oneWay) return this.end(call);
    this.#queue.push(call);
    this.#owner.touch();
  }

  /** The caller waits no more; a call that never came counts as had. */
  cancel(number: number): void {
    if (isReliableCall(number)) this.#had.add(reliableRank(number));
    const call = this.#answered.get(number);
    if (call !== undefined) this.giveUp(call, 'CANCELLED');
  }

  /** Ends a call whose answer nobody wants any more. */
  giveUp(call: AnsweredNativeCall, code: 'CANCELLED' | 'DEADLINE_EXCEEDED'): void {
    if (call.handed) {
      call.handed = false;
      this.#count(call, -1, 0);
      this.#context.outputs.push({ kind: 'cancelled', request: call, code });
    }
    this.end(call);
    this.#owner.touch();
  }

  /** Gives up those that have taken too long. */
  expire(now: Millis): void {
    for (let late = this.#deadlines.takeDue(now); late !== undefined; late = this.#deadlines.takeDue(now)) {
      this.giveUp(late, 'DEADLINE_EXCEEDED');
    }
  }

  /** Gives up those with streams. Who has not heard of that, and is there again, must not wait for what never comes. */
  giveUpStreams(): void {
    for (const call of this.#answered.values()) {
      if (call.stream?.isOpen !== true) continue;
      this.giveUp(call, 'CANCELLED');
      this.#queue.push(farewell(call.number));
    }
  }

  /** The call that a frame belongs to, if it is being answered. */
  find(number: number): AnsweredNativeCall | undefined {
    return this.#answered.get(number);
  }

  /** Those that are answered, and whose reply has not arrived yet. */
  givenReplies(): GivenReply[] {
    return [...this.#answered.values()].filter(({ running }) => !running);
  }

  giveUpAll(): void {
    for (const call of this.#answered.values()) this.giveUp(call, 'CANCELLED');
  }

  memoryFree(args: Uint8Array): void {
    this.#context.joinedMemory.giveBack(args);
  }

  answerDone(call: AnsweredNativeCall): void {
    this.end(call);
  }

  end(call: AnsweredNativeCall): void {
    call.drop();
    call.stream?.close();
    if (call.countedBytes > 0) this.#count(call, 0, -call.countedBytes);
    this.#answered.delete(call.number);
    this.#deadlines.remove(call);
  }

  /** Whoever carries this out says no, in a form that the caller can read: there is no room now, but may be later. */
  #overload(call: AnsweredNativeCall, retryAfterMs: Millis): void {
    this.#context.outputs.push({ kind: 'overload', request: call, retryAfterMs });
  }

  /** In how many milliseconds a call that has come should be tried again; 0 if it may run. */
  #waitMs({ stream }: AnsweredNativeCall, now: Millis): Millis {
    if (stream !== undefined && this.#owner.streams.full) return OVERLOAD_RETRY_MS;
    return this.#context.quotas.callWaitMs(this.#owner.standing, now);
  }

  #count(call: AnsweredNativeCall, handlers: number, bytes: number): void {
    call.countedBytes += bytes;
    this.#context.quotas.use(this.#owner.standing, handlers, bytes);
  }

  #drop(bytes: number): void {
    this.#context.outputs.push({ kind: 'dropped', reason: 'overload', from: this.address, bytes });
  }

  /** Writes down that a call has been had; false if it had been before. */
  #takeNumber(number: number): boolean {
    if (isReliableCall(number)) return this.#had.add(reliableRank(number));
    const rank = onceRank(number);
    if (rank >= ONCE_CALLS_REMEMBERED) return !this.#answered.has(number);
    this.#hadOnce ??= new NumberRanges(ONCE_RANGES_MAX);
    return this.#hadOnce.add(rank);
  }

  #add(frame: CallFrame, arrival: number | undefined, now: Millis): AnsweredNativeCall {
    const call = new AnsweredNativeCall(this, frame, arrival, now);
    this.#answered.add(call);
    this.#deadlines.add(call);
    return call;
  }

  #openStream(stream: NativeStream, credit: Credit | undefined): void {
    stream.open(this.#owner.streams);
    // The first CREDIT is in the call.
    if (credit !== undefined) stream.outgoing?.allow(lowIndex(this.#context.firstItemIndex), credit);
    this.#owner.touch();
  }

  #repeat(number: number): void {
    this.duplicates += 1;
    const call = this.#answered.get(number);
    if (call?.repeatable === true) this.#queue.pushLost(call);
  }
}
