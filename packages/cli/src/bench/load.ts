import type { RpcError, Reply, RpcChannel } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { SYSTEM_CLOCK, type LoadClock } from './load-clock.js';
import type { Tally } from './tally.js';

/** What is called, and how often. */
export interface LoadOptions {
  readonly channel: RpcChannel;
  readonly method: MethodContract;
  readonly args: readonly unknown[];
  readonly timeoutMs: number;
  /** Calls that are on their way at once, at most. */
  readonly inFlight: number;
  /** Calls a second; undefined for as many as are answered. */
  readonly rate: number | undefined;
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** Before a call is due by less than this, waiting for a timer would make it late. */
const TIMER_PRECISION_MS = 2;

/** No's that every further call would get, too. */
const HOPELESS: readonly string[] = ['UNIMPLEMENTED', 'INVALID_ARGUMENT', 'FAILED_PRECONDITION'];

/**
 * Makes calls until the time is over, and waits for those that are on their way. Without a rate each call that ends makes
 * room for the next. With one, calls are due at fixed moments, whatever came of those before, and a call's time runs from
 * the moment at which it was due: one that had to wait because the peer was slow has waited, too.
 */
export class Load {
  readonly options: LoadOptions;
  readonly tally: Tally;
  readonly clock: LoadClock;
  readonly #idle: Lane[] = [];
  readonly #lanes: number;
  #startMs = 0;
  #endMs = 0;
  #made = 0;
  #ended = false;
  /** Whether nobody waits for answers any more. */
  #stopped = false;
  #stopTimer: () => void = () => undefined;
  #finish: () => void = () => undefined;

  constructor(options: LoadOptions, tally: Tally, clock = SYSTEM_CLOCK) {
    this.options = options;
    this.tally = tally;
    this.clock = clock;
    this.#lanes = options.inFlight;
  }

  /** Calls that have not ended. */
  get pending(): number {
    return this.#lanes - this.#idle.length;
  }

  /** How long it has been measured, in milliseconds; less than nothing during the warm-up. */
  get measuredMs(): number {
    return Math.min(this.clock.now(), this.#endMs) - this.#measureFromMs;
  }

  get #measureFromMs(): number {
    return this.#startMs + this.options.warmupMs;
  }

  /** Calls that were due and were never made, because there was no room for them. */
  get notMade(): number {
    const { rate } = this.options;
    if (rate === undefined) return 0;
    return Math.max(0, Math.ceil(((this.#endMs - this.#startMs) * rate) / 1000) - this.#made);
  }

  /** Whether all that remains is to wait for answers. */
  get draining(): boolean {
    return this.#ended;
  }

  /** Runs to the end, or until {@link stop}. */
  async run(): Promise<void> {
    const finished = new Promise<void>((resolve) => (this.#finish = resolve));
    this.#startMs = this.clock.now();
    this.#endMs = this.#measureFromMs + this.options.durationMs;
    for (let lane = 0; lane < this.#lanes; lane += 1) this.#idle.push(new Lane(this));
    // No call need end for the time to be over.
    const stopTimer = this.clock.setTimer(this.options.warmupMs + this.options.durationMs, () => this.#end());
    if (this.options.rate === undefined) while (this.#idle.length > 0) this.#idle.pop()!.call(this.clock.now());
    else this.#callWhatIsDue();
    await finished;
    stopTimer();
  }

  /** Ends at once, without those that are on their way. */
  stop(): void {
    this.#stopped = true;
    this.#end();
    this.#finish();
  }

  /** Notes what came of a call. */
  note(dueMs: number, nowMs: number, reply: Reply<unknown> | RpcError): void {
    if (this.#stopped) return;
    const received = 'received' in reply && reply.received;
    if (received && nowMs >= this.#measureFromMs && nowMs < this.#endMs) this.tally.answeredInTime += 1;
    const measured = dueMs >= this.#measureFromMs && dueMs < this.#endMs;
    if (measured) this.#count(reply, nowMs - dueMs);
    if (reply instanceof Error && this.#isHopeless(reply)) {
      if (!measured) this.tally.fail(reply);
      this.stop();
    }
  }

  /** Gives a lane its next call, if there is one. */
  next(lane: Lane, nowMs: number): void {
    if (nowMs >= this.#endMs) this.#end();
    if (this.#ended) {
      this.#idle.push(lane);
      if (this.pending === 0) this.#finish();
      return;
    }
    if (this.options.rate === undefined) return lane.call(nowMs);
    const dueMs = this.#nextDueMs;
    if (dueMs > nowMs) return void this.#idle.push(lane);
    this.#made += 1;
    lane.call(dueMs);
  }

  #count(reply: Reply<unknown> | RpcError, latencyMs: number): void {
    if (reply instanceof Error) this.tally.fail(reply);
    else if (reply.received) this.tally.answer(latencyMs);
    else this.tally.silent += 1;
  }

  /** Whether nothing can come of any call: it was refused for what it is, or cannot be sent. */
  #isHopeless({ code, executed, origin }: RpcError): boolean {
    if (executed !== 'no' || this.tally.answered > 0 || this.tally.answeredInTime > 0) return false;
    return HOPELESS.includes(code) || (origin === 'local' && code !== 'RESOURCE_EXHAUSTED');
  }

  /** When the next call of a fixed rate is to be made. */
  get #nextDueMs(): number {
    return this.#startMs + (this.#made * 1000) / this.options.rate!;
  }

  /** Makes the calls that are due, as far as there is room, and comes back for the next. */
  #callWhatIsDue = (): void => {
    if (this.#ended) return;
    const nowMs = this.clock.now();
    let dueMs = this.#nextDueMs;
    while (dueMs <= nowMs && dueMs < this.#endMs && this.#idle.length > 0) {
      this.#made += 1;
      this.#idle.pop()!.call(dueMs);
      dueMs = this.#nextDueMs;
    }
    const restMs = dueMs - nowMs - TIMER_PRECISION_MS;
    // A full house comes back by itself, when a call ends; near a due call only the loop itself is exact enough.
    if (restMs > 0) this.#stopTimer = this.clock.setTimer(restMs, this.#callWhatIsDue);
    else if (this.#idle.length > 0) this.clock.nextTurn(this.#callWhatIsDue);
    else this.#stopTimer = this.clock.setTimer(1, this.#callWhatIsDue);
  };

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopTimer();
    this.#endMs = Math.min(this.#endMs, Math.max(this.clock.now(), this.#measureFromMs));
    if (this.pending === 0) this.#finish();
  }
}

/** Makes one call at a time. Its functions are made once, for a bench makes many calls. */
class Lane {
  readonly #load: Load;
  readonly #options: { readonly timeoutMs: number };
  #dueMs = 0;

  constructor(load: Load) {
    this.#load = load;
    this.#options = { timeoutMs: load.options.timeoutMs };
  }

  call(dueMs: number): void {
    const { channel, method, args } = this.#load.options;
    this.#dueMs = dueMs;
    void channel.call(method, args, this.#options).then(this.#onReply, this.#onError);
  }

  readonly #onReply = (reply: Reply<unknown>): void => {
    const nowMs = this.#load.clock.now();
    this.#load.note(this.#dueMs, nowMs, reply);
    this.#load.next(this, nowMs);
  };

  /** The next call comes a turn later: errors of our own come at once, and without a turn no time would be over. */
  readonly #onError = (error: RpcError): void => {
    const { clock } = this.#load;
    this.#load.note(this.#dueMs, clock.now(), error);
    clock.nextTurn(() => this.#load.next(this, clock.now()));
  };
}
