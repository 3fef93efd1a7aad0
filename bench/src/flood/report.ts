import type { Seen } from './callers';
import type { FloodFigures } from './forger';
import type { ServerFigures } from './server';

/** Memory that a flood may make a server hold, in megabytes, beside what it held in quiet. */
const MEMORY_GROWTH_MEGABYTES_MAX = 64;
const BYTES_OUT_PER_BYTE_IN_MAX = 3;
/** How often its quiet value the 99th of a hundred calls of a peer that is known may take. */
const P99_RATIO_MAX = 3;
const NEWCOMER_MS_MAX = 2_000;

/** What was measured while something went on. */
export interface Phase {
  readonly name: string;
  readonly seen: Seen;
  readonly before: ServerFigures;
  readonly after: ServerFigures;
}

export function report(phases: readonly Phase[], flood: FloodFigures): void {
  console.table(phases.map(rowOf));
  const { seconds, bytesIn, bytesOut, mostBytesOutPerByteIn } = flood;
  console.log(`The flood took ${seconds.toFixed(1)} s. ${megabytes(bytesIn)} MB came from forged sources, and`);
  console.log(`${megabytes(bytesOut)} MB went there: at most ${mostBytesOutPerByteIn.toFixed(2)} bytes for one.`);
}

function rowOf({ name, seen, before, after }: Phase): object {
  const { latenciesMs, unanswered, newcomersMs } = seen;
  return {
    'while': name,
    'calls': latenciesMs.length,
    'unanswered': unanswered,
    'p50 ms': rounded(share(latenciesMs, 0.5)),
    'p99 ms': rounded(share(latenciesMs, 0.99)),
    'newcomers in/out': `${newcomersMs.inside.length}/${newcomersMs.outside.length}`,
    'slowest ms': `${rounded(Math.max(...newcomersMs.inside))}/${rounded(Math.max(...newcomersMs.outside))}`,
    'MB before': rounded(before.rssBytes / 1e6),
    'MB peak': rounded(after.peakRssBytes / 1e6),
    'MB after': rounded(after.rssBytes / 1e6),
    'associations': after.associations,
    'retries': after.retries - before.retries,
    'ran': after.runs - before.runs,
    'cpu s': rounded((after.processorMicros - before.processorMicros) / 1e6),
  };
}

/** What is not as it should be, in words. */
export function faultsOf([quiet, , flooded]: readonly Phase[], flood: FloodFigures): string[] {
  const faults: string[] = [];
  const growth = (flooded!.after.peakRssBytes - quiet!.before.rssBytes) / 1e6;
  if (growth > MEMORY_GROWTH_MEGABYTES_MAX)
    faults.push(`The server took ${growth.toFixed(1)} MB more; it may take ${MEMORY_GROWTH_MEGABYTES_MAX}.`);
  if (flood.mostBytesOutPerByteIn > BYTES_OUT_PER_BYTE_IN_MAX)
    faults.push(`A forged source was sent more than ${BYTES_OUT_PER_BYTE_IN_MAX} bytes for each that came from there.`);
  const [quietMs, floodedMs] = [quiet!, flooded!].map(({ seen }) => share(seen.latenciesMs, 0.99));
  if (floodedMs! > P99_RATIO_MAX * quietMs!)
    faults.push(
      `99 % of calls took up to ${rounded(floodedMs!)} ms, more than ${P99_RATIO_MAX} × ${rounded(quietMs!)}.`,
    );
  if (flooded!.seen.unanswered > 0) faults.push(`${flooded!.seen.unanswered} calls of a known peer were not answered.`);
  for (const [where, times] of Object.entries(flooded!.seen.newcomersMs)) {
    const late = times.filter((ms) => ms > NEWCOMER_MS_MAX);
    if (late.length > 0)
      faults.push(`${late.length} newcomers from ${where} the flooded networks took over ${NEWCOMER_MS_MAX} ms.`);
  }
  return faults;
}

function share(ascending: readonly number[], part: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(part * ascending.length))] ?? Infinity;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
