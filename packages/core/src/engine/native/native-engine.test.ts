import fc from 'fast-check';
import { formatAddress, type Address } from '../../address';
import { RpcError, RPC_ERROR_CODES } from '../../errors';
import {
  ASSOCIATION_IDLE_MS,
  CALLS_IN_FLIGHT_MAX,
  CALLS_QUEUED_MAX,
  LIVENESS_PROBE_MS,
  METADATA_BYTES_MAX,
  CALLS_ANSWERED_MAX,
  RESETS_PER_SECOND_MAX,
  RETRY_TOKENS,
  RETRY_TOKENS_LEAST,
} from '../../limits';
import { SeededRandom } from '../../testing/random';
import {
  ACK,
  CALL,
  CLOSE,
  HELLO,
  LATER,
  PART,
  PING,
  writeAck,
  writeHello,
  type CallFrame,
  type Frame,
} from '../../wire/native/frames';
import {
  OPENING_PACKET,
  PLAIN_HEADER_BYTES,
  PLAIN_PACKET,
  RESET,
  RESET_BYTES,
  decodePacket,
  encodeReset,
  writeOpeningHeader,
  writePlainHeader,
} from '../../wire/native/packet';
import { Writer } from '../../wire/native/writer';
import type { EngineOutput, IncomingRequest, OutgoingCall } from '../engine';
import { NativeEngine } from './native-engine';

type Output = EngineOutput;
type Kind<K extends Output['kind']> = Extract<Output, { kind: K }>;

interface Flight {
  readonly from: Address;
  readonly to: Address;
  readonly datagram: Uint8Array;
  readonly at: number;
}

const alice: Address = { host: '10.0.0.1', port: 1 };
const bob: Address = { host: '10.0.0.2', port: 2 };
const carol: Address = { host: '10.0.0.3', port: 3 };
const DEFAULTS = {
  runningHandlersMax: 100,
  datagramBytes: 1200,
  messageBytesMax: 1 << 20,
  reassemblyBytesMax: 1 << 26,
};
type Options = Partial<typeof DEFAULTS>;

/** One endpoint: an engine, what it wanted, and how it answers. */
class Side {
  engine: NativeEngine<OutgoingCall>;
  readonly outputs: Output[] = [];
  /** Answers a request, or leaves it unanswered. */
  serve: (request: IncomingRequest) => void;
  constructor(
    readonly world: World,
    public address: Address,
    readonly options: Options = {},
  ) {
    this.engine = this.#newEngine();
    this.serve = (request) => this.engine.respond(request, request.args.slice());
  }

  /** The process at this address goes without a word, and another one comes. */
  restart(): void {
    this.engine = this.#newEngine();
  }

  of<K extends Output['kind']>(kind: K): Kind<K>[] {
    return this.outputs.filter((output): output is Kind<K> => output.kind === kind);
  }

  call(to: Address, changes: Partial<OutgoingCall> & { timeoutMs?: number } = {}): OutgoingCall {
    const made = this.prepare(to, changes);
    this.engine.call(made, this.world.now);
    return made;
  }

  prepare(to: Address, { timeoutMs = 5000, ...changes }: Partial<OutgoingCall> & { timeoutMs?: number }): OutgoingCall {
    return {
      to,
      method: this.engine.wireMethod(Uint8Array.of(0x61), Uint8Array.of(0x62)),
      args: Uint8Array.of(0x92, 1, 2),
      delivery: 'at-most-once',
      oneWay: false,
      metadata: undefined,
      deadline: this.world.now + timeoutMs,
      ...changes,
    };
  }

  /** Carries out what the engine wants, until it wants nothing. */
  drain(): void {
    this.#poll();
    while (this.engine.flush(this.world.now)) this.#poll();
  }

  #poll(): void {
    for (let output = this.engine.poll(); output !== undefined; output = this.engine.poll()) this.#carryOut(output);
  }

  #carryOut(output: Output): void {
    if (output.kind === 'transmit') return this.world.send(this.address, output.to, output.datagram);
    this.outputs.push(output);
    if (output.kind === 'request') this.serve(output.request);
  }

  #newEngine(): NativeEngine<OutgoingCall> {
    return new NativeEngine(
      { ...DEFAULTS, ...this.options },
      (length) => this.world.random.bytes(length),
      this.world.now,
    );
  }
}

/** Endpoints on one clock, joined by a network. */
class World {
  now = 1000;
  readonly random = new SeededRandom(7);
  readonly sides: Side[] = [];
  readonly sent: Flight[] = [];
  /** Whether a datagram gets lost. */
  loses: (flight: Flight) => boolean = () => false;
  copies = 1;
  latencyMs = 10;
  #flights: Flight[] = [];

  side(address: Address, options?: Options): Side {
    const side = new Side(this, address, options);
    this.sides.push(side);
    return side;
  }

  send(from: Address, to: Address, datagram: Uint8Array): void {
    const flight = { from, to, datagram, at: this.now + this.latencyMs };
    this.sent.push(flight);
    if (this.loses(flight)) return;
    for (let copy = 0; copy < this.copies; copy += 1) this.#flights.push({ ...flight, at: flight.at + copy });
  }

  /** Lets so much time pass. Fails if an engine asks again and again to be woken at the same moment. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let idle = 0; ;) {
      for (const side of this.sides) side.drain();
      const arrival = Math.min(Infinity, ...this.#flights.map(({ at }) => at));
      const next = Math.min(arrival, ...this.sides.map(({ engine }) => engine.settle()));
      if (next > end) break;
      idle = next > this.now ? 0 : idle + 1;
      if (idle > 1000) throw new Error(`the clock stands still at ${this.now}`);
      this.now = Math.max(this.now, next);
      this.#arrive();
      for (const { engine } of this.sides) if (engine.settle() <= this.now) engine.wake(this.now);
    }
    this.now = end;
  }

  #arrive(): void {
    const due = this.#flights.filter(({ at }) => at <= this.now);
    this.#flights = this.#flights.filter(({ at }) => at > this.now);
    for (const { to, from, datagram } of due) {
      const side = this.sides.find(({ address }) => formatAddress(address) === formatAddress(to));
      side?.engine.receive(datagram, from, this.now);
      side?.drain();
    }
  }
}

function pair(options: { a?: Options; b?: Options } = {}): { world: World; a: Side; b: Side } {
  const world = new World();
  return { world, a: world.side(alice, options.a), b: world.side(bob, options.b) };
}

/** A pair that has talked, so that both know each other's ids and nothing is on its way. */
function acquainted(options: { a?: Options; b?: Options } = {}): ReturnType<typeof pair> {
  const both = pair(options);
  both.a.call(bob);
  both.world.advance(500);
  expectIdle(both);
  both.a.outputs.length = 0;
  both.b.outputs.length = 0;
  both.world.sent.length = 0;
  return both;
}

function expectIdle({ a, b }: { a: Side; b: Side }): void {
  expect([a.engine.pendingCalls, a.engine.unansweredRequests]).toEqual([0, 0]);
  expect([b.engine.pendingCalls, b.engine.unansweredRequests]).toEqual([0, 0]);
}

const framesOf = ({ datagram }: { datagram: Uint8Array }): readonly Frame[] => {
  const packet = decodePacket(datagram);
  return typeof packet === 'string' || packet.type === RESET ? [] : packet.frames;
};
const carries = (flight: Flight, type: number): boolean => framesOf(flight).some((frame) => frame.type === type);
const from = (side: Side) => (flight: Flight) => formatAddress(flight.from) === formatAddress(side.address);
const callsIn = (flights: readonly Flight[]): CallFrame[] =>
  flights.flatMap(framesOf).filter((frame): frame is CallFrame => frame.type === CALL);
const resets = (world: World): Flight[] => world.sent.filter(({ datagram }) => datagram[0] === RESET);
const reasons = (side: Side): string[] => side.of('dropped').map(({ reason }) => reason);

/** What a large message holds: something that shows when it is joined in the wrong order. */
const pattern = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

const plain = (id: Uint8Array, number: number, ...frames: number[]): Uint8Array => {
  const writer = new Writer(PLAIN_HEADER_BYTES);
  writePlainHeader(writer, id, number);
  return Uint8Array.of(...writer.take(), ...frames);
};

const ids = new SeededRandom(99);
/** An opening packet from a peer that nobody knows. */
function opening(
  options: { ageMs?: number; sourceId?: Uint8Array; frames?: number[]; hello?: boolean } = {},
): Uint8Array {
  const writer = new Writer(100);
  writeOpeningHeader(writer, options.sourceId ?? ids.bytes(8), undefined, 0);
  const { ageMs = 0 } = options;
  if (options.hello !== false) writeHello(writer, { ageMs, messageBytesMax: 1000, callsMax: 10 });
  return Uint8Array.of(...writer.take(), ...(options.frames ?? [PING]));
}

/** The id by which a side wants to be addressed, from what was sent to it. */
function idOf(world: World, side: Side): Uint8Array {
  const flight = world.sent.findLast(({ to, datagram }) => {
    return formatAddress(to) === formatAddress(side.address) && datagram[0] === PLAIN_PACKET;
  });
  return flight!.datagram.slice(1, 9);
}

describe('a call', () => {
  test('goes out with the first datagram, and one round trip brings the answer', () => {
    const { world, a } = pair();
    const call = a.call(bob, { metadata: Uint8Array.of(0x80) });
    world.advance(0);
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]!.datagram[0]).toBe(OPENING_PACKET);
    expect(framesOf(world.sent[0]!)).toMatchObject([
      { type: HELLO, ageMs: 0 },
      { type: CALL, number: 0, deadlineMs: 5000, metadata: Uint8Array.of(0x80), args: call.args },
    ]);
    world.advance(20);
    expect(a.outputs).toEqual([{ kind: 'response', call, handle: undefined, payload: call.args }]);
  });

  test('travels in plain packets as soon as both know the ids', () => {
    const { world, a } = acquainted();
    a.call(bob);
    world.advance(500);
    expect(a.of('response')).toHaveLength(1);
    expect(new Set(world.sent.map(({ datagram }) => datagram[0]))).toEqual(new Set([PLAIN_PACKET]));
  });

  test('arrives with its method, delivery, metadata and deadline', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob, { delivery: 'idempotent', metadata: Uint8Array.of(0x80), timeoutMs: 300 });
    world.advance(10);
    const [{ request }] = b.of('request') as [Kind<'request'>];
    expect(request).toMatchObject({
      from: alice,
      method: a.engine.wireMethod(Uint8Array.of(0x61), Uint8Array.of(0x62)).key,
      delivery: 'idempotent',
      oneWay: false,
      deadlineFromCaller: true,
      deadline: world.now + 300,
      metadata: Uint8Array.of(0x80),
    });
  });

  test('shares a datagram with the others of its turn', () => {
    const { world, a } = acquainted();
    for (let call = 0; call < 10; call += 1) a.call(bob);
    world.advance(10);
    expect(world.sent.filter(from(a))).toHaveLength(1);
    expect(callsIn(world.sent)).toHaveLength(10);
    world.advance(100);
    expect(a.of('response')).toHaveLength(10);
  });

  test('that is lost is sent again after a second, and runs once', () => {
    const { world, a, b } = pair();
    world.loses = () => world.sent.length === 1;
    a.call(bob);
    world.advance(890);
    expect(world.sent).toHaveLength(1);
    world.advance(260);
    expect(a.of('response')).toHaveLength(1);
    expect(b.of('request')).toHaveLength(1);
  });

  test('whose reply is lost gets it again from memory, and runs once', () => {
    const { world, a, b } = acquainted();
    world.loses = (flight) => from(b)(flight) && world.sent.filter(from(b)).length === 1;
    a.call(bob);
    world.advance(2000);
    expect(a.of('response')).toHaveLength(1);
    expect(b.of('request')).toHaveLength(1);
    expectIdle({ a, b });
  });

  test('whose packets all come three times runs once and is answered once', () => {
    const { world, a, b } = pair();
    world.copies = 3;
    for (let call = 0; call < 5; call += 1) {
      a.call(bob);
      world.advance(200);
    }
    expect([a.of('response').length, b.of('request').length]).toEqual([5, 5]);
    expect(reasons(b)).toContain('duplicate-packet');
    expect(resets(world)).toEqual([]);
  });

  test('takes two datagrams when it is answered at once, also when nothing follows', () => {
    const { world, a } = acquainted();
    a.call(bob);
    world.advance(60_000);
    expect(world.sent).toHaveLength(2);
    expect(world.sent[1]!.datagram.at(-1)).toBe(LATER);
    expect(a.of('response')).toHaveLength(1);
  });

  test('takes four datagrams when its answer takes longer than an acknowledgement may wait', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob);
    world.advance(100);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    world.advance(60_000);
    expect(world.sent.map((flight) => carries(flight, LATER))).toEqual([false, false, false, false]);
    expect(a.of('response')).toHaveLength(1);
  });

  test('whose answer was lost is sent again by its caller, and answered again', () => {
    const { world, a, b } = acquainted();
    let lost = 0;
    world.loses = (flight) => carries(flight, LATER) && (lost += 1) === 1;
    a.call(bob);
    world.advance(4000);
    expect([lost, a.of('response').length, b.of('request').length]).toEqual([1, 1, 1]);
    expect(callsIn(world.sent)).toHaveLength(3); // A probe is two packets.
    expect(a.engine.peers()[0]!.retransmitted).toBe(1);
  });

  test('whose answer was lost gets it even if its arrival was acknowledged in another way', () => {
    const { world, a, b } = acquainted();
    const slow = a.prepare(bob, { args: Uint8Array.of(0x91, 7) });
    b.serve = (request) => {
      if (request.args[1] !== 7) b.engine.respond(request, Uint8Array.of(1));
    };
    let lost = 0;
    world.loses = (flight) => carries(flight, LATER) && (lost += 1) === 1;
    a.call(bob);
    world.advance(5);
    // Its acknowledgement, alone after 25 ms, tells of the first call too.
    a.engine.call(slow, world.now);
    world.advance(1000);
    expect(lost).toBe(1);
    expect([a.of('response').length, b.of('request').length]).toEqual([1, 2]);
  });

  test('leaves nothing behind at its callee once its deadline has passed', () => {
    const { world, a, b } = acquainted();
    a.call(bob, { args: new Uint8Array(500) });
    world.advance(1000);
    expect(b.engine.peers()[0]).toMatchObject({ requests: 1 });
    expect(b.engine.peers()[0]!.inFlightBytes).toBeGreaterThan(500);
    world.advance(5000);
    expect(b.engine.peers()[0]).toMatchObject({ requests: 0, inFlightBytes: 0 });
    expect(world.sent).toHaveLength(2);
  });

  test('tells its callee the distance, less the time that its answer went unacknowledged', () => {
    const { world, a, b } = acquainted();
    for (let round = 0; round < 5; round += 1) {
      a.call(bob);
      world.advance(500);
    }
    expect(b.engine.peers()[0]!.roundTripMs).toBeCloseTo(20, 0);
    world.advance(5000);
    a.call(bob);
    world.advance(500);
    expect(b.engine.peers()[0]!.roundTripMs).toBeCloseTo(20, 0);
  });

  test('runs once on a network that loses a third of all datagrams, and is answered', () => {
    const { world, a, b } = pair();
    world.copies = 2;
    world.loses = () => world.random.bytes(1)[0]! < 85;
    for (let call = 0; call < 200; call += 1) {
      a.call(bob, { timeoutMs: 20_000, args: Uint8Array.of(call) });
      world.advance(7);
    }
    world.advance(20_000);
    expect(b.of('request')).toHaveLength(200);
    expect(a.of('response')).toHaveLength(200);
    for (const { call, payload } of a.of('response')) expect(payload).toEqual(call.args);
    expectIdle({ a, b });
  });

  test('that nobody answers ends in silence at its deadline, on both sides', () => {
    const { world, a, b } = acquainted();
    b.serve = () => {};
    const call = a.call(bob, { timeoutMs: 300 });
    world.advance(299);
    expect([a.outputs, b.engine.unansweredRequests]).toEqual([[], 1]);
    world.advance(12);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
    expect(b.of('cancelled').map(({ request }) => request)).toEqual(b.of('request').map(({ request }) => request));
    expectIdle({ a, b });
  });

  test('that is cancelled aborts the handler over there, and is heard of no more', () => {
    const { world, a, b } = acquainted();
    b.serve = () => {};
    const handle = a.engine.call(a.prepare(bob, {}), world.now);
    world.advance(20);
    a.engine.cancel(handle);
    a.engine.cancel(handle);
    world.advance(20);
    expect(b.of('cancelled')).toHaveLength(1);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    b.engine.refuse(b.of('request')[0]!.request, { code: 'INTERNAL', message: '', executed: 'yes' });
    world.advance(1000);
    expect(a.outputs).toEqual([]);
    expectIdle({ a, b });
  });

  test('that is cancelled before it went out is never sent', () => {
    const { world, a, b } = acquainted();
    a.engine.cancel(a.engine.call(a.prepare(bob, {}), world.now));
    world.advance(1000);
    expect([world.sent, b.outputs]).toEqual([[], []]);
  });

  test('that was cancelled while it was lost does not run when it comes after all', () => {
    const { world, a, b } = acquainted();
    world.loses = () => true;
    const handle = a.engine.call(a.prepare(bob, {}), world.now);
    world.advance(1);
    world.loses = () => false;
    a.engine.cancel(handle);
    world.advance(100);
    b.engine.receive(world.sent[0]!.datagram, alice, world.now);
    world.advance(3000);
    expect(b.of('request')).toEqual([]);
    expectIdle({ a, b });
  });

  test('with the longest timeout there is says at most what the wire can say', () => {
    const { world, a, b } = pair();
    a.call(bob, { timeoutMs: 2_147_483_647 });
    world.advance(100);
    expect([a.of('response').length, reasons(b)]).toEqual([1, []]);
  });

  test('is held back by none that is made the other way', () => {
    const { world, a, b } = pair();
    a.call(bob);
    b.call(alice);
    world.advance(1000);
    a.call(bob);
    b.call(alice);
    world.advance(1000);
    expect([a.of('response').length, b.of('response').length]).toEqual([2, 2]);
    expectIdle({ a, b });
  });
});

describe('a failure', () => {
  test('arrives with its code, whether the call ran, and its payload', () => {
    const { world, a, b } = acquainted();
    const payload = Uint8Array.of(0x92, 0xa1, 0x61, 0xc0);
    b.serve = (request) => b.engine.refuse(request, { code: 'NOT_FOUND', message: 'a', executed: 'yes', payload });
    const call = a.call(bob);
    world.advance(100);
    expect(a.outputs).toEqual([
      { kind: 'failure', call, code: 'NOT_FOUND', executed: 'yes', origin: 'remote', payload },
    ]);
  });

  test.each(RPC_ERROR_CODES)('says %s', (code) => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.refuse(request, { code, message: '', executed: 'unknown' });
    a.call(bob);
    world.advance(100);
    expect(a.of('failure')).toMatchObject([{ code, executed: 'unknown', payload: new Uint8Array(0) }]);
  });

  test('with a code and a word that we do not know is unknown', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) =>
      b.engine.refuse(request, { code: 'NOPE' as 'INTERNAL', message: '', executed: 'maybe' as 'no' });
    a.call(bob);
    world.advance(100);
    expect(a.of('failure')).toMatchObject([{ code: 'UNKNOWN', executed: 'unknown' }]);
  });
});

describe('a best-effort call', () => {
  test('is answered like any other', () => {
    const { world, a } = pair();
    a.call(bob, { delivery: 'best-effort' });
    world.advance(500);
    expect(a.of('response')).toHaveLength(1);
  });

  test('is sent once, however long it is waited for', () => {
    const { world, a, b } = acquainted();
    world.loses = (flight) => carries(flight, CALL);
    const call = a.call(bob, { delivery: 'best-effort' });
    world.advance(6000);
    expect(callsIn(world.sent)).toHaveLength(1);
    expect([a.outputs, b.outputs]).toEqual([[{ kind: 'silence', call }], []]);
  });

  test('whose reply is lost does not get it again, and does not run again', () => {
    const { world, a, b } = acquainted();
    world.loses = (flight) => from(b)(flight) && world.sent.filter(from(b)).length === 1;
    const call = a.call(bob, { delivery: 'best-effort' });
    world.advance(6000);
    expect([a.outputs, b.of('request').length]).toEqual([[{ kind: 'silence', call }], 1]);
    expectIdle({ a, b });
  });

  test('that is lost leaves no hole that holds back others', () => {
    const { world, a, b } = acquainted();
    world.loses = (flight) => callsIn([flight]).some(({ delivery }) => delivery === 'best-effort');
    for (let call = 0; call < 20; call += 1) {
      a.call(bob, { delivery: 'best-effort', timeoutMs: 100 });
      world.advance(1);
      a.call(bob);
      world.advance(200);
    }
    expect([b.of('request').length, a.of('response').length]).toEqual([20, 20]);
  });
});

describe('a one-way call', () => {
  test('ends when it has arrived, and has no answer', () => {
    const { world, a, b } = acquainted();
    const call = a.call(bob, { oneWay: true });
    world.advance(100);
    expect(a.outputs).toEqual([{ kind: 'sent', call, delivered: true }]);
    expect(b.of('request')).toMatchObject([{ request: { oneWay: true } }]);
    expectIdle({ a, b });
  });

  test('that is best effort ends when it has been sent', () => {
    const { world, a, b } = acquainted();
    const call = a.call(bob, { oneWay: true, delivery: 'best-effort' });
    world.advance(0);
    expect(a.outputs).toEqual([{ kind: 'sent', call, delivered: false }]);
    world.advance(100);
    expect(b.of('request')).toHaveLength(1);
    expectIdle({ a, b });
  });

  test('that is lost is sent again, and ends in silence if it never arrives', () => {
    const { world, a } = acquainted();
    world.loses = (flight) => carries(flight, CALL);
    const call = a.call(bob, { oneWay: true });
    world.advance(6000);
    expect(callsIn(world.sent).length).toBeGreaterThan(2);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
  });
});

describe('a message of any size', () => {
  test('travels there and back in parts', () => {
    const { world, a, b } = pair();
    const args = pattern(300_000);
    const came: boolean[] = [];
    b.serve = (request) => {
      came.push(sameBytes(request.args, args));
      b.engine.respond(request, request.args.slice());
    };
    a.call(bob, { args, timeoutMs: 60_000 });
    world.advance(20_000);
    expect(a.of('response').map(({ payload }) => sameBytes(payload, args))).toEqual([true]);
    expect(came).toEqual([true]);
    for (const { datagram } of world.sent) expect(datagram.length).toBeLessThanOrEqual(1200);
  });

  test('is repaired where parts are lost, and runs once', () => {
    const { world, a, b } = pair();
    world.copies = 2;
    world.loses = () => world.random.bytes(1)[0]! < 40;
    const args = pattern(60_000);
    a.call(bob, { args, timeoutMs: 60_000 });
    world.advance(60_000);
    expect(b.of('request')).toHaveLength(1);
    expect(a.of('response').map(({ payload }) => sameBytes(payload, args))).toEqual([true]);
  });

  test('is not held against a small one that comes after it', () => {
    const { world, a } = acquainted();
    a.call(bob, { args: pattern(500_000), timeoutMs: 60_000 });
    world.advance(0);
    const small = a.call(bob);
    world.advance(200);
    expect(a.of('response').map(({ call }) => call)).toEqual([small]);
  });

  test('may be exactly as large as both sides allow, each way', () => {
    const { world, a } = acquainted({ a: { messageBytesMax: 50_000 }, b: { messageBytesMax: 50_000 } });
    const metadata = pattern(METADATA_BYTES_MAX);
    a.call(bob, { args: pattern(50_000), metadata });
    world.advance(3000);
    expect(a.of('response').map(({ payload }) => payload.length)).toEqual([50_000]);
  });

  test('that is sent once ends in silence if a part of it is lost, and leaves nothing behind', () => {
    const { world, a, b } = acquainted({ b: { reassemblyBytesMax: 10_000 } });
    for (let round = 0; round < 3; round += 1) {
      let seen = 0;
      world.loses = (flight) => from(a)(flight) && flight.datagram.length > 1000 && (seen += 1) === 2;
      a.call(bob, { delivery: 'best-effort', args: pattern(8000), timeoutMs: 500 });
      world.advance(2000);
      expect(a.of('silence')).toHaveLength(round + 1);
    }
    expect([b.of('request'), a.of('failure')]).toEqual([[], []]);
  });

  test('that is cut off by its deadline leaves nothing behind at the caller', () => {
    const { world, a, b } = acquainted({ a: { reassemblyBytesMax: 10_000 } });
    b.serve = (request) => b.engine.respond(request, pattern(8000));
    for (let round = 0; round < 3; round += 1) {
      let seen = 0;
      world.loses = (flight) => from(b)(flight) && flight.datagram.length > 1000 && (seen += 1) >= 2;
      a.call(bob, { timeoutMs: 500 });
      world.advance(2000);
      expect(a.of('silence')).toHaveLength(round + 1);
    }
    world.loses = () => false;
    a.call(bob, { timeoutMs: 5000 });
    world.advance(5000);
    expect([a.of('response').length, a.of('failure')]).toEqual([1, []]);
  });

  test('is not cut a second time when its call comes again while its parts are on their way', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.respond(request, pattern(50_000));
    // Far longer than both sides know of, so they send again what was not lost.
    world.latencyMs = 300;
    a.call(bob, { timeoutMs: 30_000 });
    world.advance(20_000);
    expect(callsIn(world.sent).length).toBeGreaterThan(1);
    expect(b.of('request')).toHaveLength(1);
    expect(a.of('response').map(({ payload }) => sameBytes(payload, pattern(50_000)))).toEqual([true]);
    const cuts = new Map<number, number>();
    for (const frame of world.sent.flatMap(framesOf)) {
      if (frame.type !== PART) continue;
      expect(cuts.get(frame.offset) ?? frame.bytes.length).toBe(frame.bytes.length);
      cuts.set(frame.offset, frame.bytes.length);
    }
    const total = [...cuts.values()].reduce((sum, length) => sum + length, 0);
    expect(total).toBe(50_000 + 1 + 1 + 4);
  });

  test.each([
    ['arguments', { args: pattern(1001) }],
    ['metadata', { metadata: pattern(METADATA_BYTES_MAX + 1) }],
  ])('is refused before it is sent if its %s are more than allowed', (_what, changes) => {
    const { world, a } = acquainted({ a: { messageBytesMax: 1000 } });
    expect(() => a.call(bob, changes)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', executed: 'no', origin: 'local' }),
    );
    world.advance(100);
    expect([world.sent, a.engine.pendingCalls]).toEqual([[], 0]);
  });

  test('is refused by a peer that accepts less, and has not run', () => {
    const { world, a, b } = acquainted({ b: { messageBytesMax: 2000 } });
    a.call(bob, { args: pattern(20_000) });
    world.advance(1000);
    expect(a.of('failure')).toMatchObject([{ code: 'PAYLOAD_TOO_LARGE', executed: 'no', origin: 'remote' }]);
    expect(b.of('request')).toEqual([]);
    expectIdle({ a, b });
  });

  test('is no reply if it is larger than the callee allows, and the request waits on', () => {
    const { world, a, b } = acquainted({ b: { messageBytesMax: 1000 } });
    b.serve = (request) => {
      expect(() => b.engine.respond(request, pattern(1001))).toThrow(RpcError);
      expect(b.engine.unansweredRequests).toBe(1);
      b.engine.respond(request, pattern(1000));
    };
    a.call(bob);
    world.advance(100);
    expect(a.of('response')).toHaveLength(1);
  });

  test('ends the call if the reply is larger than the caller allows, and the call has run', () => {
    const { world, a, b } = acquainted({ a: { messageBytesMax: 2000 } });
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    a.call(bob);
    world.advance(2000);
    expect(a.outputs).toMatchObject([
      { kind: 'failure', code: 'PAYLOAD_TOO_LARGE', executed: 'yes', origin: 'local', payload: undefined },
    ]);
    expectIdle({ a, b });
  });

  test('is refused by a peer that has no room for more unfinished ones', () => {
    const { world, a } = acquainted({ b: { reassemblyBytesMax: 3000 } });
    a.call(bob, { args: pattern(20_000) });
    world.advance(1000);
    expect(a.of('failure')).toMatchObject([{ code: 'RESOURCE_EXHAUSTED', executed: 'no', origin: 'remote' }]);
  });
});

describe('bounds', () => {
  test('a call beyond the running handlers is refused, also within one datagram', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 3 } });
    b.serve = () => {};
    for (let call = 0; call < 5; call += 1) a.call(bob);
    world.advance(100);
    expect([b.of('request').length, b.engine.unansweredRequests]).toEqual([3, 3]);
    expect(a.of('failure')).toMatchObject([
      { code: 'RESOURCE_EXHAUSTED', executed: 'no' },
      { code: 'RESOURCE_EXHAUSTED', executed: 'no' },
    ]);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    a.call(bob);
    world.advance(100);
    expect([b.of('request').length, a.of('response').length]).toEqual([4, 1]);
  });

  test('calls beyond what goes at once wait, and beyond that fail without having been sent', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 10_000 } });
    b.serve = () => {};
    for (let call = 0; call < CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX; call += 1) a.call(bob, { timeoutMs: 60_000 });
    expect(() => a.call(bob)).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED', executed: 'no' }));
    world.advance(1000);
    expect(b.of('request')).toHaveLength(CALLS_IN_FLIGHT_MAX);
    b.serve = (request) => b.engine.respond(request, request.args);
    for (const { request } of b.of('request')) b.engine.respond(request, request.args);
    world.advance(5000);
    expect(a.of('response')).toHaveLength(CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX);
    expectIdle({ a, b });
  });

  test('calls in waiting end in silence at their deadlines, and are never sent', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 10_000 } });
    b.serve = () => {};
    for (let call = 0; call < CALLS_IN_FLIGHT_MAX + 50; call += 1) a.call(bob, { timeoutMs: 300 });
    world.advance(3000);
    expect([a.of('silence').length, a.engine.pendingCalls]).toEqual([CALLS_IN_FLIGHT_MAX + 50, 0]);
    expect(b.of('request')).toHaveLength(CALLS_IN_FLIGHT_MAX);
  });
});

describe('a peer that has been restarted', () => {
  test('resets what it does not know, with fewer bytes than it got, and ends calls that may have run', () => {
    const { world, a, b } = acquainted();
    b.restart();
    const call = a.call(bob);
    world.advance(20);
    expect(resets(world)).toHaveLength(1);
    expect(resets(world)[0]!.datagram).toHaveLength(RESET_BYTES);
    expect(world.sent[0]!.datagram.length).toBeGreaterThan(RESET_BYTES);
    const unknown = { kind: 'failure', code: 'UNAVAILABLE', executed: 'unknown', origin: 'local', payload: undefined };
    expect(a.outputs).toEqual([{ ...unknown, call }]);
    expect([b.of('request'), reasons(b)]).toEqual([[], ['unknown-association']]);
  });

  test('gets idempotent calls again and answers them', () => {
    const { world, a, b } = acquainted();
    b.restart();
    const call = a.call(bob, { delivery: 'idempotent' });
    world.advance(100);
    expect(a.outputs).toMatchObject([{ kind: 'response', call }]);
  });

  test('gets calls that had not been sent', () => {
    const { world, a, b } = acquainted({ b: { runningHandlersMax: 10_000 } });
    b.restart();
    const calls = Array.from({ length: CALLS_IN_FLIGHT_MAX + 10 }, () => a.call(bob));
    world.advance(1000);
    expect(new Set(a.of('failure').map(({ executed }) => executed))).toEqual(new Set(['unknown']));
    expect(a.of('response').length).toBeGreaterThanOrEqual(10);
    expect(a.of('response').length + a.of('failure').length).toBe(calls.length);
  });

  test('does not hear best-effort calls again, which end in silence', () => {
    const { world, a, b } = acquainted();
    b.restart();
    const call = a.call(bob, { delivery: 'best-effort' });
    world.advance(100);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
  });

  test('gets only as many calls again as the retry budget allows', () => {
    const { world, a, b } = acquainted();
    b.restart();
    for (let call = 0; call < 20; call += 1) a.call(bob, { delivery: 'idempotent' });
    world.advance(1000);
    expect(a.of('response')).toHaveLength(RETRY_TOKENS - RETRY_TOKENS_LEAST);
    expect(a.of('failure')).toHaveLength(20 - (RETRY_TOKENS - RETRY_TOKENS_LEAST));
  });

  test('resets an opening packet that is older than it is', () => {
    const { world, a, b } = pair();
    world.loses = from(b);
    a.call(bob);
    world.advance(200);
    expect(b.of('request')).toHaveLength(1);
    b.restart();
    world.loses = () => false;
    world.advance(1500);
    expect(b.of('request')).toHaveLength(1);
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE', executed: 'unknown' }]);
  });

  test('ends both of two associations that were opened at once', () => {
    const { world, a, b } = pair();
    b.serve = () => {};
    a.call(bob, { timeoutMs: 60_000 });
    b.call(alice, { timeoutMs: 100 });
    world.advance(500);
    b.restart();
    a.outputs.length = 0;
    a.call(bob);
    world.advance(40_000);
    expect(a.of('failure')).toMatchObject([{ executed: 'unknown' }, { executed: 'unknown' }]);
    expect(a.engine.pendingCalls).toBe(0);
  });
});

describe('a reset', () => {
  test.each([
    ['from another address', carol, (id: Uint8Array): Uint8Array => id],
    ['with an id that nobody has', bob, (id: Uint8Array): Uint8Array => id.map((byte) => byte ^ 1)],
  ])('%s ends nothing, and is not answered', (_what, sender, change) => {
    const { world, a } = acquainted();
    const call = a.call(bob);
    world.advance(0);
    a.engine.receive(encodeReset(change(world.sent[0]!.datagram.slice(1, 9))), sender, world.now);
    world.advance(500);
    expect([reasons(a), resets(world)]).toEqual([['unknown-association'], []]);
    expect(a.of('response')).toMatchObject([{ call }]);
  });

  test('is sent only so often in a second', () => {
    const { world, b } = pair();
    const stray = (): void => b.engine.receive(plain(ids.bytes(8), 0, PING), carol, world.now);
    for (let packet = 0; packet < RESETS_PER_SECOND_MAX + 50; packet += 1) stray();
    world.advance(999);
    expect(resets(world)).toHaveLength(RESETS_PER_SECOND_MAX);
    world.advance(1);
    stray();
    world.advance(0);
    expect(resets(world)).toHaveLength(RESETS_PER_SECOND_MAX + 1);
  });
});

describe('an opening packet', () => {
  test('without HELLO is malformed', () => {
    const { world, b } = pair();
    b.engine.receive(opening({ hello: false }), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['malformed-packet']);
  });

  test('of another version, or of bytes that are no packet, is dropped and counted', () => {
    const { world, b } = pair();
    b.engine.receive(opening().fill(2, 1, 2), carol, world.now);
    b.engine.receive(Uint8Array.of(PLAIN_PACKET), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['unknown-version', 'too-small']);
    expect(world.sent).toEqual([]);
  });

  test('of an association that has ended opens none, until its tombstone is forgotten', () => {
    const { world, a, b } = pair();
    a.call(bob);
    world.advance(100);
    const first = world.sent[0]!.datagram;
    a.engine.close(world.now);
    world.advance(ASSOCIATION_IDLE_MS - 1000);
    b.engine.receive(first, alice, world.now);
    world.advance(0);
    expect([reasons(b), b.of('request').length]).toEqual([['late'], 1]);
    world.advance(2000);
    expect(b.engine.settle()).toBe(Infinity);
  });

  test('with our id but of another peer belongs to no association', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(0);
    const writer = new Writer(100);
    writeOpeningHeader(writer, ids.bytes(8), idOf(world, b), 1000);
    writeHello(writer, { ageMs: 0, messageBytesMax: 1000, callsMax: 1 });
    b.engine.receive(writer.take(), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['unknown-association']);
  });
});

describe('an address that is not proven', () => {
  const sentTo = (world: World, address: Address): number =>
    world.sent.filter(({ to }) => to.host === address.host).reduce((sum, { datagram }) => sum + datagram.length, 0);

  test('gets at most three times the bytes that came from it', () => {
    const size = fc.integer({ min: 0, max: 1000 });
    const steps = fc.array(fc.record({ size, waitMs: fc.nat(2000), same: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(steps, fc.nat(4000), (all, replyBytes) => {
        const { world, b } = pair();
        b.serve = (request) => b.engine.respond(request, pattern(replyBytes));
        let received = 0;
        let sourceId = ids.bytes(8);
        for (const [index, step] of all.entries()) {
          if (!step.same) sourceId = ids.bytes(8);
          const call = [CALL, 2 * (index % 32), 0, 0, 0, 0, 1, 0x40, 200, 0x40 | (step.size >> 8), step.size & 0xff];
          const datagram = opening({ sourceId, frames: [...call, ...pattern(step.size)] });
          new DataView(datagram.buffer).setUint32(18, index);
          received += datagram.length;
          b.engine.receive(datagram, carol, world.now);
          world.advance(step.waitMs);
          expect(sentTo(world, carol)).toBeLessThanOrEqual(3 * received);
        }
        b.engine.close(world.now);
        world.advance(ASSOCIATION_IDLE_MS);
        expect(sentTo(world, carol)).toBeLessThanOrEqual(3 * received);
      }),
      { numRuns: 200 },
    );
  });

  test('gets no more because of what comes from elsewhere', () => {
    const { world, b } = pair();
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    const sourceId = ids.bytes(8);
    const first = opening({ sourceId, frames: [CALL, 0, 0, 0, 0, 0, 1, 0x50, 0, 0] });
    b.engine.receive(first, carol, world.now);
    for (let number = 1; number < 100; number += 1) {
      const more = opening({ sourceId });
      new DataView(more.buffer).setUint32(18, number);
      b.engine.receive(more, alice, world.now);
      world.advance(10);
    }
    expect(sentTo(world, carol)).toBeLessThanOrEqual(3 * first.length);
  });

  test('is followed when the peer moves, and gets little until it has acknowledged something', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    a.call(bob);
    world.advance(0);
    const datagram = world.sent[0]!.datagram;
    b.engine.receive(datagram, carol, world.now);
    world.advance(3000);
    expect(sentTo(world, carol)).toBeGreaterThan(0);
    expect(sentTo(world, carol)).toBeLessThanOrEqual(3 * datagram.length);
  });

  test('that sent next to nothing gets nothing, and wakes nobody', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    world.sent.splice(0, world.sent.length, ...world.sent.slice(-3));
    const id = idOf(world, b);
    b.engine.receive(plain(id, 5000, PING), carol, world.now);
    world.advance(60_000);
    expect(sentTo(world, carol)).toBe(0);
  });

  test('that acknowledges what was never sent ends the association', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    const largest = new Writer(20);
    writeAck(largest, 0, [{ start: 100, end: 100 }]);
    b.engine.receive(plain(id, 5000, PING, ...largest.take()), carol, world.now);
    b.drain();
    b.engine.receive(plain(id, 5001, PING), carol, world.now);
    b.drain();
    expect(reasons(b)).toEqual(['unknown-association']);
  });

  test('is proven when the peer has moved for good, and calls go on', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.respond(request, pattern(20_000));
    a.address = carol;
    a.call(bob, { timeoutMs: 10_000 });
    world.advance(10_000);
    expect(a.of('response')).toHaveLength(1);
    expect(resets(world)).toEqual([]);
    b.call(carol);
    world.advance(1000);
    expect(b.of('response')).toHaveLength(1);
  });

  test('is not followed for a packet that is older than others', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(0);
    const late = world.sent[0]!.datagram;
    world.loses = () => false;
    world.advance(100);
    world.sent.length = 0;
    b.engine.receive(late, carol, world.now);
    world.advance(1000);
    expect([sentTo(world, carol), reasons(b)]).toEqual([0, ['duplicate-packet']]);
  });
});

describe('the end of an association', () => {
  test('comes with CLOSE, and ends the calls of the other side', () => {
    const { world, a, b } = acquainted();
    b.serve = () => {};
    a.call(bob);
    world.advance(100);
    b.engine.close(world.now);
    world.advance(100);
    expect(world.sent.some((flight) => carries(flight, CLOSE))).toBe(true);
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE', executed: 'unknown' }]);
    expect(b.of('cancelled')).toHaveLength(1);
    expectIdle({ a, b });
  });

  test('comes after two minutes without a packet, and two minutes later no timer is left', () => {
    const { world, a, b } = acquainted();
    const quiet = world.sent.length;
    world.advance(2 * ASSOCIATION_IDLE_MS + 1000);
    expect(world.sent).toHaveLength(quiet);
    expect([a.engine.settle(), b.engine.settle()]).toEqual([Infinity, Infinity]);
    a.call(bob);
    world.advance(100);
    expect(world.sent[0]!.datagram[0]).toBe(OPENING_PACKET);
    expect(a.of('response')).toHaveLength(1);
  });

  test('does not come while a call takes long: the peer is asked for a sign of life', () => {
    const { world, a, b } = acquainted();
    b.serve = () => {};
    a.call(bob, { timeoutMs: 600_000 });
    world.advance(LIVENESS_PROBE_MS - 1000);
    expect(world.sent.some((flight) => carries(flight, PING))).toBe(false);
    world.advance(2000);
    expect(world.sent.some((flight) => carries(flight, PING))).toBe(true);
    world.advance(300_000);
    b.engine.respond(b.of('request')[0]!.request, Uint8Array.of(1));
    b.drain();
    world.advance(100);
    expect(a.of('response')).toHaveLength(1);
  });

  test('of a restarted peer is noticed by that sign of life', () => {
    const { world, a, b } = acquainted();
    b.serve = () => {};
    a.call(bob, { timeoutMs: 600_000 });
    world.advance(1000);
    b.restart();
    world.advance(LIVENESS_PROBE_MS);
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE', executed: 'unknown' }]);
  });

  test('of a peer that is gone leaves no timer behind', () => {
    const { world, a } = acquainted();
    world.loses = () => true;
    const call = a.call(bob);
    world.advance(10_000);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
    expect(world.sent.length).toBeLessThan(40);
    world.advance(2 * ASSOCIATION_IDLE_MS);
    expect(a.engine.settle()).toBe(Infinity);
  });
});

describe('an engine', () => {
  test('owns the datagrams whose first byte says so', () => {
    const { a } = pair();
    const owned = Array.from({ length: 256 }, (_, first) => first).filter((first) =>
      a.engine.owns(Uint8Array.of(first)),
    );
    expect(owned).toEqual([OPENING_PACKET, PLAIN_PACKET, RESET]);
    expect(a.engine.owns(new Uint8Array(0))).toBe(false);
  });

  test('names a method by a hash', () => {
    const { a } = pair();
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    expect(a.engine.wireMethod(text('Math'), text('add'))).not.toEqual(a.engine.wireMethod(text('Math'), text('sub')));
    expect(a.engine.wire).toBe('native');
    expect(a.engine.describe(opening()).type).toBe('opening 0 [HELLO PING]');
  });
});

describe('hostile peers', () => {
  test('are refused when parts contradict each other', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    const parts = [PART, 0x40, 100, 0, 10, 0, 2, 1, 1, PART, 0x40, 100, 0, 11, 2, 2, 1, 1];
    b.engine.receive(plain(id, 5000, ...parts), alice, world.now);
    b.drain();
    expect(callsIn(world.sent)).toHaveLength(1);
    expect(world.sent.flatMap(framesOf)).toContainEqual(expect.objectContaining({ number: 100, code: 9, executed: 0 }));
  });

  test('are refused when joined parts are no message, or another one', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    b.engine.receive(plain(id, 5000, PART, 20, 0, 2, 0, 2, 0xff, 0xff), alice, world.now);
    b.engine.receive(plain(id, 5001, PART, 22, 0, 3, 0, 3, 0x05, 22, 0), alice, world.now);
    b.drain();
    const failures = world.sent.flatMap(framesOf).filter((frame) => frame.type === 0x06);
    expect(failures).toMatchObject([
      { number: 20, code: 9 },
      { number: 22, code: 9 },
    ]);
  });

  test('that make more holes in their call numbers than are remembered lose their association', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    const id = idOf(world, b);
    for (let packet = 0; packet < 5000; packet += 1) {
      const number = 4 * packet + 100;
      const call = [CALL, 0x80, number >> 16, (number >> 8) & 0xff, number & 0xff, 4, 0, 0, 0, 1, 5, 0];
      b.engine.receive(plain(id, 5000 + packet, ...call), alice, world.now);
      b.drain();
    }
    expect(b.of('request').length).toBeLessThan(4100);
    expect(new Set(reasons(b))).toEqual(new Set(['unknown-association']));
    expect(resets(world).length).toBe(RESETS_PER_SECOND_MAX);
  });

  test('that reset a call for which another association has no room end it', () => {
    const { world, a } = pair();
    world.loses = () => true;
    a.call(bob, { delivery: 'idempotent' });
    a.drain();
    const first = decodePacket(world.sent[0]!.datagram);
    if (typeof first === 'string' || first.type === RESET || first.type === PLAIN_PACKET) throw new Error('no opening');
    const writer = new Writer(100);
    writeOpeningHeader(writer, ids.bytes(8), undefined, 0);
    writeHello(writer, { ageMs: 0, messageBytesMax: 1000, callsMax: 1 });
    a.engine.receive(Uint8Array.of(...writer.take(), PING), bob, world.now);
    for (let call = 0; call < CALLS_QUEUED_MAX + 1; call += 1) a.call(bob);
    a.engine.receive(encodeReset(first.sourceId), bob, world.now);
    a.drain();
    expect(a.of('failure')).toMatchObject([{ code: 'UNAVAILABLE', executed: 'unknown' }]);
  });

  test('that acknowledge no reply cannot make this side keep more than so many', () => {
    const { world, a, b } = acquainted();
    b.serve = () => undefined;
    a.call(bob);
    world.advance(500);
    b.serve = (request) => b.engine.respond(request, Uint8Array.of(1));
    const id = idOf(world, b);
    for (let packet = 0; packet < 5000; packet += 1) {
      const number = 2 * packet + 100;
      const call = [CALL, 0x80, number >> 16, (number >> 8) & 0xff, number & 0xff, 0, 0, 0, 0, 1, 5, 0];
      b.engine.receive(plain(id, 5000 + packet, ...call), alice, world.now);
      b.drain();
    }
    expect(b.engine.peers()[0]!.requests).toBe(CALLS_ANSWERED_MAX);
    expect(reasons(b).filter((reason) => reason === 'overload')).toHaveLength(5000 - CALLS_ANSWERED_MAX + 1);
  });

  test('that answer what was not asked are not heard', () => {
    const { world, a, b } = acquainted();
    a.call(bob);
    world.advance(500);
    a.outputs.length = 0;
    const id = idOf(world, a);
    const answers = [0x05, 40, 0, 0x06, 40, 0, 0, 0, PART, 40, 1, 20, 0, 1, 7, ACK, 0, 0, 0, 0, 0, 1, 0];
    a.engine.receive(plain(id, 5000, ...answers), bob, world.now);
    world.advance(500);
    expect(a.outputs).toEqual([]);
    expectIdle({ a, b });
  });

  test('make nothing throw and nothing grow, whatever they send in whatever state', () => {
    const { world, a, b } = pair({ b: { runningHandlersMax: 20 } });
    const chance = (below: number): number => (world.random.bytes(1)[0]! * 256 + world.random.bytes(1)[0]!) % below;
    const mangle = (datagram: Uint8Array): Uint8Array => {
      if (datagram.length > 1 && chance(5) === 0) datagram[0] = OPENING_PACKET + chance(3);
      for (let flip = chance(4); flip > 0 && datagram.length > 0; flip -= 1) {
        datagram[chance(datagram.length)]! ^= 1 << chance(8);
      }
      return chance(8) === 0 ? datagram.subarray(0, chance(datagram.length + 1)) : datagram;
    };
    for (let round = 0; round < 20_000; round += 1) {
      if (round % 40 === 0) a.call(bob, { timeoutMs: 2000, args: pattern(chance(4000)), oneWay: chance(3) === 0 });
      if (round % 1000 === 0) b.restart();
      const seen = world.sent[world.sent.length - 1 - chance(Math.min(world.sent.length, 30) || 1)];
      const given = seen === undefined || chance(4) === 0 ? world.random.bytes(chance(60)) : seen.datagram.slice();
      const datagram = mangle(given);
      const target = chance(2) === 0 ? a : b;
      const sender = [alice, bob, carol][chance(3)]!;
      target.engine.describe(datagram);
      target.engine.receive(datagram, sender, world.now);
      target.drain();
      if (round % 10 === 0) world.advance(chance(20));
    }
    world.advance(3 * ASSOCIATION_IDLE_MS);
    expectIdle({ a, b });
    expect([a.engine.settle(), b.engine.settle()]).toEqual([Infinity, Infinity]);
  });
});
