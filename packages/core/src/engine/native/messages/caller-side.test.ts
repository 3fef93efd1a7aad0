import type { RpcErrorCode } from '../../../errors';
import { CALLS_IN_FLIGHT_MAX, CALLS_QUEUED_MAX } from '../../../native-limits';
import { CALL, CANCEL, FAILURE, RESULT, type Frame } from '../../../wire/native/frames';
import type { EngineOutput, OutgoingCall } from '../../engine';
import { drain, outgoingCall, testContext, writeQueue, noStreams } from '../../../../test/native/context';
import { SendQueue } from '../packets/send-queue';
import { Standing } from '../admission/standing';
import { CallerSide } from './caller-side';
import { OutgoingNativeCall } from './outgoing-call';

type Call = OutgoingNativeCall<OutgoingCall>;

/** A caller side with what surrounds it. */
class Bench {
  readonly context = testContext();
  readonly queue = new SendQueue();
  /** Numbers of the calls whose parts were forgotten. */
  readonly forgotten: number[] = [];
  touched = 0;
  pings = 0;
  readonly owner = {
    address: { host: '10.0.0.1', port: 1 },
    peer: { address: { host: '10.0.0.1', port: 1 } },
    heard: true,
    established: true,
    identity: undefined,
    standing: new Standing('dialled'),
    streams: noStreams(this.context, this.queue),
    ping: () => void (this.pings += 1),
    touch: () => void (this.touched += 1),
    forgetReply: (number: number) => void this.forgotten.push(number),
  };
  readonly side = new CallerSide<OutgoingCall>(this.context, this.queue, this.owner);

  start(changes: Partial<OutgoingCall> = {}): Call {
    const call = new OutgoingNativeCall<OutgoingCall>(outgoingCall(changes), this.side, 0);
    this.side.start(call);
    return call;
  }

  startMany(count: number): Call[] {
    return Array.from({ length: count }, () => this.start());
  }

  /** Writes everything that is queued into one packet. */
  write(): Frame[] {
    return writeQueue(this.queue).frames;
  }

  /** What became of the calls. */
  polled(): EngineOutput[] {
    return drain(this.context.outputs);
  }

  /** Something was heard of the peer. */
  hear(): void {
    this.owner.heard = true;
    this.side.peerHeard();
  }
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
  bench.side.giveUp(first, 'cancelled');
  expect(bench.write()).toMatchObject([{ type: CALL, number: 0 }]);
  expect([first.sent, second.sent, bench.side.find(0) === second]).toEqual([false, true, true]);
  expect(bench.forgotten).toEqual([]);
});

test('a call that ends after it was written is told to the peer, if it has to know', () => {
  const bench = new Bench();
  const [first, second] = bench.startMany(2);
  bench.write();
  bench.side.giveUp(first!, 'cancelled');
  bench.side.end(second!, 'answered');
  expect(bench.write()).toEqual([{ type: CANCEL, number: 0 }]);
  expect([bench.side.find(0), bench.side.find(2), bench.forgotten]).toEqual([undefined, undefined, [0, 2]]);
});

test('a call ends once, and is counted by how it did', () => {
  const bench = new Bench();
  const [first, second] = bench.startMany(2);
  bench.side.end(first!, 'silent');
  bench.side.giveUp(first!, 'cancelled');
  bench.side.end(second!, 'failed');
  expect(bench.side.outcomes).toEqual({ answered: 0, failed: 1, silent: 1, cancelled: 0 });
  expect([bench.side.size, bench.context.callDeadlines.size]).toEqual([0, 0]);
});

test('at most 1,024 go out at once, 4,096 more wait, and the next is refused and changes nothing', () => {
  const bench = new Bench();
  bench.startMany(CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX);
  const all = CALLS_IN_FLIGHT_MAX + CALLS_QUEUED_MAX;
  const before = [bench.side.size, bench.side.queued, bench.context.callDeadlines.size, bench.touched];
  expect(before).toEqual([all, CALLS_QUEUED_MAX, all, all]);
  expect(() => bench.start()).toThrow(
    '1024 calls to this peer are on their way and 4096 wait, which is the limit. Wait for some of them.',
  );
  expect(() => bench.start()).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED', executed: 'no' }));
  expect([bench.side.size, bench.side.queued, bench.context.callDeadlines.size, bench.touched]).toEqual(before);
  expect(numbersIn(bench.write())).toHaveLength(CALLS_IN_FLIGHT_MAX);
});

test('a call that waits goes out when another ends, the one that has waited longest first', () => {
  const bench = new Bench();
  bench.side.limit(2);
  const [first, , third, fourth] = bench.startMany(4);
  expect([bench.side.queued, numbersIn(bench.write())]).toEqual([2, [0, 2]]);
  bench.side.end(first!, 'answered');
  expect([bench.side.queued, numbersIn(bench.write())]).toEqual([1, [4]]);
  expect([third!.sent, fourth!.sent]).toEqual([true, false]);
});

test('a call that waits may end without having gone out, and lets nobody else go', () => {
  const bench = new Bench();
  bench.side.limit(1);
  const [, second, third] = bench.startMany(3);
  bench.write();
  bench.side.giveUp(second!, 'silent');
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
  expect(bench.context.outputs.shift()).toMatchObject({ kind: 'sent', call: once.call, delivered: false });
  expect([once.ended, reliable.ended]).toEqual([true, false]);
  reliable.acknowledged();
  expect(bench.context.outputs.shift()).toMatchObject({ kind: 'sent', call: reliable.call, delivered: true });
  expect(bench.side.outcomes).toMatchObject({ answered: 1, silent: 1 });
});

test('calls that ended while they waited are neither counted nor sent, however many they are', () => {
  const bench = new Bench();
  const [active] = bench.startMany(CALLS_IN_FLIGHT_MAX);
  bench.write();
  const waiting = bench.start();
  for (let count = 0; count < 2 * CALLS_QUEUED_MAX; count += 1) bench.side.giveUp(bench.start(), 'cancelled');
  const last = bench.start();
  expect([bench.side.queued, bench.side.size]).toEqual([2, CALLS_IN_FLIGHT_MAX + 2]);
  bench.side.end(active!, 'answered');
  expect([bench.write().length, waiting.sent, last.sent, bench.side.queued]).toEqual([1, true, false, 1]);
});

test('all calls can be taken out at once, those that wait last', () => {
  const bench = new Bench();
  bench.side.limit(1);
  const calls = bench.startMany(3);
  bench.write();
  expect(bench.side.takeAll()).toEqual(calls);
  expect([bench.side.size, bench.side.queued, bench.side.find(0), bench.context.callDeadlines.size]).toEqual([
    0,
    0,
    undefined,
    0,
  ]);
});

describe('a reply', () => {
  const failureFrame = (code: number, executed: number): Frame & { type: typeof FAILURE } => ({
    type: FAILURE,
    number: 0,
    code,
    executed,
    details: Uint8Array.of(0x90),
  });

  test('ends the call that it names, and is counted by what it is', () => {
    const bench = new Bench();
    const [first, second] = bench.startMany(2);
    bench.write();
    bench.side.replied({ type: RESULT, number: 2, value: Uint8Array.of(1) });
    bench.side.replied(failureFrame(0, 1));
    expect(bench.polled()).toMatchObject([
      { kind: 'response', call: second!.call, payload: Uint8Array.of(1) },
      { kind: 'failure', call: first!.call, executed: 'yes', origin: 'remote', payload: Uint8Array.of(0x90) },
    ]);
    expect(bench.side.outcomes).toMatchObject({ answered: 1, failed: 1 });
  });

  test.each([
    [200, 3, 'UNKNOWN', 'unknown'],
    [0, 200, expect.any(String), 'unknown'],
    [0, 2, expect.any(String), 'unknown'],
    [0, 0, expect.any(String), 'no'],
  ])('with code %d and executed %d is read as far as it is known', (code, executed, known, ran) => {
    const bench = new Bench();
    bench.start();
    bench.write();
    bench.side.replied(failureFrame(code, executed));
    expect(bench.polled()).toMatchObject([{ kind: 'failure', code: known as RpcErrorCode, executed: ran }]);
  });

  test('to a call that nobody waits for is not heard', () => {
    const bench = new Bench();
    bench.side.replied({ type: RESULT, number: 0, value: Uint8Array.of(1) });
    bench.side.refuseReply(0, 'PAYLOAD_TOO_LARGE');
    expect([bench.polled(), bench.touched]).toEqual([[], 0]);
  });

  test('that cannot be taken in ends the call, which has run', () => {
    const bench = new Bench();
    const call = bench.start();
    bench.write();
    bench.side.refuseReply(0, 'PAYLOAD_TOO_LARGE');
    expect(bench.polled()).toMatchObject([
      { kind: 'failure', call: call.call, code: 'PAYLOAD_TOO_LARGE', executed: 'yes', origin: 'local' },
    ]);
    expect(bench.write()).toEqual([{ type: CANCEL, number: 0 }]);
  });
});

describe('until the peer has been heard', () => {
  /** A bench whose peer has not been heard. */
  const unheard = (): Bench => {
    const bench = new Bench();
    bench.owner.heard = false;
    return bench;
  };

  test('a call that waits for that is not sent, and a PING goes in its place', () => {
    const bench = unheard();
    const call = bench.start({ waitForReady: true });
    expect([bench.write(), bench.pings, bench.touched, bench.side.queued, bench.side.size]).toEqual([[], 1, 1, 1, 1]);
    expect([call.sent, bench.side.awaited, bench.context.callDeadlines.size]).toEqual([false, [], 1]);
    bench.hear();
    expect([numbersIn(bench.write()), bench.side.queued]).toEqual([[0], 0]);
    bench.hear();
    expect(bench.write()).toEqual([]);
  });

  test('a call that does not wait for that is sent, and one that does is once it has been', () => {
    const bench = unheard();
    bench.start();
    expect([numbersIn(bench.write()), bench.pings]).toEqual([[0], 0]);
    bench.hear();
    bench.start({ waitForReady: true });
    expect([numbersIn(bench.write()), bench.pings]).toEqual([[2], 0]);
  });

  test('a call may end without having been sent', () => {
    const bench = unheard();
    const call = bench.start({ waitForReady: true });
    bench.side.giveUp(call, 'silent');
    bench.hear();
    expect([bench.write(), bench.side.size, bench.context.callDeadlines.size]).toEqual([[], 0, 0]);
  });

  test('calls keep their place among those that go at once', () => {
    const bench = unheard();
    bench.side.limit(2);
    for (let call = 0; call < 4; call += 1) bench.start({ waitForReady: true });
    bench.hear();
    expect([numbersIn(bench.write()), bench.side.queued]).toEqual([[0, 2], 2]);
  });

  test('no more calls wait than may', () => {
    const bench = unheard();
    for (let call = 0; call < CALLS_QUEUED_MAX; call += 1) bench.start({ waitForReady: true });
    expect(() => bench.start({ waitForReady: true })).toThrow(
      expect.objectContaining({ code: 'RESOURCE_EXHAUSTED', executed: 'no' }),
    );
    expect([bench.side.size, bench.start().sent, numbersIn(bench.write())]).toEqual([CALLS_QUEUED_MAX, false, [0]]);
  });

  test('calls that were sent can be taken out without those that wait', () => {
    const bench = unheard();
    const [sent, waiting] = [bench.start(), bench.start({ waitForReady: true })];
    bench.write();
    expect([bench.side.takeSent(), bench.side.size]).toEqual([[sent], 1]);
    expect(bench.side.takeAll()).toEqual([waiting]);
    expect(bench.context.callDeadlines.size).toBe(0);
  });
});

describe('a probe', () => {
  test('is never sent as a call, and is over with the next sign of life', () => {
    const bench = new Bench();
    const probe = bench.start({ probe: true });
    expect([bench.write(), bench.pings]).toEqual([[], 1]);
    bench.hear();
    expect(bench.polled()).toEqual([{ kind: 'sent', call: probe.call, delivered: true }]);
    expect([bench.write(), bench.side.size, probe.ended]).toEqual([[], 0, true]);
  });

  test('that nobody answers may end', () => {
    const bench = new Bench();
    const probe = bench.start({ probe: true });
    bench.side.giveUp(probe, 'silent');
    bench.hear();
    expect([bench.polled(), bench.side.outcomes.silent, bench.write()]).toEqual([[], 1, []]);
  });
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
