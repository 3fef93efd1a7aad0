import type { RpcChannel, RpcStream } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';
import { SYSTEM_CLOCK, type LoadClock } from './load-clock.js';
import { group, type BenchSubject } from './report.js';

/** What is read, and for how long. */
export interface StreamLoadOptions {
  readonly channel: Required<Pick<RpcChannel, 'stream'>>;
  readonly method: MethodContract;
  readonly args: readonly unknown[];
  readonly timeoutMs: number;
  /** Streams that are read at once. */
  readonly streams: number;
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** What came of it. */
export interface StreamBenchResult extends BenchSubject {
  readonly streams: number;
  /** Without the warm-up, and less than was asked for if it was interrupted. */
  readonly measuredMs: number;
  readonly items: number;
  readonly itemsPerSecond: number;
  /** Of best effort: values that were overtaken or lost, those of the warm-up included. */
  readonly missed: number;
}

/** Reads streams until the time is over; one that ends is opened again. */
export class StreamLoad {
  readonly #options: StreamLoadOptions;
  readonly #clock: LoadClock;
  readonly #open = new Set<RpcStream<unknown>>();
  #measureFromMs = 0;
  #endedMs = 0;
  #ended = false;
  #items = 0;
  #missed = 0;

  constructor(options: StreamLoadOptions, clock = SYSTEM_CLOCK) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Runs to the end, or until {@link stop}. @throws RpcError of the first stream that fails */
  async run(): Promise<void> {
    const { warmupMs, durationMs, streams } = this.#options;
    this.#measureFromMs = this.#clock.now() + warmupMs;
    const stopTimer = this.#clock.setTimer(warmupMs + durationMs, () => this.stop());
    try {
      await Promise.all(Array.from({ length: streams }, () => this.#read()));
    } finally {
      stopTimer();
      this.stop();
    }
  }

  /** Ends at once. */
  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endedMs = this.#clock.now();
    for (const values of this.#open) values.cancel();
  }

  result(subject: BenchSubject): StreamBenchResult {
    const measuredMs = Math.max(0, Math.round(this.#endedMs - this.#measureFromMs));
    const itemsPerSecond = measuredMs > 0 ? Math.round((this.#items * 1000) / measuredMs) : 0;
    const { streams } = this.#options;
    return { ...subject, streams, measuredMs, items: this.#items, itemsPerSecond, missed: this.#missed };
  }

  async #read(): Promise<void> {
    const { channel, method, args, timeoutMs } = this.#options;
    while (!this.#ended) {
      const values = channel.stream(method, args, { timeoutMs });
      this.#open.add(values);
      const iterator = values[Symbol.asyncIterator]();
      while ((await iterator.next()).done !== true) if (this.#clock.now() >= this.#measureFromMs) this.#items += 1;
      this.#open.delete(values);
      this.#missed += values.missed;
    }
  }
}

/** A result for people. */
export function streamReportLines(result: StreamBenchResult, palette: Palette): string[] {
  const { wire, encrypted, delivery, streams, measuredMs, items, itemsPerSecond, missed } = result;
  const how = `${wire} wire${encrypted ? ', encrypted' : ''}, ${delivery}, ${group(streams)} at once`;
  return [
    palette.bold(printable(`${result.address} ${result.method}`)),
    palette.dim(`${how}, measured for ${(measuredMs / 1000).toFixed(1)} s`),
    '',
    `throughput  ${group(itemsPerSecond)} items/s`,
    `items       ${group(items)}`,
    ...(missed > 0 ? [`missed      ${group(missed)}`] : []),
  ];
}
