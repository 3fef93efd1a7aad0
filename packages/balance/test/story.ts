/**
 * Five servers behind `balance`: one healthy, one slow, one silent, one restarting every second for a minute, and one leaving by `drain()`.
 * Time is that of the simulated network.
 */
import { createClient } from '@rpcudp/client';
import { RpcError } from '@rpcudp/core';
import type { Discovery, HedgeOptions } from '../src/index';
import { Cluster, ShopContract, type Server } from './cluster';
import { percentile } from './percentile';

/** What a story is told with. */
export interface StoryOptions {
  readonly seed: number;
  readonly calls: number;
  readonly hedge?: HedgeOptions;
}

/** What came of it. */
export interface Story {
  readonly calls: number;
  readonly answered: number;
  /** Calls that ended in an error or in silence, and of which it is known that they did not run. */
  readonly lost: number;
  /** Calls that may have run, and of which more is not known. */
  readonly unknown: number;
  /** Calls of a method that runs once, which ran more often. */
  readonly ranTwice: number;
  /** Calls of which it was said that they did not run, and which did. */
  readonly lies: number;
  /** Calls that had an answer, and did not run. */
  readonly madeUp: number;
  /** How long all calls took, whatever their end, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How long calls to the healthy server alone took at the same time, in milliseconds. */
  readonly healthyP99Ms: number;
  readonly moved: number;
  readonly hedged: number;
  readonly restarts: number;
  readonly calledSilent: number;
  readonly drainComplete: boolean;
}

/** The minute in which it happens. */
const STORY_MS = 60_000;

/** How long a server takes for a call, in milliseconds, and the slow one. */
const WORK_MS = 10;
const SLOW_MS = 30 * WORK_MS;

/** When the leaving one begins to drain, is named by discovery no more, and closes, in milliseconds. */
const DRAINS_AT_MS = 20_000;
const UNNAMED_AT_MS = 22_000;

const RESTART_EVERY_MS = 1_000;

/** So that each client makes about 80 calls a second, however many there are altogether. */
const CALLS_PER_CLIENT = 5_000;

/** Which server is which; the first one is healthy. */
const [SLOW, SILENT, RESTARTING, LEAVING] = [1, 2, 3, 4] as const;

class Telling {
  readonly cluster: Cluster;
  readonly #options: StoryOptions;
  readonly #times: number[] = [];
  readonly #healthyTimes: number[] = [];
  readonly #ends = new Map<string, { readonly executed: 'yes' | 'no' | 'unknown'; readonly answered: boolean }>();
  #gone: Server | undefined;
  #restarts = 0;
  #drainComplete = false;
  #unnamed: () => void = () => undefined;

  constructor(options: StoryOptions) {
    this.#options = options;
    this.cluster = new Cluster(5, { seed: options.seed, latencyMs: 5, jitterMs: 1 });
    for (const { shop } of this.cluster.servers) shop.delayMs = WORK_MS;
    this.cluster.servers[SLOW]!.shop.delayMs = SLOW_MS;
    this.cluster.network.disconnect(this.cluster.servers[SILENT]!.endpoint);
  }

  async tell(): Promise<Story> {
    const { network } = this.cluster;
    const { calls, hedge } = this.#options;
    const clients = Array.from({ length: Math.max(1, Math.round(calls / CALLS_PER_CLIENT)) }, () =>
      this.cluster.client({ targets: this.#discovery(), ...(hedge !== undefined && { hedge }) }),
    );
    const direct = this.cluster.client().endpoint.peer({ host: '10.0.0.1', port: 1234 });
    const healthy = createClient(ShopContract, direct);
    this.#schedule();
    const everyMs = STORY_MS / calls;
    for (let n = 0; n < calls; n += 1) {
      const { shop } = clients[n % clients.length]!;
      network.clock.setTimer(n * everyMs, () => {
        const runsOnce = Math.floor(n / clients.length) % 2 === 0;
        this.#follow(`${runsOnce ? 'once' : 'again'} ${n}`, (id) => (runsOnce ? shop.order(id) : shop.look(id)));
      });
      if (n % 10 === 0)
        network.clock.setTimer(n * everyMs, () => {
          const began = network.clock.now;
          void healthy.look('direct').then(() => this.#healthyTimes.push(network.clock.now - began));
        });
    }
    await network.advance(STORY_MS + 10_000);
    const stats = clients.map(({ channel }) => channel.stats());
    const total = (pick: (of: (typeof stats)[number]) => number): number =>
      stats.reduce((sum, each) => sum + pick(each), 0);
    return {
      ...this.#outcome(),
      moved: total(({ moved }) => moved),
      hedged: total(({ hedged }) => hedged),
      calledSilent: total(({ targets }) => targets[SILENT]!.calls),
      restarts: this.#restarts,
      drainComplete: this.#drainComplete,
    };
  }

  #follow(
    id: string,
    call: (id: string) => PromiseLike<{ readonly received: boolean }> & { silenceError(): RpcError | undefined },
  ): void {
    const { clock } = this.cluster.network;
    const began = clock.now;
    const made = call(id);
    const ended = (executed: 'yes' | 'no' | 'unknown', answered: boolean): void => {
      this.#times.push(clock.now - began);
      this.#ends.set(id, { executed, answered });
    };
    void made.then(
      ({ received }) => ended(received ? 'yes' : (made.silenceError()?.executed ?? 'unknown'), received),
      (error: unknown) => ended(RpcError.from(error).executed, false),
    );
  }

  #schedule(): void {
    const { network } = this.cluster;
    const restart = (): void => {
      if (network.clock.now > STORY_MS) return;
      const { shop, endpoint, address } = this.cluster.servers[RESTARTING]!;
      endpoint.crash();
      this.#restarts += 1;
      this.cluster.servers[RESTARTING] = { ...this.cluster.start(RESTARTING + 1, shop), address };
      network.clock.setTimer(RESTART_EVERY_MS, restart);
    };
    network.clock.setTimer(RESTART_EVERY_MS, restart);
    network.clock.setTimer(DRAINS_AT_MS, () => {
      this.#gone = this.cluster.servers[LEAVING];
      void this.#gone!.endpoint.drain().then(({ complete }) => (this.#drainComplete = complete));
    });
    network.clock.setTimer(UNNAMED_AT_MS, () => {
      this.#unnamed();
      void this.#gone!.endpoint.close();
    });
  }

  /** Names all, and from a moment on all but the one that has left. */
  #discovery(): Discovery {
    const { addresses } = this.cluster;
    const left = new Promise<void>((resolve) => {
      const before = this.#unnamed;
      this.#unnamed = () => {
        before();
        resolve();
      };
    });
    const targetsOf = (count: number): { address: string }[] =>
      addresses.slice(0, count).map((address) => ({ address }));
    return {
      async *watch() {
        yield targetsOf(5);
        await left;
        yield targetsOf(LEAVING);
      },
    };
  }

  #outcome(): Omit<Story, 'moved' | 'hedged' | 'restarts' | 'calledSilent' | 'drainComplete'> {
    const count = { answered: 0, lost: 0, unknown: 0, ranTwice: 0, lies: 0, madeUp: 0 };
    for (const [id, { executed, answered }] of this.#ends) {
      const runs = this.cluster.runsOf(id);
      if (answered) count.answered += 1;
      else if (executed === 'no') count.lost += 1;
      else count.unknown += 1;
      if (runs > 1 && id.startsWith('once')) count.ranTwice += 1;
      if (runs > 0 && executed === 'no') count.lies += 1;
      if (runs === 0 && answered) count.madeUp += 1;
    }
    return {
      calls: this.#ends.size,
      ...count,
      p50Ms: percentile(this.#times, 50),
      p99Ms: percentile(this.#times, 99),
      healthyP99Ms: percentile(this.#healthyTimes, 99),
    };
  }
}

/** Tells the story. */
export function tellStory(options: StoryOptions): Promise<Story> {
  return new Telling(options).tell();
}
