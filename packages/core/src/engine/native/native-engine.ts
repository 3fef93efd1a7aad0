import type { Address } from '../../address.js';
import type { Writer } from '../../wire/native/writer.js';
import { OPENING_PACKET, SEALED_PLAIN_PACKET_1 } from '../../wire/native/packet-types.js';
import { DeadlineHeap } from '../tables/deadline-heap.js';
import type {
  Acknowledged,
  CallHandle,
  DatagramDescription,
  Engine,
  EngineTraits,
  EngineOutput,
  GivenReply,
  IncomingRequest,
  ItemStreams,
  Millis,
  OutgoingCall,
  PeerStats,
  RandomBytes,
  Refusal,
  WireMethod,
} from '../engine.js';
import { Roster } from '../tables/roster.js';
import { Fifo } from '../tables/fifo.js';
import type { AnsweredNativeCall } from './messages/answered-call.js';
import type { Association } from './associations/association.js';
import { Associations } from './associations/associations.js';
import { Admission } from './admission/admission.js';
import type { Quotas } from './admission/quotas.js';
import { Reception } from './associations/reception.js';
import { RetryBudget } from './associations/retry-budget.js';
import { describePacket } from './describe.js';
import { fnv1a } from './fnv.js';
import { checkCallSize, checkResultSize } from './messages/message-size.js';
import { RETRY_BUDGET_DEFAULT, makeContext, type NativeEngineOptions } from './native-options.js';
import { NativeStreams } from './streams/native-streams.js';
import type { Tracing } from './tracing/tracing.js';
import { OutgoingNativeCall } from './messages/outgoing-call.js';

const NATIVE_TRAITS: EngineTraits = {
  carriesMetadata: true,
  namesServices: true,
  tellsReadiness: true,
  refuses: true,
  describeCollision: () => 'have the same hash',
};

const DOT = Uint8Array.of(0x2e);
const NO_BYTES = new Uint8Array(0);

/** The native wire: calls that are not lost, do not run twice, and get an answer. `docs/protocol.md` specifies it. */
export class NativeEngine<C extends OutgoingCall> implements Engine<C> {
  readonly wire = 'native';
  readonly traits = NATIVE_TRAITS;
  readonly streams: ItemStreams;
  readonly #associations: Associations<C>;
  readonly #reception: Reception<C>;
  readonly #options: NativeEngineOptions;
  readonly #outputs = new Fifo<EngineOutput<C>>();
  readonly #callDeadlines = new DeadlineHeap<OutgoingNativeCall<C>>();
  readonly #timers = new DeadlineHeap<Association<C>>();
  /** Associations that something has happened to since they were flushed. */
  readonly #touched = new Roster<Association<C>>();
  readonly #quotas: Quotas;
  readonly #writer: Writer;
  readonly #tracing: Tracing;
  #waiting = 0;
  #leftOff = false;

  constructor(options: NativeEngineOptions, random: RandomBytes, now: Millis) {
    this.#options = options;
    this.streams = new NativeStreams(options.messageBytesMax);
    const budget = new RetryBudget(options.retryBudget ?? RETRY_BUDGET_DEFAULT);
    const context = makeContext<C>(options, random, {
      outputs: this.#outputs,
      callDeadlines: this.#callDeadlines,
      timers: this.#timers,
      touch: (association) => this.#touch(association as Association<C>),
      answered: () => budget.answered(),
    });
    const { load, quotas, tracing, writer } = context;
    this.#quotas = quotas;
    this.#writer = writer;
    this.#tracing = tracing;
    const admission = new Admission<C>({
      outputs: this.#outputs,
      mac: options.mac,
      random,
      load,
      quotas,
      now,
      tracing,
    });
    this.#associations = new Associations({ context, budget });
    this.#reception = new Reception({ context, associations: this.#associations, admission, bound: now });
  }

  get traced(): boolean {
    return this.#tracing.on;
  }

  set traced(on: boolean) {
    this.#tracing.watch(on);
  }

  get unsettled(): boolean {
    return this.#touched.size > 0;
  }

  get leftOff(): boolean {
    return this.#leftOff;
  }

  get waitingMessages(): number {
    return this.#waiting;
  }

  /** How many calls wait for an answer. */
  get pendingCalls(): number {
    return this.#callDeadlines.size;
  }

  /** How many requests wait for `respond` or `refuse`. */
  get unansweredRequests(): number {
    return this.#quotas.total.handlers;
  }

  owns(datagram: Uint8Array): boolean {
    const first = datagram[0];
    return first !== undefined && first >= OPENING_PACKET && first <= SEALED_PLAIN_PACKET_1;
  }

  wireMethod(service: Uint8Array, method: Uint8Array): WireMethod {
    return { key: fnv1a(service, DOT, method), bytes: NO_BYTES };
  }

  call(call: C, now: Millis): CallHandle {
    this.#tracing.now = now;
    checkCallSize(call, this.#options.messageBytesMax);
    const { calls } = this.#associations.openFor(call, now).messages;
    const outgoing = new OutgoingNativeCall<C>(call, calls, now);
    calls.start(outgoing);
    this.#waiting += 1;
    return outgoing;
  }

  cancel(handle: CallHandle): void {
    const call = handle as OutgoingNativeCall<C>;
    call.owner.giveUp(call, 'cancelled');
  }

  wasSent(handle: CallHandle): boolean {
    return (handle as OutgoingNativeCall<C>).everSent;
  }

  acknowledged(handle: CallHandle): Acknowledged {
    return handle as OutgoingNativeCall<C>;
  }

  respond(request: IncomingRequest, payload: Uint8Array): boolean {
    const call = request as AnsweredNativeCall;
    if (!call.running) return false;
    checkResultSize(payload, this.#options.messageBytesMax);
    call.respond(payload);
    this.#answered(call);
    return true;
  }

  refuse(request: IncomingRequest, refusal: Refusal): void {
    const call = request as AnsweredNativeCall;
    if (!call.running) return;
    call.refuse(refusal);
    this.#answered(call);
  }

  receive(datagram: Uint8Array, from: Address, now: Millis): void {
    this.#tracing.now = now;
    this.#reception.receive(datagram, from, now);
  }

  sendRefused(to: Address, now: Millis): C[] {
    return this.#associations.sendRefused(to, now);
  }

  wake(now: Millis): void {
    this.#tracing.now = now;
    for (let call = this.#callDeadlines.takeDue(now); call !== undefined; call = this.#callDeadlines.takeDue(now)) {
      this.#outputs.push(silenceOf(call));
      // The callee has the deadline of a call that has arrived.
      if (call.arrived && call.stream === undefined) call.owner.end(call, 'silent');
      else call.owner.giveUp(call, 'silent');
    }
    for (let due = this.#timers.takeDue(now); due !== undefined; due = this.#timers.takeDue(now)) {
      const before = due.address;
      due.wake(now);
      if (due.address !== before) this.#associations.moved(due, before);
      if (due.expired) this.#associations.end(due, 'idle', now);
      else this.#touch(due);
    }
    this.#associations.expire(now);
  }

  flush(now: Millis): boolean {
    this.#waiting = 0;
    this.#tracing.now = now;
    if (this.#writer.hasFullSlabs) this.#reclaimMemory();
    let built = false;
    this.#leftOff = false;
    for (const association of this.#touched.entries) {
      if (association.ended) continue;
      const { trace } = association;
      trace?.changed();
      if (association.flush(now)) {
        built = true;
        if (association.transmission.leftOff) this.#leftOff = true;
      }
      trace?.changed();
    }
    return built;
  }

  settle(): Millis {
    for (let association = this.#touched.last; association !== undefined; association = this.#touched.last) {
      this.#touched.remove(association);
      if (!association.ended) this.#schedule(association);
    }
    return Math.min(this.#timers.earliest, this.#callDeadlines.earliest, this.#associations.nextExpiry);
  }

  drain(now: Millis): void {
    this.#tracing.now = now;
    this.#associations.drain(now);
  }

  confirmReplies(): GivenReply[] {
    return this.#associations.values().flatMap(({ messages }) => messages.confirmReplies());
  }

  close(now: Millis): void {
    this.#tracing.now = now;
    for (const association of this.#associations.values()) {
      association.transmission.sayClose(now);
      this.#associations.end(association, 'closed', now);
    }
  }

  takeOutput(): EngineOutput<C> | undefined {
    return this.#outputs.shift();
  }

  peers(): PeerStats[] {
    return this.#associations.values().map((association) => association.stats);
  }

  describe(datagram: Uint8Array): DatagramDescription {
    return describePacket(datagram);
  }

  #answered(call: AnsweredNativeCall): void {
    call.owner.reply(call);
    this.#waiting += 1;
  }

  /** What is still among the outputs has not been sent. */
  #reclaimMemory(): void {
    if (this.#outputs.size === 0 && this.#options.datagramsAreFree?.() === true) this.#writer.reclaim();
  }

  #touch(association: Association<C>): void {
    if (association.rosterIndex < 0) this.#touched.add(association);
  }

  /** Timers are only moved forward; one that goes off early is set again. */
  #schedule(association: Association<C>): void {
    const at = association.nextWake;
    if (association.heapIndex >= 0) {
      if (association.deadline <= at) return;
      this.#timers.remove(association);
    }
    association.deadline = at;
    this.#timers.add(association);
  }
}

/** Nobody has answered a call. Where the peer cannot read our handshake, that is why. */
function silenceOf<C extends OutgoingCall>({ call, everSent, owner }: OutgoingNativeCall<C>): EngineOutput<C> {
  if (!owner.handshakeRefused) return { kind: 'silence', call };
  const executed = everSent ? 'unknown' : 'no';
  return { kind: 'failure', call, code: 'UNAUTHENTICATED', executed, origin: 'local', payload: undefined };
}
