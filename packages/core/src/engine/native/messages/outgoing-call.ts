import { callBytesMax, writeCallHead } from '../../../wire/native/encode-frames.js';
import { VARINT_MAX, Writer } from '../../../wire/native/writer.js';
import type { Delivery } from '../../../delivery.js';
import type { Deadlined } from '../../tables/deadline-heap.js';
import type { Listed } from '../../tables/roster.js';
import type { Acknowledged, CallOutcome, Millis, OutgoingCall, StreamDirections } from '../../engine.js';
import type { Executed, RpcErrorCode } from '../../../errors.js';
import type { EndFrame } from '../../../wire/native/frame-types.js';
import { NativeStream, type StreamedCall } from '../streams/native-stream.js';
import { READ_CREDIT } from '../streams/reader-window.js';
import { CALL_NODES, type CallEvent, type CallNode } from './call-states.js';
import type { Item } from '../packets/item.js';
import { OutgoingParts, type PartsOwner } from './parts.js';

/** What an {@link OutgoingNativeCall} tells the association that makes it. */
export interface CallOwner<C extends OutgoingCall> {
  /** Whether nobody has answered but somebody with whom there can be no handshake. */
  readonly handshakeRefused: boolean;
  /** Gives a number to a call that is about to be written for the first time. */
  giveNumber(call: OutgoingNativeCall<C>): void;
  /** The whole call has arrived. */
  callArrived(call: OutgoingNativeCall<C>): void;
  /** Ends a call. */
  end(call: OutgoingNativeCall<C>, outcome: CallOutcome): void;
  /** It is due earlier or later than before. */
  callDue(call: OutgoingNativeCall<C>): void;
  /** The callee has ended its items, and all have come: the call is over. */
  streamEnded(call: OutgoingNativeCall<C>, end: EndFrame): void;
  /** Something of the callee's cannot be taken in: the call is over. */
  refuseReply(number: number, code: RpcErrorCode): void;
  /** Ends a call of which the peer may know, and tells the peer. */
  giveUp(call: OutgoingNativeCall<C>, outcome: CallOutcome): void;
  /** More of a call in parts has arrived. */
  callAdvanced(call: OutgoingNativeCall<C>): void;
  /** A call that is sent once has been sent. */
  callSentOnce(call: OutgoingNativeCall<C>): void;
}

/** One call of ours, from waiting to its end: docs/protocol.md §7. */
export class OutgoingNativeCall<C extends OutgoingCall>
  implements Item, PartsOwner, Acknowledged, Deadlined, Listed, StreamedCall
{
  readonly side = 0;
  readonly call: C;
  readonly delivery: Delivery;
  readonly startedAt: Millis;
  deadline: Millis;
  /** How often it has gone on with another association after it had been sent. */
  restarts = 0;
  owner: CallOwner<C>;
  heapIndex = -1;
  rosterIndex = -1;
  copies = 0;
  waitsAgain = false;
  /** -1 until it is written for the first time. */
  number = -1;
  acknowledgedBytes = 0;
  /** This end of its streams; undefined if it has none. */
  readonly stream: NativeStream | undefined;
  inParts = false;
  #node: CallNode = CALL_NODES.waiting;
  #expectedBy: Millis = Infinity;
  /** Whether it has, over whatever association. */
  #hasArrived = false;

  constructor(call: C, owner: CallOwner<C>, now: Millis) {
    this.call = call;
    this.owner = owner;
    this.delivery = call.delivery;
    this.startedAt = now;
    this.deadline = call.deadline;
    this.stream = undefined;
    if (call.streams === undefined) return;
    this.stream = this.#newStream(call.streams);
    this.deadline = this.dueAt;
  }

  get reliable(): boolean {
    return this.delivery !== 'best-effort' || this.stream !== undefined;
  }

  get arrived(): boolean {
    return this.#node === CALL_NODES.arrived;
  }

  get ended(): boolean {
    return this.#node === CALL_NODES.ended;
  }

  get wanted(): boolean {
    return this.#node === CALL_NODES.waiting || this.#node === CALL_NODES.sent;
  }

  /** Moves on by the table; an event that its state does not know changes nothing. */
  on(event: CallEvent): void {
    this.#node = this.#node[event];
  }

  get bytesMax(): number {
    return callBytesMax(this.call.args.length, this.call.metadata?.length, this.stream?.answers);
  }

  /** Whether anything of it was sent over the association that it belongs to. */
  get sent(): boolean {
    return this.number >= 0;
  }

  /** Whether anything of it was ever sent: also over an association that has ended. */
  get everSent(): boolean {
    return this.restarts > 0 || this.sent;
  }

  /** Whether the callee may have run it, as far as is known while nothing has answered it. */
  get executed(): Executed {
    if (this.stream?.started === true) return 'yes';
    return this.everSent ? 'unknown' : 'no';
  }

  write(writer: Writer, now: Millis): void {
    this.#writeHead(writer, now);
    writer.copy(this.call.args);
  }

  /** Writes all of its frame but the arguments. */
  #writeHead(writer: Writer, now: Millis): void {
    const { call, delivery } = this;
    const first = this.#node === CALL_NODES.waiting;
    if (first) {
      this.owner.giveNumber(this);
      this.#node = this.#node.written;
    }
    writeCallHead(writer, {
      number: this.number,
      delivery,
      oneWay: call.oneWay,
      method: call.method.key as number,
      deadlineMs: Math.min(Math.max(1, Math.ceil(call.deadline - now)), VARINT_MAX),
      streams: this.stream && { credit: this.stream.answers ? READ_CREDIT : undefined, takes: this.stream.takes },
      metadata: call.metadata,
      args: call.args,
    });
    if (first && !this.reliable && !this.inParts) this.owner.callSentOnce(this);
  }

  toParts(now: Millis): OutgoingParts {
    const { args } = this.call;
    const writer = new Writer(this.bytesMax - args.length, 1);
    this.inParts = true;
    this.#writeHead(writer, now);
    return new OutgoingParts(this, writer.take(), args);
  }

  acknowledged(): void {
    this.acknowledgedBytes = this.call.args.length;
    this.partsAcknowledged();
  }

  partAcknowledged(missingBytes: number): void {
    if (!this.wanted) return;
    // What stands before the arguments arrives with them, and counts when all of it has.
    this.acknowledgedBytes = Math.max(0, this.call.args.length - missingBytes);
    if (missingBytes > 0) this.owner.callAdvanced(this);
  }

  partsAcknowledged(): void {
    if (!this.wanted) return;
    this.#node = this.#node.acknowledged;
    if (this.stream !== undefined) this.#hasArrived = true;
    this.owner.callArrived(this);
  }

  /** The caller waits for something of the stream until then. */
  expect(by: Millis): void {
    this.#expectedBy = by;
    this.owner.callDue(this);
  }

  /** When it is over if nothing comes: at its deadline, and earlier where its stream has not arrived, or something is expected. */
  get dueAt(): Millis {
    const { streams, deadline } = this.call;
    const arrivesBy = streams === undefined || this.#hasArrived ? Infinity : streams.arrivesBy;
    return Math.min(deadline, arrivesBy, this.#expectedBy);
  }

  itemCame(): void {
    if (this.#expectedBy < Infinity) this.expect(Infinity);
  }

  itemsEnded(end: EndFrame): void {
    this.owner.streamEnded(this, end);
  }

  itemRefused(code: RpcErrorCode): void {
    this.owner.refuseReply(this.number, code);
  }

  lost(): boolean {
    return this.reliable && this.wanted;
  }

  /** Starts over on another association, as if it had never been sent. */
  restart(owner: CallOwner<C>): void {
    this.on('restarted');
    if (this.stream !== undefined) this.deadline = this.dueAt;
    if (this.sent) this.restarts += 1;
    this.owner = owner;
    this.number = -1;
    this.copies = 0;
    this.waitsAgain = false;
    this.inParts = false;
    this.acknowledgedBytes = 0;
  }

  #newStream({ answers, takes }: StreamDirections): NativeStream {
    return new NativeStream(this, { isCaller: true, bestEffort: this.delivery === 'best-effort', answers, takes });
  }
}
