import { median } from '../statistics';

/** Bars that are compared with each other. */
export interface BarGroup {
  readonly name: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly name: string;
  /** `undefined` for what gave no figure: it has no bar, and says so. */
  readonly value: number | undefined;
  /** Drawn in the colour of this framework. */
  readonly own: boolean;
}

export interface Chart {
  readonly title: string;
  /** What the bars' values are in. */
  readonly unit: string;
  readonly groups: readonly BarGroup[];
}

const WIDTH = 760;
const NAMES_WIDTH = 170;
const FIGURES_WIDTH = 70;
const TITLE_HEIGHT = 40;
const GROUP_HEIGHT = 28;
const BAR_HEIGHT = 18;
const COLOURS = { own: '#1f6feb', other: '#9aa4b1', text: '#1f2328', background: '#ffffff' };

/** By how much the longest bar may exceed the one in the middle: beyond, it would leave the others no length. */
const LONGEST_TO_MEDIAN = 4;

/**
 * Draws lying bars on one scale that begins at zero, with their figures beside them, as an SVG of its own. A bar that is far
 * longer than most is cut, and has an arrow before its figure.
 */
export function barChart({ title, unit, groups }: Chart, write: (value: number | undefined) => string): string {
  const most = scaleMax(groups);
  const lines: string[] = [];
  let y = TITLE_HEIGHT;
  for (const { name, bars } of groups) {
    lines.push(text(10, y + 18, name, 'font-weight="600"'));
    y += GROUP_HEIGHT;
    for (const bar of bars) {
      const value = bar.value ?? 0;
      const width = most === 0 ? 0 : (Math.min(value, most) / most) * (WIDTH - NAMES_WIDTH - FIGURES_WIDTH);
      const colour = bar.own ? COLOURS.own : COLOURS.other;
      lines.push(text(NAMES_WIDTH - 8, y + 13, bar.name, 'text-anchor="end"'));
      lines.push(`<rect x="${NAMES_WIDTH}" y="${y + 2}" width="${width.toFixed(1)}" height="14" fill="${colour}"/>`);
      lines.push(text(NAMES_WIDTH + width + 6, y + 13, `${value > most ? '→ ' : ''}${write(bar.value)}`));
      y += BAR_HEIGHT;
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 12}" viewBox="0 0 ${WIDTH} ${y + 12}" ` +
      `font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${escape(title)}, ${escape(unit)}</title>`,
    `<rect width="100%" height="100%" fill="${COLOURS.background}"/>`,
    text(10, 24, `${title}, ${unit}`, 'font-size="15" font-weight="600"'),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function scaleMax(groups: readonly BarGroup[]): number {
  const values = groups.flatMap(({ bars }) => bars.flatMap(({ value }) => value ?? []));
  return values.length === 0 ? 0 : Math.min(Math.max(...values), LONGEST_TO_MEDIAN * median(values));
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" fill="${COLOURS.text}" ${attributes}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
