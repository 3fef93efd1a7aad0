import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { barChart, type Bar, type Chart } from './chart';
import { both } from './parts/both';
import { bulk } from './parts/bulk';
import { fairness } from './parts/fairness';
import { small } from './parts/small';
import type { Report } from './report';
import { figure, markdownTable, type Columns } from './table';

const ROOT = join(__dirname, '../../..');
const DOCUMENT = join(ROOT, 'docs/performance.md');
const CHARTED = { message: '8 MiB argument', perSecond: 100 };

/** Puts the figures of a run into `docs/performance.md`, in the place of the last ones, and draws its charts. */
export function writeDocuments(report: Report): void {
  writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8'), tablesOf(report)));
  writeFileSync(join(ROOT, 'docs/images/network-bulk.svg'), barChart(bulkChart(report), figure));
  writeFileSync(join(ROOT, 'docs/images/network-small-calls.svg'), barChart(smallChart(report), figure));
  execFileSync('npx', ['prettier', '--log-level', 'warn', '--write', DOCUMENT], { cwd: ROOT, stdio: 'inherit' });
}

/** What stands between `<!-- network: NAME -->` and `<!-- network: end -->`, for each name. */
export function withTables(document: string, tables: Readonly<Record<string, string>>): string {
  return document.replaceAll(
    /(<!-- network: (\w+) -->\n)[^]*?(<!-- network: end -->)/g,
    (whole, begin: string, name: string, end: string) =>
      tables[name] === undefined ? whole : `${begin}\n${tables[name]}\n\n${end}`,
  );
}

/** One table for each part of which there are figures. */
export function tablesOf(report: Report): Record<string, string> {
  return {
    ...tableOf('bulk', report.bulk, {
      link: ({ link }) => link,
      message: ({ message }) => message,
      ...bulk.columns,
    }),
    ...tableOf('small', report.small, {
      'link': ({ link }) => link,
      'calls/s': ({ perSecond }) => String(perSecond),
      ...small.columns,
    }),
    ...tableOf('both', report.both, { link: ({ link }) => link, ...both.columns }),
    ...tableOf('fairness', report.fairness, { link: ({ link }) => link, ...fairness.columns }),
  };
}

function tableOf<Row>(name: string, rows: readonly Row[], columns: Columns<Row>): Record<string, string> {
  return rows.length === 0 ? {} : { [name]: markdownTable(rows, columns) };
}

function bulkChart({ bulk: rows }: Report): Chart {
  const charted = rows.filter(({ message }) => message === CHARTED.message);
  return {
    title: `${CHARTED.message}, the third on its connection`,
    unit: 'MB/s',
    groups: groupsOf(charted, ({ thirdMbPerSecond }) => thirdMbPerSecond),
  };
}

function smallChart({ small: rows }: Report): Chart {
  const charted = rows.filter(({ perSecond }) => perSecond === CHARTED.perSecond);
  return {
    title: `${CHARTED.perSecond} small calls a second, 99th percentile`,
    unit: 'ms',
    groups: groupsOf(charted, ({ p99Ms }) => p99Ms),
  };
}

/** A group for each link, in the order in which they were measured. */
function groupsOf<Row extends { readonly link: string; readonly subject: string }>(
  rows: readonly Row[],
  valueOf: (row: Row) => number | undefined,
): Chart['groups'] {
  return [...new Set(rows.map(({ link }) => link))].map((name) => {
    const bars = rows
      .filter(({ link }) => link === name)
      .map((row): Bar => ({ name: row.subject, value: valueOf(row), own: row.subject.startsWith('rpcudp') }));
    return { name, bars };
  });
}
