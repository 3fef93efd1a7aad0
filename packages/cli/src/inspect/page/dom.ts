/** Elements, made without HTML: whatever a server says can only become text. */

/** What an element is given: attributes, and `on…` functions that hear its events. */
type Properties = Readonly<Record<string, string | boolean | undefined | ((event: Event) => void)>>;
type Child = Node | string | undefined;

const SVG = 'http://www.w3.org/2000/svg';

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), properties, children);
}

export function drawing<K extends keyof SVGElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

function filled<E extends Element>(made: E, properties: Properties, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(name.slice('on'.length), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A button that does something. */
export function button(text: string, pressed: () => void, properties: Properties = {}): HTMLButtonElement {
  return element('button', { type: 'button', onclick: pressed, ...properties }, text);
}

/** The element of the page with an id. */
export function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}

/** A table with its heading. */
export function table(caption: string, headings: readonly Child[], rows: readonly Node[] = []): HTMLTableElement {
  const head = element('tr', {}, ...headings.map((heading) => element('th', { scope: 'col' }, heading)));
  return element('table', { 'aria-label': caption }, element('thead', {}, head), element('tbody', {}, ...rows));
}

export function cells(...contents: readonly Child[]): HTMLTableRowElement {
  return element('tr', {}, ...contents.map((content) => element('td', {}, content)));
}
