import { PendingCall, RpcError, type Reply, type RpcCall, type RpcChannel } from '@rpcudp/core';
import picocolors from 'picocolors';
import { untypedMethod } from '../method-name';
import { Load, type LoadOptions } from './load';
import type { LoadClock } from './load-clock';
import { progressText, showProgress } from './progress';
import { reportLines, resultOf } from './report';
import { Tally } from './tally';

const ANSWER: Reply<unknown> = { received: true, value: 3 };
const subject = {
  address: '127.0.0.1:1',
  method: 'Math.add',
  wire: 'native',
  encrypted: false,
  delivery: 'at-most-once',
};

/** What promises have to say they have said after a real turn of the event loop. */
const promisesHeard = (): Promise<void> => new Promise(setImmediate);

/** Time that passes by half a millisecond a turn, however busy the machine is. */
class TurnClock implements LoadClock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  setTimer(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  nextTurn(callback: () => void): void {
    this.setTimer(0, callback);
  }

  /** Lets turns pass until a promise has ended. */
  async until(promise: Promise<void>): Promise<void> {
    const state = { ended: false };
    void promise.finally(() => (state.ended = true));
    while (!state.ended) {
      this.#nowMs += 0.5;
      const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs);
      this.#timers = this.#timers.filter((timer) => !due.includes(timer));
      for (const { callback } of due) {
        callback();
        await promisesHeard();
      }
      await promisesHeard();
    }
    await promise;
  }
}

/** A peer in memory, which ends each call as it is told, a millisecond after it was made. */
class Peer implements RpcChannel {
  readonly remote = '127.0.0.1:1';
  readonly clock = new TurnClock();
  calls = 0;
  open = 0;
  openMost = 0;
  readonly #end: (call: PendingCall<unknown>, number: number) => void;

  constructor(end: (call: PendingCall<unknown>, number: number) => void) {
    this.#end = end;
  }

  call(): RpcCall<unknown> {
    const call = new PendingCall<unknown>();
    this.calls += 1;
    this.open += 1;
    this.openMost = Math.max(this.open, this.openMost);
    const number = this.calls;
    this.clock.setTimer(1, () => {
      this.open -= 1;
      this.#end(call, number);
    });
    return call;
  }
}

async function loadOn(channel: Peer, options: Partial<LoadOptions> = {}): Promise<Load> {
  const defaults = { inFlight: 4, rate: undefined, warmupMs: 0, durationMs: 30, timeoutMs: 100 };
  const method = untypedMethod({ service: 'Math', name: 'add' });
  return new Load({ channel, method, args: [1, 2], ...defaults, ...options }, await Tally.create(), channel.clock);
}

/** A load that has run to its end. */
async function runOn(peer: Peer, options: Partial<LoadOptions> = {}): Promise<Load> {
  const load = await loadOn(peer, options);
  await peer.clock.until(load.run());
  return load;
}

const answering = (): Peer => new Peer((call) => call.end(ANSWER));

test('as many calls as were asked for are in flight, and never more', async () => {
  const peer = answering();
  const load = await runOn(peer);
  expect(peer.openMost).toBe(4);
  expect(load.pending).toBe(0);
  expect(load.tally.answered).toBe(peer.calls);
  // Four at a time, each for a millisecond and the half of a turn.
  expect(peer.calls).toBeGreaterThanOrEqual(4 * 20);
});

test('the calls of the warm-up are not measured', async () => {
  const peer = answering();
  const load = await runOn(peer, { warmupMs: 100, durationMs: 500 });
  expect(load.tally.answered / peer.calls).toBeCloseTo(5 / 6, 1);
});

test('a rate is kept, whatever came of the calls before', async () => {
  const peer = answering();
  const load = await runOn(peer, { rate: 1000, durationMs: 100, inFlight: 1000 });
  expect(load.notMade).toBeLessThanOrEqual(1);
  expect(peer.calls + load.notMade).toBe(100);
  expect(load.tally.answered).toBe(peer.calls);
});

test('with a rate, a call that had to wait for room has waited from the moment at which it was due', async () => {
  const peer: Peer = new Peer((call, number) => {
    if (number === 1) peer.clock.setTimer(39, () => call.end(ANSWER));
    else call.end(ANSWER);
  });
  const load = await runOn(peer, { rate: 100, durationMs: 60, inFlight: 1 });
  // Due at 0, 10, 20 and 30 ms, made from 40 ms on: the second one waited 30 ms before it was sent, and so on.
  expect(load.tally.latencies()!.p50).toBeGreaterThan(5);
  expect(load.tally.latencies()!.max).toBeGreaterThan(35);
});

test('silence and failures are counted, and the first error is kept', async () => {
  const no = new RpcError('NOT_FOUND', 'no such\u001b[31m thing', { origin: 'remote', executed: 'yes' });
  const peer = new Peer((call, number) => {
    if (number % 2 === 0) call.fail(no);
    else call.end(number % 3 === 0 ? { received: false } : ANSWER);
  });
  const load = await runOn(peer);
  const { tally } = load;
  expect(tally.ended).toBe(peer.calls);
  expect(tally.failed).toBeGreaterThan(0);
  expect(tally.silent).toBeGreaterThan(0);
  expect(tally.loss).toBe(tally.silent / tally.ended);
  const lines = reportLines(resultOf(load, subject), picocolors.createColors(false));
  expect(lines).toContain('first error NOT_FOUND: no such\\u{1b}[31m thing');
});

test.each([
  ['what the peer does not serve', new RpcError('UNIMPLEMENTED', 'no', { origin: 'remote', executed: 'no' })],
  ['what cannot be sent', new RpcError('PAYLOAD_TOO_LARGE', 'no')],
])('a run ends at once with %s', async (_title, error) => {
  const peer = new Peer((call) => call.fail(error));
  const load = await runOn(peer, { durationMs: 3_600_000 });
  expect(load.tally).toMatchObject({ answered: 0, firstError: error });
});

test('a run that is stopped does not wait for answers, and counts those that came', async () => {
  const peer = new Peer((call, number) => {
    if (number <= 10) call.end(ANSWER);
    if (number === 12) load.stop();
  });
  const load = await loadOn(peer, { durationMs: 3_600_000 });
  await peer.clock.until(load.run());
  expect(load.tally).toMatchObject({ answered: 10, silent: 0, failed: 0 });
  expect(load.pending).toBeGreaterThan(0);
});

describe('the report', () => {
  test('has a bar for every bucket, and the longest for the fullest', async () => {
    const tally = await Tally.create();
    for (const ms of [1, 1.1, 1.2, 1.3, 2.5]) tally.answer(ms);
    const load = new Load({ ...(await loadOn(answering())).options }, tally);
    const lines = reportLines(resultOf(load, subject), picocolors.createColors(false));
    expect(lines.slice(-4)).toEqual([
      '',
      `1 - 1.5 ms   80.0 %  ${'█'.repeat(40)}`,
      '1.5 - 2 ms    0.0 %',
      `  2 - 3 ms   20.0 %  ${'█'.repeat(10)}`,
    ]);
    expect(lines).toContain('latency     p50 1.20 ms  p90 2.50 ms  p99 2.50 ms  p99.9 2.50 ms  max 2.50 ms');
  });

  test('says nothing of latencies where there are none', async () => {
    const load = await loadOn(answering());
    expect(resultOf(load, subject)).toMatchObject({
      answered: 0,
      latencyMs: undefined,
      buckets: [],
      callsPerSecond: 0,
    });
    expect(reportLines(resultOf(load, subject), picocolors.createColors(false)).join('\n')).not.toContain('latency');
  });
});

describe('progress', () => {
  const terminal = (isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly written: string[] } => {
    const written: string[] = [];
    return { written, stream: { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream };
  };

  test('is shown on a terminal alone, and taken away', async () => {
    const load = await loadOn(answering());
    const [file, screen] = [terminal(false), terminal(true)];
    showProgress(load, file.stream)();
    showProgress(load, screen.stream)();
    expect(file.written).toEqual([]);
    expect(screen.written).toEqual(['\r\u001b[K']);
  });

  test('says what it is at', () => {
    const at = (measuredMs: number, draining: boolean): string => {
      const tally = { answered: 5000, silent: 1, failed: 0, answeredInTime: 5000 };
      return progressText({ measuredMs, draining, pending: 7, tally, options: { durationMs: 5000 } } as Load);
    };
    expect(at(-500, false)).toBe('warming up, 0.5 s left');
    expect(at(2000, false)).toBe('2.0 of 5.0 s  2,500 calls/s  5,000 answered, 1 silent, 0 failed');
    expect(at(5000, true)).toBe('waiting for 7 answers');
  });
});
