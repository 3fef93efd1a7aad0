import type { Address } from '../src/address';
import vectors from '../../../docs/vectors/native.json';
import type { IncomingRequest, OutgoingCall } from '../src/engine/engine';
import { bytes, vectorEngine } from './vector-engine';

const LATENCY_MS = 20;
const READ = vectors.methods.find(({ name }) => name === 'Files.read')!.hash;
const ADD = vectors.methods.find(({ name }) => name === 'Math.add')!.hash;
const ACCEPTOR_ADDRESS = { host: '10.0.0.1', port: 1234 };

/** Adds the two small numbers of `[a, b]`, or reads a file of 3,000 characters. A stream has two items. */
function answer({ method, args, stream }: IncomingRequest): Uint8Array {
  if (stream !== undefined) return Uint8Array.of(7, 8);
  return method === READ ? bytes(`da0bb8${'78'.repeat(3000)}`) : Uint8Array.of(args[1]! + args[2]!);
}

/** The two endpoints of docs/protocol.md §12, 20 ms from each other. What goes between them is kept, lost or not. */
class Trace {
  readonly packets: string[] = [];
  readonly answers: string[] = [];
  readonly items: string[] = [];
  openerAddress: Address = { host: '10.0.0.2', port: 1000 };
  readonly #opener = vectorEngine('0102030405060708', answer);
  readonly #acceptor = vectorEngine('a1a2a3a4a5a6a7a8', answer);
  readonly #lost: ReadonlySet<string>;
  #onTheWay: { readonly at: number; readonly deliver: (now: number) => void }[] = [];
  #now = 0;

  /** @param lost The vectors of packets that do not arrive. */
  constructor(...lost: string[]) {
    this.#lost = new Set(lost.map(vectorHex));
  }

  call(method: number, args: string): void {
    this.#call(method, args, { deadline: this.#now + 5000 });
  }

  /** Makes a call that is answered by a stream and may take for ever. */
  stream(method: number, args: string): void {
    const streams = { answers: true, takes: false, arrivesBy: this.#now + 5000 };
    this.#call(method, args, { deadline: Infinity, streams });
  }

  #call(method: number, args: string, times: Pick<OutgoingCall, 'deadline' | 'streams'>): void {
    const key = { key: method, bytes: new Uint8Array(0) };
    const how = { delivery: 'at-most-once', oneWay: false, metadata: undefined, ...times } as const;
    this.#opener.engine.call({ to: ACCEPTOR_ADDRESS, method: key, args: bytes(args), ...how }, this.#now);
    this.#drain();
  }

  runTo(end: number): void {
    for (; this.#now < end; this.#now += 1) this.#tick();
  }

  #tick(): void {
    const due = this.#onTheWay.filter(({ at }) => at <= this.#now);
    this.#onTheWay = this.#onTheWay.filter(({ at }) => at > this.#now);
    for (const { deliver } of due) {
      deliver(this.#now);
      this.#drain();
    }
    for (const { engine } of [this.#opener, this.#acceptor]) if (engine.settle() <= this.#now) engine.wake(this.#now);
    this.#drain();
  }

  #drain(): void {
    const at = this.#now + LATENCY_MS;
    const opened = this.#opener.drain(this.#now);
    this.answers.push(...opened.answers);
    this.items.push(...opened.items);
    for (const { hex: data } of opened.sent) {
      const from = this.openerAddress;
      this.#send(data, { at, deliver: (now) => this.#acceptor.engine.receive(bytes(data), from, now) });
    }
    for (const { hex: data, to } of this.#acceptor.drain(this.#now).sent) {
      const deliver = (now: number): void => {
        if (to.port === this.openerAddress.port) this.#opener.engine.receive(bytes(data), ACCEPTOR_ADDRESS, now);
      };
      this.#send(data, { at, deliver });
    }
  }

  #send(data: string, packet: { readonly at: number; readonly deliver: (now: number) => void }): void {
    this.packets.push(data);
    if (!this.#lost.has(data)) this.#onTheWay.push(packet);
  }
}

function vectorHex(name: string): string {
  return vectors.packets.find((vector) => vector.name === `trace of ${name}`)!.hex;
}

/** The packets by the names of their vectors, as far as they have any. */
function namesOf(packets: readonly string[]): string[] {
  return packets.map(
    (data) =>
      vectors.packets.find((vector) => vector.name.startsWith('trace of ') && vector.hex === data)?.name.slice(9) ??
      data,
  );
}

test('a small first call takes the two packets of §12.1', () => {
  const trace = new Trace();
  trace.call(ADD, '920102');
  trace.runTo(999);
  expect(namesOf(trace.packets)).toEqual(['a small first call: the call', 'a small first call: the answer']);
  expect(trace.answers).toEqual(['03']);
});

test('a second call, and one whose answer is lost, take the packets of §12.2', () => {
  const trace = new Trace();
  trace.call(ADD, '920102');
  trace.runTo(1000);
  trace.call(ADD, '920304');
  trace.runTo(1100);
  expect(namesOf(trace.packets.slice(2))).toEqual(['a second call: the call', 'a second call: the answer']);
  const lossy = new Trace('a second call: the answer');
  lossy.call(ADD, '920102');
  lossy.runTo(1000);
  lossy.call(ADD, '920304');
  lossy.runTo(1400);
  expect(namesOf(lossy.packets.slice(4, 7))).toEqual([
    'a lost answer: the call again',
    'a lost answer: the call once more',
    'a lost answer: the answer again',
  ]);
  expect(lossy.answers).toEqual(['03', '07']);
});

test('a first call that is lost takes the packets of §12.3', () => {
  const trace = new Trace('a small first call: the call');
  trace.call(ADD, '920102');
  trace.runTo(1000);
  expect(namesOf(trace.packets)).toEqual([
    'a small first call: the call',
    'a lost first call: the call again',
    'a lost first call: the call once more',
    'a lost first call: the answer',
    'a lost first call: the answer to the copy',
    'a lost first call: both answers acknowledged',
  ]);
});

test('a first call with a large answer takes the packets of §12.4', () => {
  const trace = new Trace();
  trace.call(READ, '91a76c6963656e6365');
  trace.runTo(1000);
  expect(namesOf(trace.packets)).toEqual([
    'a large first answer: the call',
    'a large first answer: the first part',
    'a large first answer: the acknowledgement that validates',
    'a large first answer: two more parts',
    'a large first answer: the last part',
    'a large first answer: all parts acknowledged',
  ]);
});

test('where the acknowledgement of the first part is lost, the opener probes as in §12.4', () => {
  const trace = new Trace('a large first answer: the acknowledgement that validates');
  trace.call(READ, '91a76c6963656e6365');
  trace.runTo(1000);
  expect(namesOf(trace.packets.slice(3, 4))).toEqual(["a large first answer: the opener's probe"]);
  expect(trace.answers.map((data) => data.length / 2)).toEqual([3003]);
});

test('a move takes the packets of §12.5', () => {
  const trace = new Trace();
  trace.call(ADD, '920102');
  trace.runTo(1000);
  trace.call(ADD, '920304');
  trace.runTo(60_000);
  trace.openerAddress = { ...trace.openerAddress, port: 40_001 };
  trace.call(ADD, '920506');
  trace.runTo(61_000);
  expect(namesOf(trace.packets.slice(4))).toEqual([
    'a move: a call from another port',
    'a move: the answer and a challenge',
    'a move: the response',
    'a move: the response acknowledged',
  ]);
  expect(trace.answers).toEqual(['03', '07', '0b']);
});

test('a stream of two items takes the packets of §13.10', () => {
  const trace = new Trace();
  trace.call(ADD, '920102');
  trace.runTo(1000);
  trace.stream(ADD, '920304');
  trace.runTo(1100);
  expect(namesOf(trace.packets.slice(2, 4))).toEqual(['a stream: the call', 'a stream: two items and the end']);
  expect([trace.items, trace.answers]).toEqual([
    ['07', '08'],
    ['03', ''],
  ]);
});
