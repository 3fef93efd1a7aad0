import { RPC_ERROR_CODES, RpcError, type Executed, type RpcErrorCode } from '../../../errors.js';
import { CALLS_IN_FLIGHT_MAX, CALLS_QUEUED_MAX } from '../../../native-limits.js';
import {
  END_DONE,
  RESULT,
  type EndFrame,
  type FailureFrame,
  type ResultFrame,
} from '../../../wire/native/frame-types.js';
import { CALL_NUMBER_STEP, firstCallNumber } from '../../../wire/native/call-number.js';
import { VARINT_MAX } from '../../../wire/native/writer.js';
import { type CallOutcome, type EngineOutput, type OutgoingCall } from '../../engine.js';
import { NumberTable } from '../../tables/number-table.js';
import { Roster } from '../../tables/roster.js';
import { WantedFifo } from '../../tables/wanted-fifo.js';
import type { MessagesContext, SidesOwner } from './messages-context.js';
import { ENDED_BY } from './call-states.js';
import { cancellation } from './last-words.js';
import { type OutgoingNativeCall, type CallOwner } from './outgoing-call.js';
import type { SendQueue } from '../packets/send-queue.js';
import { failureOf } from './failure-of.js';

/** How a call of ours ended by itself. */
type Ending<C extends OutgoingCall> = (call: C) => EngineOutput<C>;

/** The calls that one association makes: numbers them, bounds them, ends them. docs/protocol.md §7. */
export class CallerSide<C extends OutgoingCall> implements CallOwner<C> {
  readonly #context: MessagesContext<C>;
  readonly #queue: SendQueue;
  readonly #owner: SidesOwner;
  /** Those that have a number. */
  readonly #numbered = new NumberTable<OutgoingNativeCall<C>>();
  /** Those that may go out, numbered or not. */
  readonly #active = new Roster<OutgoingNativeCall<C>>();
  /** Made when there are more than may go out: rare, and then it costs those that are rare alone. */
  #waiting: WantedFifo<OutgoingNativeCall<C>> | undefined;
  /** How many of them have not ended. */
  #waitingSize = 0;
  /** Those that leave, and probes that end, when something is heard of the peer. */
  #untilHeard: Set<OutgoingNativeCall<C>> | undefined;
  #callsMax = CALLS_IN_FLIGHT_MAX;
  /** Whether nobody has answered but somebody, who may stand in between, with whom there can be no handshake. */
  handshakeRefused = false;
  /** Whether the peer has refused a call because it goes. */
  peerLeaves = false;
  /** How the calls ended that have. */
  readonly outcomes: Record<CallOutcome, number> = { answered: 0, failed: 0, silent: 0, cancelled: 0 };
  #nextReliable = firstCallNumber('at-most-once');
  #nextOnce = firstCallNumber('best-effort');

  constructor(context: MessagesContext<C>, queue: SendQueue, owner: SidesOwner) {
    this.#context = context;
    this.#queue = queue;
    this.#owner = owner;
  }

  /** How many wait for others to end before they may go out. */
  get queued(): number {
    return this.#waitingSize + (this.#untilHeard?.size ?? 0);
  }

  get size(): number {
    return this.#active.size + this.queued;
  }

  /** Those that have been sent, or may be at once. */
  get awaited(): readonly OutgoingNativeCall<C>[] {
    return this.#active.entries;
  }

  /** Whether all numbers have been used. */
  get exhausted(): boolean {
    return Math.max(this.#nextReliable, this.#nextOnce) > VARINT_MAX;
  }

  /** Whether a call that goes on can be started here. */
  hasRoomFor(call: OutgoingNativeCall<C>): boolean {
    if (call.stream !== undefined && !this.#owner.streams.hasRoom) return false;
    return this.queued < CALLS_QUEUED_MAX || !this.#waits(call);
  }

  /** What the peer says it accepts at once. */
  limit(callsMax: number): void {
    this.#callsMax = Math.max(1, Math.min(callsMax, CALLS_IN_FLIGHT_MAX));
  }

  /** @throws RpcError `RESOURCE_EXHAUSTED` */
  start(call: OutgoingNativeCall<C>): void {
    const untilHeard = this.#waitsUntilHeard(call);
    if (this.queued >= CALLS_QUEUED_MAX && this.#waits(call)) {
      throw new RpcError(
        'RESOURCE_EXHAUSTED',
        `${this.#active.size} calls to this peer are on their way and ${this.queued} wait, which is the limit. ` +
          'Wait for some of them.',
      );
    }
    if (call.stream !== undefined) this.#owner.streams.begin(call.stream);
    this.#context.callDeadlines.add(call);
    if (untilHeard) this.#waitUntilHeard(call);
    else this.#activateOrWait(call);
    this.#owner.touch();
  }

  /** Something was heard of the peer: what waited for that goes on. */
  peerHeard(): void {
    this.handshakeRefused = false;
    if (this.#untilHeard === undefined) return;
    for (const call of [...this.#untilHeard]) {
      if (call.call.probe === true) {
        this.#endSent(call, (made) => ({ kind: 'sent', call: made, delivered: true }));
      } else {
        this.#untilHeard.delete(call);
        this.#activateOrWait(call);
      }
    }
    this.#untilHeard = undefined;
  }

  /** The call that a reply belongs to, if it still waits. */
  find(number: number): OutgoingNativeCall<C> | undefined {
    return this.#numbered.get(number);
  }

  /** A reply has come: the call that it belongs to ends with it, if it still waits. @param rest What follows its value. */
  replied(frame: ResultFrame | FailureFrame, rest?: Uint8Array): void {
    const call = this.#numbered.get(frame.number);
    if (call === undefined) return;
    if (frame.type === RESULT && call.stream?.answers === true) return this.refuseReply(frame.number, 'DATA_LOSS');
    this.end(call, frame.type === RESULT ? 'answered' : 'failed');
    if (frame.type === RESULT) {
      this.#context.answered();
      this.#context.outputs.push({ kind: 'response', call: call.call, payload: frame.value, rest });
      return;
    }
    const failure = failureOf(call, frame);
    if (failure.code === 'UNAVAILABLE' && failure.executed === 'no') this.peerLeaves = true;
    this.#context.outputs.push(failure);
  }

  streamEnded(call: OutgoingNativeCall<C>, { code: number, value: payload }: EndFrame): void {
    this.end(call, number === END_DONE ? 'answered' : 'failed');
    this.#context.answered();
    if (number === END_DONE)
      return this.#context.outputs.push({ kind: 'response', call: call.call, payload, rest: undefined });
    const failed = { code: RPC_ERROR_CODES[number] ?? 'UNKNOWN', executed: 'yes', origin: 'remote', payload } as const;
    this.#context.outputs.push({ kind: 'failure', call: call.call, ...failed });
  }

  callDue(call: OutgoingNativeCall<C>): void {
    if (call.heapIndex < 0) return;
    this.#context.callDeadlines.remove(call);
    call.deadline = call.dueAt;
    this.#context.callDeadlines.add(call);
  }

  /** The peer of a call with streams is silent: the call ends, and if it can, the peer hears of that. */
  lose(call: OutgoingNativeCall<C>): void {
    this.#refuse(call, 'UNAVAILABLE', call.executed);
  }

  /** A reply is coming that cannot be taken in: the call ends here. */
  refuseReply(number: number, code: RpcErrorCode): void {
    const call = this.#numbered.get(number);
    if (call !== undefined) this.#refuse(call, code, 'yes');
  }

  /** Ends a call of which the peer may know, and tells the peer. */
  giveUp(call: OutgoingNativeCall<C>, outcome: CallOutcome): void {
    if (call.ended) return;
    if (call.sent) this.#queue.push(cancellation(call.number));
    this.end(call, outcome);
  }

  /** Ends a call. */
  end(call: OutgoingNativeCall<C>, outcome: CallOutcome): void {
    if (call.ended) return;
    call.on(ENDED_BY[outcome]);
    call.stream?.close();
    this.outcomes[outcome] += 1;
    this.#owner.trace?.callEnded(call.number, outcome);
    if (call.rosterIndex < 0 && this.#untilHeard?.delete(call) !== true) this.#waitingSize -= 1;
    this.#active.remove(call);
    this.#context.callDeadlines.remove(call);
    if (call.sent) {
      this.#numbered.delete(call.number);
      this.#owner.forgetReply(call.number);
    }
    this.#activate();
    this.#owner.touch();
  }

  /** Takes those out that have been sent, or would have been: all that do not wait until the peer has been heard. */
  takeSent(): OutgoingNativeCall<C>[] {
    const untilHeard = this.#untilHeard;
    this.#untilHeard = undefined;
    const calls = this.takeAll();
    this.#untilHeard = untilHeard;
    return calls;
  }

  /** Takes all calls out. */
  takeAll(): OutgoingNativeCall<C>[] {
    const active = [...this.#active.entries];
    for (const call of active) this.#active.remove(call);
    const calls = [...active];
    for (let call = this.#takeWaiting(); call !== undefined; call = this.#takeWaiting()) calls.push(call);
    calls.push(...(this.#untilHeard ?? []));
    this.#untilHeard?.clear();
    for (const call of calls) {
      this.#context.callDeadlines.remove(call);
      call.stream?.close();
    }
    this.#numbered.clear();
    return calls;
  }

  giveNumber(call: OutgoingNativeCall<C>): void {
    call.number = call.reliable ? this.#nextReliable : this.#nextOnce;
    if (call.reliable) this.#nextReliable += CALL_NUMBER_STEP;
    else this.#nextOnce += CALL_NUMBER_STEP;
    this.#numbered.add(call);
    this.#owner.trace?.callStarted(call.number, call.call);
  }

  callArrived(call: OutgoingNativeCall<C>): void {
    if (call.stream !== undefined) this.callDue(call);
    this.callAdvanced(call);
    if (call.call.oneWay) this.#endSent(call, (made) => ({ kind: 'sent', call: made, delivered: true }));
  }

  callAdvanced({ call }: OutgoingNativeCall<C>): void {
    if (call.watched === true) this.#context.outputs.push({ kind: 'progress', call });
  }

  callSentOnce(call: OutgoingNativeCall<C>): void {
    if (call.call.oneWay) this.#endSent(call, (made) => ({ kind: 'sent', call: made, delivered: false }));
  }

  #refuse(call: OutgoingNativeCall<C>, code: RpcErrorCode, executed: Executed): void {
    this.giveUp(call, 'failed');
    const known = { executed, origin: 'local', payload: undefined } as const;
    this.#context.outputs.push({ kind: 'failure', call: call.call, code, ...known });
  }

  #endSent(call: OutgoingNativeCall<C>, output: Ending<C>): void {
    this.end(call, call.reliable ? 'answered' : 'silent');
    this.#context.outputs.push(output(call.call));
  }

  /** Whether a call can leave only when something else has happened. */
  #waits(call: OutgoingNativeCall<C>): boolean {
    return this.#active.size >= this.#callsMax || this.#waitsUntilHeard(call);
  }

  /** Whether a call leaves only when the peer has answered something. */
  #waitsUntilHeard({ call, delivery }: OutgoingNativeCall<C>): boolean {
    if (call.probe === true || (call.waitForReady === true && !this.#owner.heard)) return true;
    return !this.#owner.established && delivery === 'at-most-once' && call.security?.earlyData !== true;
  }

  #waitUntilHeard(call: OutgoingNativeCall<C>): void {
    this.#untilHeard ??= new Set();
    this.#untilHeard.add(call);
    this.#owner.ping();
  }

  #activateOrWait(call: OutgoingNativeCall<C>): void {
    if (this.#active.size < this.#callsMax) {
      this.#active.add(call);
      this.#queue.push(call);
    } else {
      this.#waiting ??= new WantedFifo();
      this.#waiting.push(call);
      this.#waitingSize += 1;
    }
  }

  #activate(): void {
    while (this.#waitingSize > 0 && this.#active.size < this.#callsMax) {
      const call = this.#takeWaiting()!;
      this.#active.add(call);
      this.#queue.push(call);
    }
  }

  /** Takes out the call that has waited longest. */
  #takeWaiting(): OutgoingNativeCall<C> | undefined {
    const call = this.#waiting?.seek();
    if (call === undefined) return undefined;
    this.#waiting!.shift();
    this.#waitingSize -= 1;
    return call;
  }
}
