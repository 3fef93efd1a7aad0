import type { Json } from '../shared/json-values.js';
import { lineOf, textOf } from '../shared/json-text.js';
import type { CallAnswer, ShownFailure, StreamLine } from '../shared/messages.js';
import { button, cells, element, table } from './dom.js';
import { explained, type Explained } from './explanations.js';
import { bytes, milliseconds } from './figures.js';

/** Rows of a stream that are kept, and characters of each: a stream may never end. */
const ROWS_MAX = 500;
const ROW_CHARACTERS_MAX = 2_000;

/** What came of a call. */
export function answerView({ ms, value, argsBytes, answerBytes, failure }: CallAnswer): HTMLElement {
  const executed = failure === undefined ? 'yes' : (failure.executed ?? 'unknown');
  const size =
    argsBytes === undefined ? '' : `${bytes(argsBytes)} → ${answerBytes === undefined ? '-' : bytes(answerBytes)}`;
  return element(
    'div',
    { class: failure === undefined ? 'answer' : 'answer failed' },
    facts([
      ['executed', executed],
      ['took', `${milliseconds(ms)} ms`],
      ['size', size],
    ]),
    failure === undefined ? element('pre', { class: 'value', tabindex: '0' }, textOf(value!)) : failureView(failure),
  );
}

function facts(all: readonly (readonly [Explained, string])[]): HTMLElement {
  const items = all
    .filter(([, text]) => text !== '')
    .flatMap(([name, text]) => [element('dt', {}, explained(name)), element('dd', { 'data-figure': name }, text)]);
  return element('dl', { class: 'facts' }, ...items);
}

export function failureView({ code, message, details }: ShownFailure): HTMLElement {
  return element(
    'div',
    { class: 'failure', role: 'alert' },
    element('strong', {}, code),
    ` ${message}`,
    details === undefined ? undefined : element('pre', {}, textOf(details)),
  );
}

/** The values of a stream, as they come. */
export class StreamView {
  readonly element: HTMLElement;
  readonly #rows: HTMLTableSectionElement;
  readonly #status = element('p', { role: 'status' }, 'No value yet.');
  readonly #stop: HTMLButtonElement;
  #count = 0;

  constructor(stop: () => void) {
    const values = table('values of the stream', ['', 'after ms', 'bytes', 'value']);
    this.#rows = values.tBodies[0]!;
    this.#stop = button('Stop', stop, { class: 'stop' });
    this.element = element(
      'div',
      { class: 'answer stream' },
      this.#stop,
      this.#status,
      element('div', { 'class': 'scroll', 'tabindex': '0', 'aria-label': 'values' }, values),
    );
  }

  get stopButton(): HTMLButtonElement {
    return this.#stop;
  }

  get count(): number {
    return this.#count;
  }

  add(line: Extract<StreamLine, { value: Json }>): void {
    this.#count += 1;
    const value = element('code', {}, lineOf(line.value, ROW_CHARACTERS_MAX));
    this.#rows.prepend(cells(String(this.#count), milliseconds(line.ms), String(line.bytes), value));
    if (this.#rows.rows.length > ROWS_MAX) this.#rows.deleteRow(-1);
    this.#status.textContent = `${this.#count} values so far.`;
  }

  end(
    { missed, failure }: Extract<StreamLine, { end: true }> | { readonly missed: number; readonly failure?: undefined },
    stopped: boolean,
  ): void {
    this.#stop.disabled = true;
    const how = stopped ? 'Stopped' : failure === undefined ? 'The stream ended' : 'The stream failed';
    this.#status.textContent = `${how} after ${this.#count} values${missed > 0 ? `, ${missed} missed` : ''}.`;
    if (failure === undefined) return;
    const { executed = 'unknown' } = failure;
    this.element.append(facts([['executed', executed]]), failureView(failure));
  }
}
