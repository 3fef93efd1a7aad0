import { readFileSync, writeFileSync } from 'node:fs';
import type { BothRow } from './parts/both';
import type { BulkRow } from './parts/bulk';
import type { FairnessRow } from './parts/fairness';
import type { SmallRow } from './parts/small';

/** All figures of a run, those of each part that had something to measure. */
export interface Report {
  readonly node: string;
  readonly bulk: readonly BulkRow[];
  readonly small: readonly SmallRow[];
  readonly both: readonly BothRow[];
  readonly fairness: readonly FairnessRow[];
}

export function saveReport(file: string, report: Report): void {
  // JSON has no infinity, which stands for what never came: that is left out, as what there is not.
  const text = JSON.stringify(report, (_name, value: unknown) => (value === Infinity ? undefined : value), 2);
  writeFileSync(file, `${text}\n`);
}

/** Puts runs together that were saved one by one. */
export function loadReports(files: readonly string[]): Report {
  const reports = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
  return {
    node: [...new Set(reports.map(({ node }) => node))].join(', '),
    bulk: reports.flatMap(({ bulk }) => bulk),
    small: reports.flatMap(({ small }) => small),
    both: reports.flatMap(({ both }) => both),
    fairness: reports.flatMap(({ fairness }) => fairness),
  };
}
