import { RpcError } from '@rpcudp/core';
import { CORE_EXIT_MS, CORE_RESTART_MS } from '../limits.js';
import type { CoreThread, ThreadEnding } from './core-thread.js';
import { RestartDelay } from './restart-delay.js';
import type { Switchboard } from './switchboard.js';

/** How a worker died that was to go on. */
export interface WorkerDeath extends ThreadEnding {
  /** Which of the workers: from 0. */
  readonly worker: number;
  /** After how many milliseconds another one takes its place. */
  readonly restartMs: number;
}

/** How long a worker may take to go. */
export interface LeaveOptions {
  /** How long calls that run may take, and their replies to arrive, in milliseconds, while others are refused. */
  readonly drainMs: number;
  /** How long handlers may take then, in milliseconds. */
  readonly graceMs: number;
}

/** What a {@link CoreLane} works with. */
export interface LaneParts {
  readonly lane: number;
  readonly board: Switchboard;
  /** Starts a thread with a mark. */
  readonly start: (lane: number, mark: number) => CoreThread;
  /** Called when a worker has died, and is started again. */
  readonly died: (death: WorkerDeath) => void;
}

/** Sees to it that a lane has a worker: starts it, starts it again when it has died, replaces it. */
export class CoreLane {
  readonly #parts: LaneParts;
  readonly #delay = new RestartDelay();
  /** Those that do not serve yet. */
  readonly #begun = new Set<CoreThread>();
  /** Takes strangers. */
  #current: CoreThread | undefined;
  #openedAt = 0;
  #replacing: Promise<void> | undefined;
  /** Whether another one is about to take the place of the present one. */
  #succeeding = false;
  #restart: NodeJS.Timeout | undefined;
  #deaths = 0;
  #closed = false;
  /** Before when nobody is bound: see `CORE_RESTART_MS`. */
  #quietUntil = -Infinity;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  /** Workers that have died here. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Whether somebody takes strangers. */
  get serving(): boolean {
    return this.#current !== undefined && !this.#begun.has(this.#current);
  }

  /** Starts a worker. @throws RpcError `UNAVAILABLE` if it ends before it serves */
  async start(): Promise<void> {
    await this.#open(await this.#begin());
  }

  /** Puts a fresh worker in the place of the present one, which finishes what it has. @throws RpcError as `start` */
  replace(leave: LeaveOptions): Promise<void> {
    this.#replacing ??= this.#replace(leave).finally(() => (this.#replacing = undefined));
    return this.#replacing;
  }

  /** Closes the endpoint of every worker here, and waits until they have ended. */
  async close(leave: LeaveOptions): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    const { board, lane } = this.#parts;
    const threads = [...board.threads.values()].filter(({ mark }) => mark % board.table.lanes === lane);
    await Promise.all(threads.map((thread) => (this.#begun.has(thread) ? thread.terminate() : letGo(thread, leave))));
  }

  /** Starts a thread, and waits until its script asks to be bound. */
  async #begin(): Promise<CoreThread> {
    const { lane, board, start } = this.#parts;
    const mark = board.table.seat(lane);
    let thread: CoreThread;
    try {
      thread = start(lane, mark);
    } catch (error) {
      board.table.left(mark);
      throw error;
    }
    board.threads.set(mark, thread);
    this.#begun.add(thread);
    void thread.ended.then((ending) => this.#ended(thread, ending));
    await thread.reached('waiting');
    return thread;
  }

  /** Has a thread serve, when nothing is under way any more that one before it has had. */
  async #open(thread: CoreThread): Promise<void> {
    const quietMs = this.#quietUntil - performance.now();
    if (quietMs > 0) await new Promise((resolve) => setTimeout(resolve, quietMs));
    if (this.#closed) throw new RpcError('CLOSED', 'The port was closed before the worker served.');
    this.#current = thread;
    // What comes before it is bound waits in its ring.
    this.#parts.board.table.opened(thread.mark);
    thread.say({ kind: 'open' });
    try {
      await thread.reached('bound');
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
    this.#begun.delete(thread);
    this.#openedAt = performance.now();
  }

  async #replace(leave: LeaveOptions): Promise<void> {
    const old = this.#current;
    // One that has died is being replaced already.
    if (old === undefined || this.#begun.has(old) || this.#closed) return;
    this.#succeeding = true;
    try {
      const fresh = await this.#begin();
      await retiring(old, leave);
      this.#parts.board.table.retired(old.mark);
      this.#current = undefined;
      await this.#open(fresh);
    } finally {
      this.#succeeding = false;
      if (this.#current === undefined) this.#startAgain(CORE_RESTART_MS);
    }
    await letGo(old, leave);
  }

  /** A thread has ended: wanted or not. */
  #ended(thread: CoreThread, ending: ThreadEnding): void {
    const { board } = this.#parts;
    board.threads.delete(thread.mark);
    board.table.left(thread.mark);
    // Whoever waits for one that has never served hears of it.
    if (this.#begun.delete(thread) || thread !== this.#current) return;
    this.#current = undefined;
    if (this.#closed) return;
    this.#quietUntil = performance.now() + CORE_RESTART_MS;
    const restartMs = this.#delay.afterDeath(performance.now() - this.#openedAt);
    if (!this.#succeeding) this.#startAgain(restartMs);
    this.#tellDeath(ending, restartMs);
  }

  #startAgain(restartMs: number): void {
    if (this.#closed) return;
    const again = (): void => {
      this.start().catch((error: unknown) => {
        if (this.#closed) return;
        const nextMs = this.#delay.afterDeath(0);
        this.#startAgain(nextMs);
        this.#tellDeath({ exitCode: 1, error }, nextMs);
      });
    };
    // A script takes its time to start. What makes it wait longer is the quiet time.
    this.#restart = setTimeout(again, restartMs - CORE_RESTART_MS);
  }

  #tellDeath(ending: ThreadEnding, restartMs: number): void {
    this.#deaths += 1;
    this.#parts.died({ ...ending, worker: this.#parts.lane, restartMs });
  }
}

/** Has a thread take no more strangers, or end if it does not hear. */
async function retiring(thread: CoreThread, { drainMs }: LeaveOptions): Promise<void> {
  thread.say({ kind: 'retire' });
  const timer = setTimeout(() => void thread.terminate(), drainMs);
  await thread.reached('retired').catch(() => undefined);
  clearTimeout(timer);
}

/** Asks a thread to go, and ends it if it does not. */
async function letGo(thread: CoreThread, leave: LeaveOptions): Promise<void> {
  thread.say({ kind: 'leave', ...leave });
  const timer = setTimeout(() => void thread.terminate(), leave.drainMs + leave.graceMs + CORE_EXIT_MS);
  await Promise.race([thread.reached('left').catch(() => undefined), thread.ended]);
  clearTimeout(timer);
  // Its script may have more to finish, but not for ever.
  const exit = setTimeout(() => void thread.terminate(), CORE_EXIT_MS);
  await thread.ended;
  clearTimeout(exit);
}
