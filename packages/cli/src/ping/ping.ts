import { setTimeout as delay } from 'node:timers/promises';
import type { WireName } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { outcome, connect, type Connection } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure, misuse } from '../failure.js';
import { parseMethodName, untypedMethod } from '../method-name.js';
import { print } from '../output/print.js';
import { isSecured, type SecurityChoice } from '../security.js';
import type { SharedOptions } from '../shared-options.js';
import { PingReport } from './ping-report.js';
import { PingStatistics } from './statistics.js';

export interface PingOptions extends SharedOptions, SecurityChoice {
  readonly count?: number;
  readonly interval: number;
  readonly timeout: number;
  readonly method?: string;
  readonly wire: WireName;
}

/** What every native endpoint can be asked: with reflection it answers, without it says so. */
const ABOUT = 'rpcudp.Reflection.about';

/** Pings until the count is reached or Ctrl-C was pressed, and sums up. */
export async function ping(address: string, options: PingOptions): Promise<void> {
  const { wire, json } = options;
  const name = methodFor(options);
  const report = new PingReport(address, options.timeout, json === true);
  await using connection = await connect({ address, wire, security: options });
  const method = untypedMethod(parseMethodName(name, wire), { delivery: 'best-effort' });
  const run = new PingRun(connection, method, options, report);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  // Once: whoever presses Ctrl-C twice does not want the summary.
  process.once('SIGINT', interrupt);
  try {
    print(report.heading(name, wire, isSecured(options)));
    await run.toTheEnd(interrupted.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
  const { summary } = run.statistics;
  print(report.summary(summary));
  process.exitCode = summary.received > 0 ? ExitCode.answered : ExitCode.silence;
}

function methodFor({ method, wire }: PingOptions): string {
  if (method !== undefined) return method;
  if (wire === 'native') return ABOUT;
  throw misuse('On the rpcudp wire a peer cannot say no, so name what to call: --method ping, or another that it has.');
}

class PingRun {
  readonly statistics = new PingStatistics();
  readonly #connection: Connection;
  readonly #method: MethodContract;
  readonly #options: PingOptions;
  readonly #report: PingReport;

  constructor(connection: Connection, method: MethodContract, options: PingOptions, report: PingReport) {
    this.#connection = connection;
    this.#method = method;
    this.#options = options;
    this.#report = report;
  }

  /** Starts a ping with every interval, whether those before it were answered or not. */
  async toTheEnd(interrupted: AbortSignal): Promise<void> {
    const { count = Infinity, interval } = this.#options;
    const failed = new AbortController();
    const signal = AbortSignal.any([interrupted, failed.signal]);
    const waiting = new Set<Promise<void>>();
    for (let seq = 1; seq <= count && !signal.aborted; seq += 1) {
      const one = this.#once(seq, signal)
        .catch((error: unknown) => failed.abort(error))
        .finally(() => waiting.delete(one));
      waiting.add(one);
      if (seq < count) await pause(interval, signal);
    }
    await Promise.all(waiting);
    if (failed.signal.aborted) throw failed.signal.reason;
  }

  /** @throws CommandFailure if the first ping could not even be sent, or the peer has other keys: so it is for all. */
  async #once(seq: number, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    this.statistics.addSent();
    try {
      const options = { timeoutMs: this.#options.timeout, signal };
      const call = this.#connection.channel.call(this.#method, [], options);
      const reply = await outcome(this.#connection, call);
      if (!reply.received) return print(this.#report.lost(seq));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CommandFailure)) throw error;
      // Whoever says no is there.
      if (!saidNo(error)) return this.#unsent(seq, error);
    }
    const ms = performance.now() - started;
    this.statistics.addAnswer(ms);
    print(this.#report.answered(seq, ms));
  }

  #unsent(seq: number, error: CommandFailure): void {
    if (seq === 1 && (error.fields.executed === 'no' || hasOtherKeys(error))) throw error;
    print(this.#report.failed(seq, error.message));
  }
}

function saidNo(failure: CommandFailure): boolean {
  return failure.exitCode === ExitCode.refused && !hasOtherKeys(failure);
}

function hasOtherKeys({ fields }: CommandFailure): boolean {
  return fields.code === 'UNAUTHENTICATED';
}

/** Waits, but not after the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
