import { CALLS_IN_FLIGHT_MAX, CALLS_QUEUED_MAX } from '../../../limits';
import { CALL, CANCEL, decodeFrames, type Frame } from '../../../wire/native/frames';
import { Reader } from '../../../wire/native/reader';
import { Writer } from '../../../wire/native/writer';
import { DeadlineHeap } from '../../tables/deadline-heap';
import type { EngineOutput, OutgoingCall } from '../../engine';
import { Fifo } from '../../tables/fifo';
import type { Association } from '../associations/association';
import { CallerSide } from './caller-side';
import { makeContext } from '../native-options';
import { OutgoingNativeCall } from './outgoing-call';
import { SendQueue } from '../packets/send-queue';

type Call = OutgoingNativeCall<OutgoingCall>;

const OPTIONS = { runningHandlersMax: 1, datagramBytes: 1200, messageBytesMax: 1000, reassemblyBytesMax: 1000 };

/** A caller side with what surrounds it. */
class Bench {
  readonly outputs = new Fifo<EngineOutput>();
  readonly deadlines = new DeadlineHeap<Call>();
  readonly queue = new SendQueue();
  /** Numbers of the calls whose parts were forgotten. */
  readonly forgotten: number[] = [];
  touched = 0;
  readonly side: CallerSide<OutgoingCall>;

  constructor() {
    const context = makeContext<OutgoingCall>(OPTIONS, (length) => new Uint8Array(length), {
      outputs: this.outputs,
      callDeadlines: this.deadlines,
      timers: new DeadlineHeap<Association<OutgoingCall>>(),
      touch: () => undefined,
      mayRun: () => true,
    });
    const touch = (): void => void (this.touched += 1);
    const forgetReply = (number: number): void => void this.forgotten.push(number);
    this.side = new CallerSide(context, this.queue, {
      address: { host: '10.0.0.1', port: 1 },
      heard: true,
      ping: () => undefined,
      touch,
      forgetReply,
    });
  }

  start(changes: Partial<OutgoingCall> = {}): Call {
    const call = new OutgoingNativeCall<OutgoingCall>(outgoing(changes), this.side);
    this.side.start(call);
    return call;
  }

  startMany(count: number): Call[] {
    return Array.from({ length: count }, () => this.start());
  }

  /** Writes everything that is queued into one packet. */
  write(): Frame[] {
    const writer = new Writer(1 << 20, 1);
    writer.begin();
    const room = 1 << 20;
    for (let item = this.queue.take(room, room, 0); item !== undefined; item = this.queue.take(room, room, 0)) {
      item.write(writer, 0);
    }
    return decodeFrames(new Reader(writer.take())) ?? [];
  }
}

function outgoing(changes: Partial<OutgoingCall>): OutgoingCall {
  return {
    to: { host: '10.0.0.1', port: 1 },
    method: { key: 7, bytes: new Uint8Array(0) },
    args: Uint8Array.of(0x90),
    delivery: 'at-most-once',
    oneWay: false,
    metadata: undefined,
    deadline: 5000,
    ...changes,
  };
}

const numbersIn = (frames: readonly Frame[]): number[] =>
  frames.flatMap((frame) => (frame.type === CALL ? [frame.number] : []));

test('calls that are sent again have even numbers, those that are not have odd ones, from the lowest up', () => {
  const bench = new Bench();
  bench.start();
  bench.start({ delivery: 'best-effort' });
  bench.start({ delivery: 'idempotent' });
  bench.start({ delivery: 'best-effort' });
  expect(numbersIn(bench.write())).toEqual([0, 1, 2, 3]);
});

test('a call that ends before it was written uses up no number, and the peer hears nothing of it', () => {
  const bench = new Bench();
  const first = bench.start();
  const second = bench.start();
  bench.side.end(first, 'cancelled', true);
  expect(bench.write()).toMatchObject([{ type: CALL, number: 0 }]);
  expect([first.sent, second.sent, bench.side.find(0) === second]).toEqual([false, true, true]);
  expect(bench.forgotten).toEqual([]);
});

test('a call that ends after it was written is told to the peer, if it has to know', () => {
  const bench = new Bench();
  const [first, second] = bench.startMany(2);
  bench.write();
  bench.side.end(first!, 'cancelled', true);
  bench.side.end(second!, 'answered', false);
  expect(bench.write()).toEqual([{ type: CANCEL, number: 0 }]);
  expect([bench.side.find(0), bench.side.find(2), bench.forgotten]).toEqual([undefined, undefined, [0, 2]]);
});

test('a call ends once, and is counted by how it did', () => {
  const bench = new Bench();
  const [first, second] = bench.startMany(2);
  bench.side.end(first!, 'silent', false);
  bench.side.end(first!, 'cancelled', true);
  bench.side.end(second!, 'failed', false);
  expect(bench.side.outcomes).toEqual({ answered: 0, failed: 1, silent: 1, cancelled: 0 });
  expect([bench.side.size, bench.deadlines.size]).toEqual([0, 0]);
});

test('at most 1,024 go out at once, 4,096 more wait, and the next is refused and changes nothing', () => {
  const bench = new Bench();
  bench.startMany(CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX);
  const all = CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX;
  const before = [bench.side.size, bench.side.queued, bench.deadlines.size, bench.touched];
  expect(before).toEqual([all, CALLS_QUEUED_MAX, all, all]);
  expect(() => bench.start()).toThrow(
    '1024 calls to this peer are on their way and 4096 wait, which is the limit. Wait for some of them.',
  );
  expect(() => bench.start()).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED', executed: 'no' }));
  expect([bench.side.size, bench.side.queued, bench.deadlines.size, bench.touched]).toEqual(before);
  expect(numbersIn(bench.write())).toHaveLength(CALLS_IN_FLIGHT_MAX);
});

test('a call that waits goes out when another ends, the one that has waited longest first', () => {
  const bench = new Bench();
  bench.side.limit(2);
  const [first, , third, fourth] = bench.startMany(4);
  expect([bench.side.queued, numbersIn(bench.write())]).toEqual([2, [0, 2]]);
  bench.side.end(first!, 'answered', false);
  expect([bench.side.queued, numbersIn(bench.write())]).toEqual([1, [4]]);
  expect([third!.sent, fourth!.sent]).toEqual([true, false]);
});

test('a call that waits may end without having gone out, and lets nobody else go', () => {
  const bench = new Bench();
  bench.side.limit(1);
  const [, second, third] = bench.startMany(3);
  bench.write();
  bench.side.end(second!, 'silent', true);
  expect([bench.side.queued, bench.write(), third!.sent]).toEqual([1, [], false]);
});

test.each([
  [0, 1],
  [1, 1],
  [CALLS_IN_FLIGHT_MAX - 1, CALLS_IN_FLIGHT_MAX - 1],
  [CALLS_IN_FLIGHT_MAX + 1, CALLS_IN_FLIGHT_MAX],
])('a peer that accepts %d at once gets %d', (callsMax, atOnce) => {
  const bench = new Bench();
  bench.side.limit(callsMax);
  bench.startMany(CALLS_IN_FLIGHT_MAX + 10);
  expect(numbersIn(bench.write())).toHaveLength(atOnce);
});

test('a one-way call ends when it has arrived, and one that is sent once when it was sent', () => {
  const bench = new Bench();
  const reliable = bench.start({ oneWay: true });
  const once = bench.start({ oneWay: true, delivery: 'best-effort' });
  bench.write();
  expect(bench.outputs.shift()).toMatchObject({ kind: 'sent', call: once.call, delivered: false });
  expect([once.ended, reliable.ended]).toEqual([true, false]);
  reliable.acknowledged();
  expect(bench.outputs.shift()).toMatchObject({ kind: 'sent', call: reliable.call, delivered: true });
  expect(bench.side.outcomes).toMatchObject({ answered: 1, silent: 1 });
});

test('calls that ended while they waited are neither counted nor sent, however many they are', () => {
  const bench = new Bench();
  const [active] = bench.startMany(CALLS_IN_FLIGHT_MAX);
  bench.write();
  const waiting = bench.start();
  for (let count = 0; count < 2 * CALLS_QUEUED_MAX; count += 1) bench.side.end(bench.start(), 'cancelled', true);
  const last = bench.start();
  expect([bench.side.queued, bench.side.size]).toEqual([2, CALLS_IN_FLIGHT_MAX + 2]);
  bench.side.end(active!, 'answered', false);
  expect([bench.write().length, waiting.sent, last.sent, bench.side.queued]).toEqual([1, true, false, 1]);
});

test('all calls can be taken out at once, those that wait last', () => {
  const bench = new Bench();
  bench.side.limit(1);
  const calls = bench.startMany(3);
  bench.write();
  expect(bench.side.takeAll()).toEqual(calls);
  expect([bench.side.size, bench.side.queued, bench.side.find(0), bench.deadlines.size]).toEqual([0, 0, undefined, 0]);
});

test('a call that waited to go out again starts over on another association, and can be lost there, too', () => {
  const [before, after] = [new Bench(), new Bench()];
  const call = before.start({ delivery: 'idempotent' });
  before.write();
  before.queue.pushLost(call);
  before.side.takeAll();
  call.restart(after.side);
  after.side.start(call);
  expect(numbersIn(after.write())).toEqual([0]);
  after.queue.pushLost(call);
  expect(numbersIn(after.write())).toEqual([0]);
});
