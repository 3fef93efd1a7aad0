import type { Address } from '../../address.js';
import { RpcError } from '../../errors.js';
import { DATAGRAM_BYTES_MAX, RPCUDP_REQUEST_BYTES_MAX } from '../../limits.js';
import {
  HEADER_BYTES,
  REQUEST,
  RESPONSE,
  decodeDatagram,
  encodeRequest,
  encodeResponse,
  packedRequestBytes,
  type RpcudpRequest,
  type RpcudpResponse,
} from '../../wire/rpcudp.js';
import type {
  Acknowledged,
  CallHandle,
  CallOutcome,
  DatagramDescription,
  DropReason,
  Engine,
  EngineTraits,
  EngineOutput,
  IncomingRequest,
  Millis,
  OutgoingCall,
  RandomBytes,
  WireMethod,
} from '../engine.js';
import type { PortShare } from '../cores/shared-port.js';
import { Fifo } from '../tables/fifo.js';
import { AnsweredCalls, methodKey, type AnsweredCall } from './answered-calls.js';
import { DatagramTrace, type TracedMessage } from './datagram-trace.js';
import { Excess } from './excess.js';
import { OutgoingCalls, type WaitingCall } from './outgoing-calls.js';

/** What bounds an {@link RpcudpEngine}. */
export interface RpcudpEngineOptions {
  readonly runningHandlersMax: number;
  readonly handlerTimeoutMs: Millis;
  /** Bytes answered to one source in a second beyond three for each that came; `Infinity` for no bound. */
  readonly excessBytesPerSecond: number;
  /** Where other engines receive at the same port. */
  readonly share?: PortShare | undefined;
}

const RPCUDP_TRAITS: EngineTraits = {
  carriesMetadata: false,
  namesServices: false,
  tellsReadiness: false,
  refuses: false,
  describeCollision: (name) => `are both called "${name}"`,
};

const NOTHING_ACKNOWLEDGED: Acknowledged = { acknowledgedBytes: 0, inParts: false };

/**
 * The rpcudp wire: one datagram asks, one datagram answers, nothing is sent twice. `docs/rpcudp-wire.md` describes it.
 */
export class RpcudpEngine<C extends OutgoingCall> implements Engine<C> {
  readonly wire = 'rpcudp';
  readonly traits = RPCUDP_TRAITS;
  /** There is nothing to flush, so everything is settled always. */
  readonly unsettled = false;
  readonly waitingMessages = 0;
  readonly leftOff = false;
  readonly #outputs = new Fifo<EngineOutput<C>>();
  readonly #outgoing: OutgoingCalls<C>;
  readonly #answered: AnsweredCalls;
  readonly #excess: Excess;
  readonly #trace = new DatagramTrace(this.#outputs);
  /** When something was last done: what is answered at once is answered then. */
  #now: Millis = -Infinity;

  constructor(options: RpcudpEngineOptions, random: RandomBytes) {
    this.#outgoing = new OutgoingCalls<C>(random, options.share);
    this.#answered = new AnsweredCalls(options.runningHandlersMax, options.handlerTimeoutMs);
    this.#excess = new Excess(options.excessBytesPerSecond);
  }

  get traced(): boolean {
    return this.#trace.on;
  }

  set traced(on: boolean) {
    this.#trace.on = on;
  }

  /** How many calls wait for an answer. */
  get pendingCalls(): number {
    return this.#outgoing.size;
  }

  /** How many requests wait for `respond` or `refuse`. */
  get unansweredRequests(): number {
    return this.#answered.size;
  }

  owns(datagram: Uint8Array): boolean {
    const first = datagram[0];
    return first === undefined || first === REQUEST || first === RESPONSE;
  }

  wireMethod(_service: Uint8Array, method: Uint8Array): WireMethod {
    return { key: methodKey(method), bytes: method };
  }

  call(call: C, now: Millis): number {
    this.#now = now;
    const bytes = packedRequestBytes(call.method.bytes, call.args);
    if (bytes > RPCUDP_REQUEST_BYTES_MAX) {
      throw new RpcError(
        'PAYLOAD_TOO_LARGE',
        `The method's name and arguments take ${bytes} bytes packed, and a request on the rpcudp wire may have at most ` +
          `${RPCUDP_REQUEST_BYTES_MAX}. Send less at a time.`,
        { details: { bytes, bytesMax: RPCUDP_REQUEST_BYTES_MAX } },
      );
    }
    const { number, id } = this.#outgoing.add(call);
    const datagram = encodeRequest(id, call.method.bytes, call.args);
    if (this.traced)
      this.#sent({ type: 'request', id, method: call.method.bytes, peer: call.to, bytes: datagram.length });
    this.#outputs.push({ kind: 'transmit', datagram, to: call.to, call, watched: true });
    return number;
  }

  cancel(handle: CallHandle): void {
    if (this.traced) this.#ended(this.#outgoing.get(handle as number), 'cancelled');
    this.#outgoing.remove(handle as number);
  }

  wasSent(): boolean {
    return true;
  }

  /** Only answers tell on this wire. */
  acknowledged(): Acknowledged {
    return NOTHING_ACKNOWLEDGED;
  }

  respond(request: IncomingRequest, payload: Uint8Array): boolean {
    const answered = request as AnsweredCall;
    if (!this.#answered.has(answered)) return false;
    const bytes = HEADER_BYTES + payload.length;
    if (bytes > DATAGRAM_BYTES_MAX) {
      throw new RpcError(
        'PAYLOAD_TOO_LARGE',
        `The result takes ${bytes} bytes with its header, and one datagram holds at most ${DATAGRAM_BYTES_MAX}. ` +
          'The rpcudp wire cannot split it: return less at a time.',
        { executed: 'yes', details: { bytes, bytesMax: DATAGRAM_BYTES_MAX } },
      );
    }
    this.#answered.remove(answered);
    if (!this.#excess.take(answered.from, { requestBytes: answered.bytes, answerBytes: bytes }, this.#now)) {
      this.#drop('overload', answered.from, bytes);
      return true;
    }
    const datagram = encodeResponse(answered.id, payload);
    if (this.traced) this.#sent({ type: 'response', id: answered.id, method: undefined, peer: answered.from, bytes });
    this.#outputs.push({ kind: 'transmit', datagram, to: answered.from, call: undefined, watched: true });
    return true;
  }

  /** This wire has no way to say no: the caller hears nothing. */
  refuse(request: IncomingRequest): void {
    this.#answered.remove(request as AnsweredCall);
  }

  receive(datagram: Uint8Array, from: Address, now: Millis): void {
    this.#now = now;
    const bytes = datagram.length;
    const frame = decodeDatagram(datagram);
    if (typeof frame === 'string') return this.#drop(frame, from, bytes);
    if (this.traced) {
      const { type, id } = frame;
      this.#trace.datagram('datagram-received', { type, id, method: this.#methodOf(frame), peer: from, bytes }, now);
    }
    if (frame.type === 'request') {
      const usedUp = this.#excess.isUsedUp(from, now);
      const request = usedUp ? undefined : this.#answered.add(frame, { from, bytes }, now);
      if (request === undefined) return this.#drop('overload', from, bytes);
      this.#outputs.push({ kind: 'request', request });
      return;
    }
    const answered = this.#outgoing.find(frame.id, from);
    if (typeof answered === 'string') return this.#drop(answered, from, bytes);
    this.#outgoing.remove(answered.number);
    if (this.traced) this.#ended(answered, 'answered');
    this.#outputs.push({ kind: 'response', call: answered.call, payload: frame.value });
  }

  sendRefused(): C[] {
    return [];
  }

  wake(now: Millis): void {
    this.#now = now;
    for (let call = this.#outgoing.takeExpired(now); call !== undefined; call = this.#outgoing.takeExpired(now)) {
      if (this.traced) this.#ended(call, 'silent');
      this.#outputs.push({ kind: 'silence', call: call.call });
    }
    for (let late = this.#answered.takeExpired(now); late !== undefined; late = this.#answered.takeExpired(now)) {
      this.#outputs.push({ kind: 'cancelled', request: late, code: 'DEADLINE_EXCEEDED' });
    }
  }

  /** Every datagram has gone out by itself. */
  flush(now: Millis): boolean {
    this.#now = now;
    return false;
  }

  settle(): Millis {
    return Math.min(this.#outgoing.earliestDeadline, this.#answered.earliestDeadline);
  }

  drain(): void {
    // Every call comes whole.
  }

  confirmReplies(): [] {
    return [];
  }

  close(): void {
    // This wire has no last word.
  }

  takeOutput(): EngineOutput<C> | undefined {
    return this.#outputs.shift();
  }

  peers(): [] {
    return [];
  }

  describe(datagram: Uint8Array): DatagramDescription {
    const frame = decodeDatagram(datagram);
    const type = datagram[0] === REQUEST ? 'request' : datagram[0] === RESPONSE ? 'response' : 'unknown';
    let id = '';
    for (const byte of datagram.subarray(1, 5)) id += byte.toString(16).padStart(2, '0');
    return {
      type: typeof frame === 'string' ? `${type} (${frame})` : type,
      id,
      method: typeof frame === 'string' ? undefined : this.#methodOf(frame),
    };
  }

  /** A response names no method; the call that it answers does. */
  #methodOf(frame: RpcudpRequest | RpcudpResponse): Uint8Array | undefined {
    return frame.type === 'request' ? frame.method : this.#outgoing.withId(frame.id)?.call.method.bytes;
  }

  #sent(datagram: TracedMessage): void {
    this.#trace.datagram('datagram-sent', datagram, this.#now);
  }

  #ended(waiting: WaitingCall<C> | undefined, outcome: CallOutcome): void {
    if (waiting !== undefined) this.#trace.ended(waiting.id, waiting.call.to, outcome, this.#now);
  }

  #drop(reason: DropReason, from: Address, bytes: number): void {
    this.#outputs.push({ kind: 'dropped', reason, from, bytes });
  }
}
