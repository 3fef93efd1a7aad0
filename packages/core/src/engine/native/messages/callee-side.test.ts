import { TIMEOUT_MS_DEFAULT } from '../../../limits';
import { CALLS_ANSWERED_MAX, CALL_RANGES_MAX, ONCE_CALLS_REMEMBERED, ONCE_RANGES_MAX } from '../../../native-limits';
import { RPC_ERROR_CODES } from '../../../errors';
import { CALL, type CallFrame } from '../../../wire/native/frames';
import type { EngineOutput, OutgoingCall } from '../../engine';
import { drain, testContext, writeQueue, noStreams } from '../../../../test/native/context';
import { Standing } from '../admission/standing';
import { SendQueue } from '../packets/send-queue';
import type { AnsweredNativeCall } from './answered-call';
import { CalleeSide } from './callee-side';

const NOW = 1000;
const from = { host: '10.0.0.1', port: 1 };

/** A callee side with what surrounds it. */
class Bench {
  readonly queue = new SendQueue();
  readonly context;
  touched = 0;
  readonly side: CalleeSide<OutgoingCall>;
  #arrival = 0;

  constructor(runningHandlersMax = 10_000) {
    this.context = testContext({ runningHandlersMax });
    this.side = new CalleeSide(this.context, this.queue, {
      address: from,
      peer: { address: from },
      heard: true,
      established: true,
      identity: undefined,
      standing: new Standing('dialled'),
      streams: noStreams(this.context, this.queue),
      ping: () => undefined,
      touch: () => void (this.touched += 1),
      forgetReply: () => undefined,
    });
  }

  /** A call comes in; gives the request that it makes, if it makes one. */
  call(number: number, changes: Partial<CallFrame> = {}): AnsweredNativeCall | undefined {
    const frame: CallFrame = {
      type: CALL,
      number,
      delivery: number % 2 === 0 ? 'at-most-once' : 'best-effort',
      oneWay: false,
      method: 7,
      deadlineMs: 500,
      streams: undefined,
      metadata: undefined,
      args: Uint8Array.of(0x90),
      ...changes,
    };
    this.side.call(frame, { arrival: (this.#arrival += 1), early: false }, NOW);
    const output = this.context.outputs.first;
    if (output?.kind === 'overload') {
      this.context.outputs.shift();
      this.side.refuse(output.request as AnsweredNativeCall, 'RESOURCE_EXHAUSTED');
    }
    if (output?.kind !== 'request') return undefined;
    this.context.outputs.shift();
    return output.request as AnsweredNativeCall;
  }

  get running(): number {
    return this.context.quotas.total.handlers;
  }

  answer(request: AnsweredNativeCall | undefined): void {
    request!.respond(Uint8Array.of(1));
    this.side.reply(request!);
  }

  /** Writes what is queued into one packet; gives what was written and its frames. */
  write(): ReturnType<typeof writeQueue> {
    return writeQueue(this.queue);
  }

  /** What was said of the calls that did not become requests. */
  polled(): EngineOutput[] {
    return drain(this.context.outputs);
  }
}

const failure = (number: number, code: (typeof RPC_ERROR_CODES)[number]): object => ({
  number,
  code: RPC_ERROR_CODES.indexOf(code),
  executed: 0,
});

test('a call runs once; its copies are counted, also when it has been answered and the reply has arrived', () => {
  const bench = new Bench();
  const request = bench.call(0);
  expect([request?.number, bench.call(0), bench.side.duplicates]).toEqual([0, undefined, 1]);
  bench.answer(request);
  for (const item of bench.write().items) item.acknowledged(NOW);
  expect([bench.side.size, bench.side.nextDeadline]).toEqual([0, Infinity]);
  expect([bench.call(0), bench.side.duplicates, bench.write().frames]).toEqual([undefined, 2, []]);
});

test('a copy gets the reply again as long as that may not have arrived', () => {
  const bench = new Bench();
  const request = bench.call(0);
  bench.call(0);
  expect(bench.write().frames).toEqual([]);
  bench.answer(request);
  bench.call(0);
  // It waits to be sent still, so it goes out once.
  const [first] = bench.write().frames;
  expect(first).toMatchObject({ number: 0, value: Uint8Array.of(1) });
  bench.call(0);
  expect(bench.write().frames).toEqual([first]);
});

test('a best-effort call is not answered again', () => {
  const bench = new Bench();
  const request = bench.call(1);
  bench.answer(request);
  const { items } = bench.write();
  bench.call(1);
  expect(bench.write().frames).toEqual([]);
  for (const item of items) item.acknowledged(NOW);
  expect([bench.side.size, bench.side.hasHad(0)]).toEqual([0, false]);
});

test('the first best-effort calls are remembered, which a retry may have made their sender repeat, and no later ones', () => {
  const bench = new Bench();
  const first = 2 * ONCE_CALLS_REMEMBERED + 1;
  for (const number of [1, first - 2, first]) bench.answer(bench.call(number));
  for (const item of bench.write().items) item.acknowledged(NOW);
  expect([1, first - 2, first].map((number) => bench.side.hasHad(number))).toEqual([true, true, false]);
  expect([1, first - 2].map((number) => bench.call(number))).toEqual([undefined, undefined]);
  expect(bench.call(first)?.number).toBe(first);
});

test('of best-effort calls with more holes than are remembered the lowest count as had', () => {
  const bench = new Bench();
  for (let hole = 0; hole <= ONCE_RANGES_MAX; hole += 1) {
    bench.answer(bench.call(1 + 4 * hole));
    for (const item of bench.write().items) item.acknowledged(NOW);
  }
  expect([bench.side.hasHad(3), bench.side.hasHad(7)]).toEqual([false, false]);
  bench.answer(bench.call(1 + 4 * (ONCE_RANGES_MAX + 1)));
  expect([bench.side.hasHad(3), bench.side.hasHad(4 * ONCE_RANGES_MAX - 1)]).toEqual([true, false]);
});

test('a one-way call ends when its handler does, and nothing is sent', () => {
  const bench = new Bench();
  bench.answer(bench.call(0, { oneWay: true }));
  expect([bench.write().frames, bench.side.size, bench.side.hasHad(0)]).toEqual([[], 0, true]);
});

test('a call for which no handler is free is refused, and never runs', () => {
  const bench = new Bench(1);
  const running = bench.call(0);
  expect([bench.call(2), bench.running]).toEqual([undefined, 1]);
  expect(bench.write().frames).toMatchObject([failure(2, 'RESOURCE_EXHAUSTED')]);
  bench.answer(running);
  expect([bench.running, bench.call(2), bench.call(4)?.number]).toEqual([0, undefined, 4]);
});

test('a handler whose call nobody waits for any more leaves its place to another, once', () => {
  const bench = new Bench(1);
  const request = bench.call(0);
  bench.side.cancel(0);
  bench.side.cancel(0);
  expect([request!.running, bench.running]).toEqual([false, 0]);
  expect(bench.polled()).toEqual([{ kind: 'cancelled', request, code: 'CANCELLED' }]);
  expect(bench.call(2)?.number).toBe(2);
  bench.side.expire(NOW + 499);
  expect(bench.running).toBe(1);
  bench.side.expire(NOW + 500);
  expect(bench.running).toBe(0);
  expect(bench.polled()).toMatchObject([{ kind: 'cancelled', code: 'DEADLINE_EXCEEDED' }]);
});

test('a request names the peer that made it, and where that is', () => {
  const bench = new Bench();
  expect(bench.call(0)).toMatchObject({ from, via: { address: from } });
});

test('a call of which only parts have come is refused once, and waits for its acknowledgement as long as most do', () => {
  const bench = new Bench();
  bench.side.refuseUnread(0, 'PAYLOAD_TOO_LARGE', NOW);
  bench.side.refuseUnread(0, 'PAYLOAD_TOO_LARGE', NOW);
  expect(bench.side.nextDeadline).toBe(NOW + TIMEOUT_MS_DEFAULT);
  expect(bench.write().frames).toMatchObject([failure(0, 'PAYLOAD_TOO_LARGE')]);
  expect(bench.call(0)).toBeUndefined();
});

test('a call that is cancelled while it runs stops its handler, and its answer is not sent', () => {
  const bench = new Bench();
  const request = bench.call(0);
  bench.side.cancel(0);
  expect(bench.polled()).toEqual([{ kind: 'cancelled', request, code: 'CANCELLED' }]);
  expect([request!.running, bench.side.size, bench.side.nextDeadline, bench.write().frames]).toEqual([
    false,
    0,
    Infinity,
    [],
  ]);
  expect(bench.call(0)).toBeUndefined();
});

test('a call that is cancelled after it was answered stops nothing, and its reply is forgotten', () => {
  const bench = new Bench();
  bench.answer(bench.call(0));
  bench.side.cancel(0);
  expect([bench.polled(), bench.side.size, bench.write().frames]).toEqual([[], 0, []]);
});

test('a call that is cancelled before it comes never runs', () => {
  const bench = new Bench();
  bench.side.cancel(0);
  expect([bench.side.hasHad(0), bench.call(0), bench.polled()]).toEqual([true, undefined, []]);
  bench.side.cancel(1);
  expect([bench.side.hasHad(1), bench.call(1)?.number]).toEqual([false, 1]);
});

test('all that run can be given up at once', () => {
  const bench = new Bench();
  const requests = [bench.call(0), bench.call(1)];
  bench.answer(bench.call(2));
  bench.side.giveUpAll();
  const cancelled = bench.polled().map((output) => output.kind === 'cancelled' && output.request);
  expect(new Set(cancelled)).toEqual(new Set(requests));
  expect([bench.side.size, bench.side.nextDeadline]).toEqual([0, Infinity]);
});

test('beyond 4,096 calls whose replies have not been acknowledged, further ones are dropped as overload', () => {
  const bench = new Bench();
  const requests = Array.from({ length: CALLS_ANSWERED_MAX }, (_, index) => bench.call(2 * index));
  expect(requests).not.toContain(undefined);
  const [next, after] = [2 * CALLS_ANSWERED_MAX, 2 * CALLS_ANSWERED_MAX + 2];
  expect([bench.call(next), bench.side.size]).toEqual([undefined, CALLS_ANSWERED_MAX]);
  bench.side.refuseUnread(after, 'PAYLOAD_TOO_LARGE', NOW);
  expect(bench.polled()).toEqual([
    { kind: 'dropped', reason: 'overload', from, bytes: 1 },
    { kind: 'dropped', reason: 'overload', from, bytes: 0 },
  ]);
  bench.answer(requests[0]);
  for (const item of bench.write().items) item.acknowledged(NOW);
  expect(bench.call(after + 2)?.number).toBe(after + 2);
});

test('a peer overflows when it has left 4,096 holes in its numbers, and not before', () => {
  const bench = new Bench();
  // Every other of the even numbers: each makes a range of its own.
  for (let range = 0; range < CALL_RANGES_MAX - 1; range += 1) bench.side.cancel(4 * range);
  expect(bench.side.overflowing).toBe(false);
  bench.side.cancel(4 * CALL_RANGES_MAX);
  expect(bench.side.overflowing).toBe(true);
});
