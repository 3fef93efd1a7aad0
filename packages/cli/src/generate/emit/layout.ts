/**
 * Text that knows where it may break. What fits in a line stays in one, what does not is broken at its outermost group
 * first: the rules of prettier, so that generated files pass a formatter's check without depending on one.
 */
export type Layout =
  | string
  | readonly Layout[]
  | { readonly kind: 'line'; readonly flat: string; readonly hard: boolean }
  | { readonly kind: 'indent'; readonly content: Layout }
  | { readonly kind: 'group'; readonly content: Layout; readonly broken: boolean }
  | { readonly kind: 'if-broken'; readonly text: string };

const COLUMNS_MAX = 120;
const INDENT = '  ';

/** A space, or a line break where the group is broken. */
export const line: Layout = { kind: 'line', flat: ' ', hard: false };
/** Nothing, or a line break where the group is broken. */
export const softLine: Layout = { kind: 'line', flat: '', hard: false };
/** Always a line break; it breaks every group around it. */
export const hardLine: Layout = { kind: 'line', flat: '', hard: true };

export function indent(content: Layout): Layout {
  return { kind: 'indent', content };
}

/** In one line if it fits, otherwise broken at all of its own lines. */
export function group(content: Layout): Layout {
  return { kind: 'group', content, broken: hasHardLine(content) };
}

/** Text that stands only where the group is broken, such as a trailing comma. */
export function ifBroken(text: string): Layout {
  return { kind: 'if-broken', text };
}

export function join(separator: Layout, parts: readonly Layout[]): Layout {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}

/** Brackets around a list that breaks into one item a line; `end` closes the last item where it is broken. */
export function list(open: string, items: readonly Layout[], close: string, end: string): Layout {
  if (items.length === 0) return open + close;
  return group([open, indent([softLine, join([',', line], items), ifBroken(end)]), softLine, close]);
}

/** Whether a text fits a line that it begins. */
export function fitsLine(text: string): boolean {
  return text.length <= COLUMNS_MAX;
}

function hasHardLine(layout: Layout): boolean {
  if (typeof layout === 'string') return false;
  if (isList(layout)) return layout.some(hasHardLine);
  if (layout.kind === 'line') return layout.hard;
  return layout.kind !== 'if-broken' && hasHardLine(layout.content);
}

interface Pending {
  readonly layout: Layout;
  readonly depth: number;
  readonly broken: boolean;
}

/** Prints a layout; the outermost level is broken. */
export function print(layout: Layout): string {
  return new Printer().print(layout);
}

/** Prints a layout in one line, however long. @throws Error if it holds a line break that must be one. */
export function printFlat(layout: Layout): string {
  if (typeof layout === 'string') return layout;
  if (isList(layout)) return layout.map(printFlat).join('');
  if (layout.kind === 'if-broken') return '';
  if (layout.kind !== 'line') return printFlat(layout.content);
  if (layout.hard) throw new Error('A hard line break cannot be printed flat.');
  return layout.flat;
}

class Printer {
  #text = '';
  #column = 0;
  /** What is still to be printed, the next one last. */
  readonly #pending: Pending[] = [];

  print(layout: Layout): string {
    this.#pending.push({ layout, depth: 0, broken: true });
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) this.#step(next);
    return this.#text;
  }

  #step({ layout, depth, broken }: Pending): void {
    if (typeof layout === 'string') return this.#write(layout);
    if (isList(layout)) {
      for (let index = layout.length - 1; index >= 0; index -= 1)
        this.#pending.push({ layout: layout[index]!, depth, broken });
      return;
    }
    switch (layout.kind) {
      case 'line':
        return broken || layout.hard ? this.#break(depth) : this.#write(layout.flat);
      case 'indent':
        this.#pending.push({ layout: layout.content, depth: depth + 1, broken });
        return;
      case 'group':
        this.#pending.push({ layout: layout.content, depth, broken: layout.broken || !this.#fits(layout.content) });
        return;
      case 'if-broken':
        if (broken) this.#write(layout.text);
    }
  }

  #write(text: string): void {
    this.#text += text;
    this.#column += text.length;
  }

  #break(depth: number): void {
    const margin = INDENT.repeat(depth);
    // No line ends in a space.
    if (this.#text.endsWith(' ')) this.#text = this.#text.replace(/ +$/, '');
    this.#text += `\n${margin}`;
    this.#column = margin.length;
  }

  /** Whether a group fits flat, together with what follows it up to the next line break. */
  #fits(content: Layout): boolean {
    let room = COLUMNS_MAX - this.#column;
    const ahead: Pending[] = [...this.#pending, { layout: content, depth: 0, broken: false }];
    for (let next = ahead.pop(); next !== undefined && room >= 0; next = ahead.pop()) {
      const { layout, broken } = next;
      if (typeof layout === 'string') room -= layout.length;
      else if (isList(layout)) ahead.push(...layout.map((part) => ({ ...next, layout: part })).reverse());
      else if (layout.kind === 'line') {
        if (broken || layout.hard) return true;
        room -= layout.flat.length;
      } else if (layout.kind === 'if-broken') room -= broken ? layout.text.length : 0;
      else ahead.push({ ...next, layout: layout.content, broken: layout.kind === 'group' ? isForced(layout) : broken });
    }
    return room >= 0;
  }
}

/** What follows a group is measured flat, unless it has to break. */
function isForced(layout: Layout): boolean {
  return typeof layout === 'object' && 'broken' in layout && layout.broken;
}

function isList(layout: Layout): layout is readonly Layout[] {
  return Array.isArray(layout);
}
