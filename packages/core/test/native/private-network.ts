import { sameAddress, type Address } from '../../src/address';
import type { EngineOutput, IncomingRequest, OutgoingCall } from '../../src/engine/engine';
import { NativeEngine } from '../../src/engine/native/native-engine';
import type { NativeEngineOptions } from '../../src/engine/native/native-options';
import { SeededRandom } from '../../src/testing/random';
import { CALL, PING, writeHello, type CallFrame, type Frame, type HelloFeature } from '../../src/wire/native/frames';
import {
  PLAIN_HEADER_BYTES,
  PLAIN_PACKET,
  RESET,
  decodePacket,
  writeOpeningHeader,
  writePlainHeader,
} from '../../src/wire/native/packet';
import { Writer } from '../../src/wire/native/writer';
import { ENGINE_OPTIONS, outgoingCall } from './context';

type Output = EngineOutput;
export type Kind<K extends Output['kind']> = Extract<Output, { kind: K }>;

export interface Flight {
  readonly from: Address;
  readonly to: Address;
  readonly datagram: Uint8Array;
  readonly at: number;
}

export const alice: Address = { host: '10.0.0.1', port: 1 };
export const bob: Address = { host: '10.0.0.2', port: 2 };
export const carol: Address = { host: '10.0.0.3', port: 3 };
type Options = Partial<NativeEngineOptions>;

/** One endpoint: an engine, what it wanted, and how it answers. */
export class Side {
  engine: NativeEngine<OutgoingCall>;
  readonly outputs: Output[] = [];
  /** Where it is reached as well. */
  readonly aliases: Address[] = [];
  /** Answers a request, or leaves it unanswered. */
  serve: (request: IncomingRequest) => void;
  /** Hears of everything that it wants but datagrams. */
  watch: ((output: Output) => void) | undefined;
  constructor(
    readonly world: World,
    public address: Address,
    public options: Options = {},
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
    return outgoingCall({
      to,
      method: this.engine.wireMethod(Uint8Array.of(0x61), Uint8Array.of(0x62)),
      args: Uint8Array.of(0x92, 1, 2),
      deadline: this.world.now + timeoutMs,
      ...changes,
    });
  }

  /** Carries out what the engine wants, until it wants nothing. */
  drain(): void {
    this.#takeOutput();
    while (this.engine.flush(this.world.now)) this.#takeOutput();
  }

  #takeOutput(): void {
    for (let output = this.engine.takeOutput(); output !== undefined; output = this.engine.takeOutput())
      this.#carryOut(output);
  }

  #carryOut(output: Output): void {
    if (output.kind === 'transmit') return this.world.send(this.address, output.to, output.datagram);
    this.outputs.push(output);
    this.watch?.(output);
    if (output.kind === 'request') this.serve(output.request);
    if (output.kind === 'overload')
      this.engine.refuse(output.request, { code: 'RESOURCE_EXHAUSTED', message: '', executed: 'no' });
  }

  #newEngine(): NativeEngine<OutgoingCall> {
    return new NativeEngine(
      { ...ENGINE_OPTIONS, ...this.options },
      (length) => this.world.random.bytes(length),
      this.world.now,
    );
  }
}

/** Endpoints on one clock, joined by a network. */
export class World {
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
      const side = this.sides.find(({ address, aliases }) => [address, ...aliases].some((one) => sameAddress(one, to)));
      // What arrives is the receiver's own: packets are opened in place.
      side?.engine.receive(datagram.slice(), from, this.now);
      side?.drain();
    }
  }
}

export function pair(options: { a?: Options; b?: Options } = {}): { world: World; a: Side; b: Side } {
  const world = new World();
  return { world, a: world.side(alice, options.a), b: world.side(bob, options.b) };
}

/** A pair that has talked, so that both know each other's ids and nothing is on its way. */
export function acquainted(options: { a?: Options; b?: Options } = {}): ReturnType<typeof pair> {
  const both = pair(options);
  both.a.call(bob);
  both.world.advance(500);
  expectIdle(both);
  both.a.outputs.length = 0;
  both.b.outputs.length = 0;
  both.world.sent.length = 0;
  return both;
}

export function expectIdle({ a, b }: { a: Side; b: Side }): void {
  expect([a.engine.pendingCalls, a.engine.unansweredRequests]).toEqual([0, 0]);
  expect([b.engine.pendingCalls, b.engine.unansweredRequests]).toEqual([0, 0]);
}

export const framesOf = ({ datagram }: { datagram: Uint8Array }): readonly Frame[] => {
  const packet = decodePacket(datagram);
  return typeof packet === 'string' || !('frames' in packet) ? [] : packet.frames;
};
export const carries = (flight: Flight, type: number): boolean => framesOf(flight).some((frame) => frame.type === type);
export const from = (side: Side) => (flight: Flight) => sameAddress(flight.from, side.address);
export const callsIn = (flights: readonly Flight[]): CallFrame[] =>
  flights.flatMap(framesOf).filter((frame): frame is CallFrame => frame.type === CALL);
export const resets = (world: World): Flight[] => world.sent.filter(({ datagram }) => datagram[0] === RESET);
export const reasons = (side: Side): string[] => side.of('dropped').map(({ reason }) => reason);

/** What a large message holds: something that shows when it is joined in the wrong order. */
export const pattern = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);

export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

export const plain = (id: Uint8Array, number: number, ...frames: number[]): Uint8Array => {
  const writer = new Writer(PLAIN_HEADER_BYTES);
  writePlainHeader(writer, id, number);
  return Uint8Array.of(...writer.take(), ...frames);
};

/** Ids that no engine of a test draws. */
export const ids = new SeededRandom(99);
/** An opening packet from a peer that nobody knows. */
export function opening(
  options: {
    ageMs?: number;
    sourceId?: Uint8Array;
    frames?: number[];
    hello?: boolean;
    features?: readonly HelloFeature[];
  } = {},
): Uint8Array {
  const writer = new Writer(100);
  writeOpeningHeader(writer, options.sourceId ?? ids.bytes(8), undefined, 0);
  const { ageMs = 0, features = [] } = options;
  if (options.hello !== false) writeHello(writer, { ageMs, messageBytesMax: 1000, callsMax: 10, features });
  return Uint8Array.of(...writer.take(), ...(options.frames ?? [PING]));
}

/** The id by which a side wants to be addressed, from what was sent to it. */
export function idOf(world: World, side: Side): Uint8Array {
  const flight = world.sent.findLast(({ to, datagram }) => {
    return sameAddress(to, side.address) && datagram[0] === PLAIN_PACKET;
  });
  return flight!.datagram.slice(1, 9);
}
