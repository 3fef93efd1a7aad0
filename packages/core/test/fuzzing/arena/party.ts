import { sameAddress, type Address } from '../../../src/address';
import type { EngineOutput, IncomingRequest, PeerSecurity, Refusal, StreamOutput } from '../../../src/engine/engine';
import { SEALED_OPENING_PACKET } from '../../../src/wire/native/packet';
import { NativeEngine } from '../../../src/engine/native/native-engine';
import type { NativeEngineOptions } from '../../../src/engine/native/native-options';
import { KEY_BYTES } from '../../../src/crypto/crypto-port';
import { CALLS_ANSWERED_MAX } from '../../../src/native-limits';
import { digestOf, heldBy, type Held } from '../memory';
import { Violation, promise } from '../target';
import type { Arena } from './arena';
import { answerTo, behaviourOf, type HonestCall, type Wish } from './calls';
import { HonestStream } from './honest-stream';

/** What one input may make an engine put out. */
const OUTPUTS_MAX = 400;
/** How often in a row an engine may have more to send at one moment. */
const FLUSHES_MAX = 200;

/** Items that it sends of a stream. */
const ITEMS_SENT = 10;

const REFUSAL: Refusal = { code: 'NOT_FOUND', message: '', executed: 'yes', payload: Uint8Array.of(0x91, 0xa0) };

const OVERLOAD: Refusal = { code: 'RESOURCE_EXHAUSTED', message: '', executed: 'no' };

/** What changes with time and chance alone, or is shared, and says nothing of what an engine holds for others. */
const OVERLOOKED = {
  classes: new Set(['Writer', 'SodiumCrypto', 'CryptoKey', 'PublicKeyObject', 'PrivateKeyObject']),
  fields: new Set(['random', '$random', 'outputs', '$outputs', 'crypto', '$crypto', 'mac', '$mac', 'roundTrips']),
};

/** What a datagram that is not genuine may change: who is asked for what, but nothing that belongs to a peer. */
const OVERLOOKED_OF_FORGED = {
  classes: new Set([
    ...OVERLOOKED.classes,
    'Admission',
    'Load',
    'Quotas',
    'Sources',
    'Source',
    'Standing',
    'Rate',
    'Resets',
    'AddressTokens',
  ]),
  fields: new Set([...OVERLOOKED.fields, 'handshakeRefused', '$admission', '$load', '$next', '$old']),
};

/** What a party is made with. */
export interface PartyOptions extends NativeEngineOptions {
  /** Who must answer its calls. */
  readonly security?: PeerSecurity | undefined;
}

/** An honest endpoint: an engine, and a driver that checks all that it does. */
export class Party {
  readonly name: string;
  address: Address;
  engine: NativeEngine<HonestCall>;
  /** Requests that wait for their handler. */
  readonly held: IncomingRequest[] = [];
  /** Calls that have not ended, with what cancels them. */
  readonly open = new Map<HonestCall, unknown>();
  /** Its ends of calls with streams that have not ended. */
  readonly streams = new Set<HonestStream>();
  readonly options: PartyOptions;
  /** What an engine held that had done nothing. */
  readonly heldAtFirst: Held;
  restarts = 0;
  /** Datagrams that were dropped, and what was dropped of them. */
  drops = 0;
  /** Whether the packet that came last was a sealed opening packet. */
  #opensBy = false;
  readonly #arena: Arena;

  constructor(arena: Arena, name: string, address: Address, options: PartyOptions) {
    this.#arena = arena;
    this.name = name;
    this.address = address;
    this.options = options;
    this.engine = this.#newEngine();
    this.heldAtFirst = this.heldNow;
  }

  get heldNow(): Held {
    return heldBy(this.engine, OVERLOOKED);
  }

  /** Without what a forged datagram may change. */
  get digest(): number {
    return digestOf(this.engine, OVERLOOKED_OF_FORGED);
  }

  /** The process goes without a word, and another one comes. Nobody there knows the calls any more. */
  restart(): void {
    this.engine = this.#newEngine();
    this.restarts += 1;
    this.held.length = 0;
    for (const call of this.open.keys()) call.cancelled = true;
    this.open.clear();
    this.streams.clear();
  }

  /** Makes a call; one for which there is no room is over at once. */
  call(wish: Omit<Wish, 'by'>, more: Partial<HonestCall> = {}): HonestCall {
    const { security } = this.options;
    const call = this.#arena.ledger.make({ by: this.name, ...wish }, { security, ...more });
    if (call.via === undefined) this.#arena.allowances.prove(this.name, call.to);
    try {
      const handle = this.engine.call(call, this.#arena.now);
      this.open.set(call, handle);
      const { streams } = this.engine;
      if (call.streams !== undefined) this.streams.add(new HonestStream(call, streams.streamOf(handle), streams));
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== 'RESOURCE_EXHAUSTED' && code !== 'UNAVAILABLE' && code !== 'PAYLOAD_TOO_LARGE') throw error;
      call.ends.push('failure');
    }
    return call;
  }

  cancel(call: HonestCall): void {
    this.engine.cancel(this.open.get(call));
    this.open.delete(call);
    this.#endStream(call);
    call.cancelled = true;
  }

  /** The handler of a request that is held comes to its end. */
  finish(request: IncomingRequest, refuses = false): void {
    const { handling, running } = request as IncomingRequest & { readonly running: boolean };
    // It was cancelled meanwhile, and the engine is about to say so.
    if (!running) return;
    this.held.splice(this.held.indexOf(request), 1);
    this.#streamOf(request)?.finished();
    this.#endStream(request);
    if (refuses) this.engine.refuse(request, REFUSAL);
    else this.engine.respond(request, answerTo(handling as Uint8Array));
  }

  receive(datagram: Uint8Array, from: Address): void {
    this.#opensBy = datagram[0] === SEALED_OPENING_PACKET;
    this.engine.describe(datagram);
    this.engine.receive(datagram, from, this.#arena.now);
    this.drain();
    this.checkBounds();
  }

  /** Carries out all that the engine wants. */
  drain(): void {
    const { now } = this.#arena;
    let outputs = this.#takeOutputs();
    let flushes = 0;
    while (this.engine.flush(now)) {
      outputs += this.#takeOutputs();
      flushes += 1;
      promise(flushes <= FLUSHES_MAX, () => `${this.name} has always more to send`);
    }
    promise(outputs <= OUTPUTS_MAX, () => `${this.name} puts out ${outputs} things at once`);
    this.#checkTimes();
  }

  /** Does what is due. */
  wake(): void {
    const { now } = this.#arena;
    this.engine.wake(now);
    this.drain();
    this.checkBounds();
    for (const call of this.open.keys())
      promise(call.deadline > now, () => `call ${call.id} goes on after its deadline, of ${call.deadline}, at ${now}`);
    for (const { deadline } of this.held)
      promise(deadline > now, () => `a handler goes on after its deadline, of ${deadline}, at ${now}`);
  }

  checkBounds(): void {
    const { associationsMax = 0, reassemblyBytesMax, runningHandlersMax } = this.options;
    const peers = this.engine.peers();
    promise(peers.length <= associationsMax, () => `${this.name} has ${peers.length} associations`);
    const parts = peers.reduce((bytes, { reassemblyBytes }) => bytes + reassemblyBytes, 0);
    promise(parts <= reassemblyBytesMax, () => `${this.name} holds ${parts} bytes of unfinished messages`);
    promise(parts >= 0, () => `${this.name} holds ${parts} bytes of unfinished messages`);
    for (const { requests, inFlightBytes } of peers) {
      promise(requests <= CALLS_ANSWERED_MAX, () => `${this.name} keeps ${requests} calls of a peer`);
      promise(inFlightBytes >= 0, () => `${this.name} has ${inFlightBytes} bytes on their way`);
    }
    const running = this.engine.unansweredRequests;
    promise(running <= runningHandlersMax, () => `${this.name} runs ${running} handlers`);
    promise(running === this.held.length, () => `${this.name} counts ${running} handlers of ${this.held.length}`);
    const { pendingCalls } = this.engine;
    promise(pendingCalls === this.open.size, () => `${this.name} counts ${pendingCalls} calls of ${this.open.size}`);
  }

  /** An engine wants to be woken when the first of what it knows comes to its deadline. */
  #checkTimes(): void {
    const wake = this.engine.settle();
    promise(!Number.isNaN(wake), () => `${this.name} wants to be woken at no time`);
    for (const { id, deadline } of this.open.keys())
      promise(wake <= deadline, () => `${this.name} sleeps until ${wake} over the deadline of call ${id}, ${deadline}`);
    for (const { deadline } of this.held)
      promise(wake <= deadline, () => `${this.name} sleeps until ${wake} over the deadline of a handler, ${deadline}`);
  }

  #takeOutputs(): number {
    let taken = 0;
    for (let output = this.engine.takeOutput(); output !== undefined; output = this.engine.takeOutput()) {
      taken += 1;
      promise(taken <= OUTPUTS_MAX, () => `${this.name} puts out more and more`);
      this.#carryOut(unwatched(output));
    }
    return taken;
  }

  #carryOut(output: Unwatched): void {
    const { kind } = output;
    this.#arena.saw(kind === 'dropped' ? `${this.name} ${output.reason}` : `${this.name} ${kind}`);
    if (kind === 'transmit') return this.#arena.transmit(this, output.to, output.datagram);
    if (kind === 'request') return this.#run(output.request);
    if (kind === 'overload') return this.engine.refuse(output.request, OVERLOAD);
    if (kind === 'cancelled') return this.#cancelled(output.request);
    if (kind === 'dropped') {
      this.drops += 1;
      return;
    }
    if ('stream' in output) return this.#stream(output);
    if (kind === 'response') this.#streamOf(output.call)?.checkAnswered();
    if (kind !== 'progress') this.#endStream(output.call);
    promise(this.open.delete(output.call) || output.call.ends.length > 0, () => `call ${output.call.id} ends unasked`);
    this.#arena.ledger.ended(output);
  }

  #stream(output: StreamOutput): void {
    const { stream, kind } = output;
    const end = stream.handling;
    if (!(end instanceof HonestStream)) return this.#strangeStream(output);
    promise(this.streams.has(end), () => `call ${end.call.id} has ended, and ${kind} comes`);
    end.happened(output);
    if (end.request !== undefined && end.call.behaviour !== 'holds' && end.isComplete)
      this.finish(end.request, end.call.behaviour === 'refuses');
  }

  /** Reads what a stranger sends, and sends a few items where one is wanted. */
  #strangeStream(output: StreamOutput): void {
    const { stream } = output;
    const { streams } = this.engine;
    if (output.kind === 'item') return void streams.take(stream, 1, output.payload.length);
    if (output.kind !== 'writable') return;
    const sent = (stream.handling ?? 0) as number;
    promise(sent <= ITEMS_SENT, () => 'an item is asked for again that was not sent');
    stream.handling = sent + 1;
    if (sent < ITEMS_SENT) streams.sendItem(stream, new Uint8Array(sent % 3 === 2 ? 3000 : 30));
  }

  #streamOf(of: HonestCall | IncomingRequest): HonestStream | undefined {
    for (const end of this.streams)
      if (end.request === of || (end.request === undefined && end.call === of)) return end;
    return undefined;
  }

  #endStream(of: HonestCall | IncomingRequest): void {
    const end = this.#streamOf(of);
    if (end !== undefined) this.streams.delete(end);
  }

  #run(request: IncomingRequest): void {
    this.#arena.ledger.ran(request);
    this.#arena.ranAt(this, request);
    promise(!this.#isEarly(request), () => 'a call that must not run twice runs as early data, which can be replayed');
    promise(!this.held.includes(request), () => 'a request comes twice');
    this.held.push(request);
    request.handling = request.args.slice();
    const behaviour = behaviourOf(request.args);
    const call = this.#arena.ledger.callOf(request);
    if (request.stream !== undefined && call !== undefined) {
      const end = new HonestStream(call, request.stream, this.engine.streams, request);
      this.streams.add(end);
      if (!end.isComplete) return;
    }
    if (behaviour !== 'holds') this.finish(request, behaviour === 'refuses');
  }

  /** Whether a request may be a replay, and must not be one: its packet came before the end of the handshake. */
  #isEarly({ via, delivery }: IncomingRequest): boolean {
    const { introduction } = via as unknown as { readonly introduction: { readonly accepted: boolean } };
    const takesEarlyData = this.options.credentials?.earlyData === true;
    return this.#opensBy && introduction.accepted && delivery === 'at-most-once' && !takesEarlyData;
  }

  #cancelled(request: IncomingRequest): void {
    const at = this.held.indexOf(request);
    promise(at >= 0, () => 'a request is cancelled that is not running');
    this.held.splice(at, 1);
    this.#endStream(request);
  }

  #newEngine(): NativeEngine<HonestCall> {
    const { random, secrets } = this.#arena;
    const draw = (length: number): Uint8Array => (length === KEY_BYTES ? secrets : random).bytes(length);
    return new NativeEngine(this.options, draw, this.#arena.now);
  }

  isAt(address: Address): boolean {
    return sameAddress(address, this.address);
  }
}

type Unwatched = Exclude<EngineOutput<HonestCall>, { readonly kind: 'traced' | 'stray' }>;

/** Nobody watches, so nothing is to be told; no port is shared, so no stranger is handed on. */
function unwatched(output: EngineOutput<HonestCall>): Unwatched {
  if (output.kind === 'traced') throw new Violation('an engine tells what nobody has asked for');
  if (output.kind === 'stray') throw new Violation('an engine that shares no port hands on a stranger');
  return output;
}
