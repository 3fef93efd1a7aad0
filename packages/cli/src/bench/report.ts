import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';
import type { Bucket } from './buckets.js';
import type { Load } from './load.js';
import type { Latencies } from './tally.js';

/** What was measured, and on what. */
export interface BenchSubject {
  readonly address: string;
  readonly method: string;
  readonly wire: string;
  readonly encrypted: boolean;
  readonly delivery: string;
}

/** What came of it. */
export interface BenchResult extends BenchSubject {
  readonly inFlight: number;
  readonly rate: number | undefined;
  /** Without the warm-up, and less than was asked for if it was interrupted. */
  readonly measuredMs: number;
  readonly callsPerSecond: number;
  readonly answered: number;
  readonly silent: number;
  readonly failed: number;
  /** Calls of a fixed rate that were due and never made. */
  readonly notMade: number;
  /** The share of calls that nobody answered, from 0 to 1. */
  readonly loss: number;
  readonly latencyMs: Latencies | undefined;
  readonly buckets: readonly Bucket[];
  readonly firstError: { readonly code: string; readonly message: string } | undefined;
}

/** Sums up a run. */
export function resultOf(load: Load, subject: BenchSubject): BenchResult {
  const { tally, options } = load;
  const measuredMs = Math.max(0, load.measuredMs);
  const { firstError } = tally;
  return {
    ...subject,
    inFlight: options.inFlight,
    rate: options.rate,
    measuredMs: Math.round(measuredMs),
    callsPerSecond: measuredMs > 0 ? Math.round((tally.answeredInTime * 1000) / measuredMs) : 0,
    answered: tally.answered,
    silent: tally.silent,
    failed: tally.failed,
    notMade: load.notMade,
    loss: tally.loss,
    latencyMs: tally.latencies(),
    buckets: tally.buckets(),
    firstError: firstError === undefined ? undefined : { code: firstError.code, message: firstError.message },
  };
}

const BAR_CHARACTERS = 40;

/** A result for people. */
export function reportLines(result: BenchResult, palette: Palette): string[] {
  const { rate, inFlight, delivery } = result;
  const wire = `${result.wire} wire${result.encrypted ? ', encrypted' : ''}`;
  const pace =
    rate === undefined ? `${inFlight} in flight` : `${group(rate)} calls/s, at most ${group(inFlight)} in flight`;
  const seconds = (result.measuredMs / 1000).toFixed(1);
  return [
    palette.bold(printable(`${result.address} ${result.method}`)),
    palette.dim(`${wire}, ${delivery}, ${pace}, measured for ${seconds} s`),
    '',
    `throughput  ${group(result.callsPerSecond)} calls/s`,
    `answered    ${group(result.answered)}`,
    `silent      ${group(result.silent)} (${(100 * result.loss).toFixed(2)} % lost)`,
    `failed      ${group(result.failed)}`,
    ...(result.notMade > 0
      ? [`not made    ${group(result.notMade)} were due while as many as may be were in flight`]
      : []),
    ...(result.firstError === undefined ? [] : [`first error ${errorText(result.firstError)}`]),
    ...latencyLines(result, palette),
  ];
}

function errorText({ code, message }: NonNullable<BenchResult['firstError']>): string {
  return printable(`${code}: ${message}`);
}

function latencyLines({ latencyMs, buckets }: BenchResult, palette: Palette): string[] {
  if (latencyMs === undefined) return [];
  const { p50, p90, p99, p99_9, max } = latencyMs;
  const points = Object.entries({ p50, p90, p99, 'p99.9': p99_9, max });
  const texts = points.map(([name, value]) => `${palette.dim(name)} ${millis(value)}`);
  return ['', `latency     ${texts.join('  ')}`, '', ...chartLines(buckets, palette)];
}

/** One bar for each bucket; the longest belongs to the fullest. Every bucket with a call in it shows something. */
function chartLines(buckets: readonly Bucket[], palette: Palette): string[] {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(...buckets.map(({ count }) => count));
  const ranges = buckets.map(({ fromMs, toMs }) => `${bound(fromMs)} - ${bound(toMs)} ms`);
  const width = Math.max(...ranges.map(({ length }) => length));
  return buckets.map(({ count }, index) => {
    const bar = count === 0 ? '' : '█'.repeat(Math.max(1, Math.round((BAR_CHARACTERS * count) / most)));
    const share = `${((100 * count) / total).toFixed(1)} %`.padStart(7);
    return `${ranges[index]!.padStart(width)}  ${share}  ${palette.cyan(bar)}`.trimEnd();
  });
}

/** A bound of a bucket, which is a round number. */
function bound(ms: number): string {
  return ms === Infinity ? '∞' : String(Number(ms.toPrecision(3)));
}

/** Three digits that count, and the unit. */
export function millis(ms: number): string {
  const digits = ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 1 ? 2 : 3;
  return `${ms.toFixed(digits)} ms`;
}

/** A whole number with commas between thousands. */
export function group(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
