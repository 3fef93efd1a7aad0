/** The engine of the rpcudp wire: two that talk over a bad network, and somebody who forges. */
import { sameAddress, type Address } from '../../../src/address';
import type { EngineOutput, IncomingRequest, OutgoingCall } from '../../../src/engine/engine';
import { RpcudpEngine } from '../../../src/engine/rpcudp/rpcudp-engine';
import { AMPLIFICATION_FACTOR } from '../../../src/native-limits';
import { SeededRandom } from '../../../src/testing/random';
import { HEADER_BYTES, REQUEST, encodeRequest } from '../../../src/wire/rpcudp';
import { ALICE, BOB, FORGED } from '../arena/setting';
import { TIMES_MS, fromEnd } from '../arena/network-steps';
import { Draw } from '../draw';
import { heldBy, type Held } from '../memory';
import { mutateBytes } from '../mutations';
import { RECORD_BYTES, mutateRecords, stepsOf, type Step } from '../records';
import { sameData } from '../same-data';
import { Violation, promise, type Saw, type Target } from '../target';
import { network } from './conversations';

const RUNNING_MAX = 4;
const HANDLER_MS = 5000;
const EXCESS_BYTES_PER_SECOND = 3000;
const OVERLOOKED = { classes: new Set<string>(), fields: new Set(['$outputs', '$random']) };
const METHOD = new TextEncoder().encode('echo');
const SIZES = [1, 10, 100, 1000, 3000, 8000];

interface Call extends OutgoingCall {
  ends: number;
  cancelled: boolean;
}

interface Flight {
  readonly from: Address;
  readonly to: Address;
  readonly datagram: Uint8Array;
}

/** What was answered to a host beyond three bytes for each of a request, and since when. */
interface Excess {
  bytes: number;
  readonly since: number;
}

/** One of two endpoints. */
class Side {
  readonly engine: RpcudpEngine<Call>;
  readonly address: Address;
  readonly held: IncomingRequest[] = [];
  readonly open = new Map<Call, unknown>();
  readonly heldAtFirst: Held;
  readonly #talk: Talk;
  readonly #excess = new Map<string, Excess>();

  constructor(talk: Talk, address: Address) {
    this.#talk = talk;
    this.address = address;
    const options = { runningHandlersMax: RUNNING_MAX, handlerTimeoutMs: HANDLER_MS };
    this.engine = new RpcudpEngine({ ...options, excessBytesPerSecond: EXCESS_BYTES_PER_SECOND }, (length) =>
      talk.random.bytes(length),
    );
    this.heldAtFirst = heldBy(this.engine, OVERLOOKED);
  }

  receive(datagram: Uint8Array, from: Address): void {
    this.engine.describe(datagram);
    this.engine.receive(datagram, from, this.#talk.now);
    this.drain();
  }

  drain(): void {
    promise(!this.engine.flush(this.#talk.now), () => 'the rpcudp wire has something to flush');
    for (let output = this.engine.takeOutput(); output !== undefined; output = this.engine.takeOutput())
      this.#carryOut(output);
    const running = this.engine.unansweredRequests;
    promise(running === this.held.length && running <= RUNNING_MAX, () => `${running} handlers run`);
    promise(this.engine.pendingCalls === this.open.size, () => `${this.engine.pendingCalls} calls wait`);
    const wake = this.engine.settle();
    for (const { deadline } of [...this.open.keys(), ...this.held])
      promise(wake <= deadline, () => `the engine sleeps until ${wake}, over a deadline at ${deadline}`);
  }

  answer(request: IncomingRequest, bytes: number): void {
    this.held.splice(this.held.indexOf(request), 1);
    this.engine.respond(request, new Uint8Array(bytes).fill(7));
    // It is answered to where it came from, and held to what that has sent.
    this.#answering = { host: request.from.host, requestBytes: request.args.length + HEADER_BYTES + METHOD.length + 2 };
    this.drain();
    this.#answering = undefined;
  }

  #answering: { readonly host: string; readonly requestBytes: number } | undefined;

  #carryOut(output: EngineOutput<Call>): void {
    const { kind } = output;
    this.#talk.saw(kind === 'dropped' ? output.reason : kind);
    if (kind === 'dropped') return;
    if (kind === 'traced') throw new Violation('the rpcudp wire tells what nobody has asked for');
    if (kind === 'stray') throw new Violation('an engine that shares no port hands on a stranger');
    if (kind === 'transmit') return this.#transmit(output.datagram, output.to);
    if (kind === 'request') {
      this.held.push(output.request);
      return;
    }
    if (kind === 'cancelled') {
      promise(this.held.includes(output.request), () => 'a request is cancelled that is not running');
      this.held.splice(this.held.indexOf(output.request), 1);
      return;
    }
    if (kind === 'overload') throw new Violation('the rpcudp wire cannot say that it is overloaded');
    if ('stream' in output) throw new Violation('the rpcudp wire carries no streams');
    const { call } = output;
    promise(this.open.delete(call), () => `a call ends with ${kind} that is not open`);
    call.ends += 1;
    if (kind === 'response') this.#talk.checkResponse(call);
  }

  #transmit(datagram: Uint8Array, to: Address): void {
    this.#talk.flights.push({ from: this.address, to, datagram: datagram.slice() });
    this.#talk.recorded.push({ from: this.address, to, datagram: datagram.slice() });
    if (this.#answering === undefined || datagram[0] === REQUEST) return;
    promise(this.#answering.host === to.host, () => 'an answer goes elsewhere than its request came from');
    const beyond = datagram.length - AMPLIFICATION_FACTOR * this.#answering.requestBytes;
    if (beyond <= 0) return;
    const { now } = this.#talk;
    const excess = this.#excess.get(to.host) ?? { bytes: 0, since: now };
    excess.bytes += beyond;
    this.#excess.set(to.host, excess);
    const allowed = EXCESS_BYTES_PER_SECOND * (1 + (now - excess.since) / 1000);
    // What is forgotten of the sources that are too many begins anew.
    if (this.#excess.size > RUNNING_MAX) return;
    promise(excess.bytes <= allowed + 1, () => `${to.host} was answered ${excess.bytes} bytes beyond what it sent`);
  }
}

/** Two sides, and all that is between them. */
class Talk {
  now = 1000;
  readonly random: SeededRandom;
  flights: Flight[] = [];
  readonly recorded: Flight[] = [];
  readonly saw: Saw;
  readonly alice: Side;
  readonly bob: Side;
  /** What has just come, and whether it was sent so. */
  arriving: { readonly datagram: Uint8Array; readonly from: Address; readonly genuine: boolean } | undefined;

  constructor(seed: number, saw: Saw) {
    this.random = new SeededRandom(seed);
    this.saw = saw;
    this.alice = new Side(this, ALICE);
    this.bob = new Side(this, BOB);
  }

  /** Only what was sent by whom was called, and comes from there, answers a call. */
  checkResponse(call: Call): void {
    const { arriving } = this;
    promise(arriving?.genuine === true, () => 'a call is answered by what nobody sent');
    promise(sameAddress(arriving.from, call.to), () => 'a call is answered from elsewhere');
  }

  bring(to: Address, datagram: Uint8Array, from: Address): void {
    const receiver = [this.alice, this.bob].find((side) => sameAddress(side.address, to));
    if (receiver === undefined) return;
    const genuine = this.recorded.some((flight) => sameAddress(flight.to, to) && sameData(flight.datagram, datagram));
    this.arriving = { datagram, from, genuine };
    receiver.receive(datagram.slice(), from);
    this.arriving = undefined;
  }

  advance(ms: number): void {
    this.now += ms;
    for (const { to, datagram, from } of this.flights.splice(0)) this.bring(to, datagram, from);
    for (const side of [this.alice, this.bob]) {
      side.engine.wake(this.now);
      side.drain();
      for (const { deadline } of [...side.open.keys(), ...side.held])
        promise(deadline > this.now, () => 'something goes on after its deadline');
    }
  }
}

type Happening = (talk: Talk, step: Step) => void;

const HAPPENINGS: readonly Happening[] = [
  function call({ alice, now }, step) {
    const call: Call = {
      to: BOB,
      method: { key: 'echo', bytes: METHOD },
      args: Uint8Array.of(0x91, 0xc4, ...new Uint8Array(step.one(1, [1, 10, 300, 4000]))),
      delivery: 'best-effort',
      oneWay: false,
      metadata: undefined,
      deadline: now + step.one(2, [1, 100, 5000, 30_000]),
      ends: 0,
      cancelled: false,
    };
    alice.open.set(call, alice.engine.call(call, now));
    alice.drain();
  },
  function wait(talk, step) {
    talk.advance(step.one(1, TIMES_MS));
  },
  function answer({ bob, alice }, step) {
    const side = step.bit(3, 0) ? alice : bob;
    const request = step.pick(1, side.held);
    if (request !== undefined) side.answer(request, step.one(2, SIZES));
  },
  function refuse({ bob }, step) {
    const request = step.pick(1, bob.held);
    if (request === undefined) return;
    bob.held.splice(bob.held.indexOf(request), 1);
    bob.engine.refuse(request);
    bob.drain();
  },
  function cancel({ alice }, step) {
    const call = step.pick(1, [...alice.open.keys()]);
    if (call === undefined) return;
    alice.engine.cancel(alice.open.get(call));
    alice.open.delete(call);
    alice.drain();
  },
  function lose({ flights }, step) {
    if (flights.length > 0) flights.splice(step.byte(1) % flights.length, 1);
  },
  function replay(talk, step) {
    const flight = fromEnd(step.byte(1), talk.recorded);
    if (flight === undefined) return;
    talk.bring(flight.to, flight.datagram, step.byte(2) < 128 ? flight.from : step.one(2, FORGED));
  },
  function forge(talk, step) {
    const flight = fromEnd(step.byte(1), talk.recorded);
    if (flight === undefined) return;
    const draw = new Draw(step.seed);
    const datagram = mutateBytes(flight.datagram, flight.datagram, draw);
    // Who knows an id and can forge an address may answer: the wire has nothing against that.
    const id = datagram.slice(1, HEADER_BYTES);
    const sameId = talk.recorded.some((one) => sameData(one.datagram.slice(1, HEADER_BYTES), id));
    const from = sameId && step.byte(2) < 128 ? FORGED[0]! : step.byte(2) < 128 ? flight.from : step.one(2, FORGED);
    talk.bring(flight.to, datagram, from);
  },
  function request(talk, step) {
    const args = Uint8Array.of(0x91, 0xc4, ...new Uint8Array(step.byte(2)));
    talk.bring(BOB, encodeRequest(talk.random.bytes(20), METHOD, args), step.one(1, FORGED));
  },
];

export const rpcudp: Target = {
  name: 'rpcudp',
  batch: 128,
  unit: RECORD_BYTES,
  seeds: network.seeds,
  mutate: mutateRecords,
  run(input, saw) {
    const [first, ...steps] = stepsOf(input);
    const talk = new Talk(first?.seed ?? 0, saw);
    let before = '';
    for (const step of steps) {
      const happening = HAPPENINGS[step.what % HAPPENINGS.length]!;
      saw(`${before} ${happening.name}`);
      before = happening.name;
      happening(talk, step);
    }
    for (let left = 3; left > 0; left -= 1) talk.advance(60_000);
    for (const { engine, heldAtFirst } of [talk.alice, talk.bob]) {
      promise(engine.settle() === Infinity, () => 'the engine wants to be woken, and has nothing to do');
      const held = heldBy(engine, OVERLOOKED);
      for (const what of ['objects', 'entries', 'slots', 'bytes'] as const)
        promise(
          held[what] - heldAtFirst[what] < 60,
          () => `the engine holds ${held[what] - heldAtFirst[what]} ${what}`,
        );
    }
  },
};
