import type { WireName } from '@rpcudp/core';
import { paletteFor } from '../output/palette.js';
import { printable } from '../output/printable.js';
import { jsonOf } from '../output/values.js';
import { milliseconds, type PingSummary } from './statistics.js';

/** The lines of a run of pings: for people as the ping of every system prints them, for programs one JSON object each. */
export class PingReport {
  readonly #address: string;
  readonly #timeoutMs: number;
  readonly #json: boolean;
  readonly #colors = paletteFor(process.stdout);

  constructor(address: string, timeoutMs: number, json: boolean) {
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.#json = json;
  }

  heading(method: string, wire: WireName, encrypted: boolean): string {
    if (this.#json) return jsonOf({ address: this.#address, wire, encrypted, method });
    return `PING ${this.#address} (${method}, ${wire} wire${encrypted ? ', encrypted' : ''})`;
  }

  answered(seq: number, ms: number): string {
    if (this.#json) return jsonOf({ seq, ms: milliseconds(ms) });
    return `answer from ${this.#address}: seq=${seq} time=${ms.toFixed(3)} ms`;
  }

  lost(seq: number): string {
    if (this.#json) return jsonOf({ seq, ms: null });
    return this.#colors.yellow(`no answer from ${this.#address}: seq=${seq} within ${this.#timeoutMs} ms`);
  }

  failed(seq: number, message: string): string {
    if (this.#json) return jsonOf({ seq, ms: null, error: message });
    return this.#colors.red(`no answer from ${this.#address}: seq=${seq} ${printable(message)}`);
  }

  summary({ sent, received, lossPercent, roundTrips }: PingSummary): string {
    if (this.#json) return jsonOf({ sent, received, lossPercent, ...roundTrips });
    const counts = `--- ${this.#address} ---\n${sent} sent, ${received} received, ${lossPercent}% loss`;
    if (roundTrips === undefined) return counts;
    const times = [roundTrips.minMs, roundTrips.avgMs, roundTrips.maxMs, roundTrips.stddevMs];
    return `${counts}\nmin/avg/max/stddev = ${times.map((ms) => ms.toFixed(3)).join('/')} ms`;
  }
}
