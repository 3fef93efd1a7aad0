/** A table's columns: what stands above each, and how a row's figure is written. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string>>;

/** Lines up what rows say, the first column to the left and figures to the right. */
export function textTable<Row>(rows: readonly Row[], columns: Columns<Row>): string {
  const cells = cellsOf(rows, columns);
  const widths = Object.keys(columns).map((_, at) => Math.max(...cells.map((line) => line[at]!.length)));
  const isText = widths.map((_, at) => cells.slice(1).some((line) => !/^[\d.,–-]*$/.test(line[at]!)));
  return cells
    .map((line) =>
      line.map((cell, at) => (isText[at] ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    )
    .join('\n');
}

/** The same for documents. */
export function markdownTable<Row>(rows: readonly Row[], columns: Columns<Row>): string {
  const [head, ...body] = cellsOf(rows, columns);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head!), line(head!.map(() => '---')), ...body.map(line)].join('\n');
}

/** With as many digits as say something: `0.36`, `4.1`, `117`, and `–` for what there is not. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value >= 100 || value === 0) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}

function cellsOf<Row>(rows: readonly Row[], columns: Columns<Row>): string[][] {
  return [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))];
}
