import { lineOf } from '../shared/json-text.js';
import type { CallRequest } from '../shared/messages.js';
import { button, cells, element, table } from './dom.js';
import { clockTime, milliseconds } from './figures.js';

/** A call that was made from this page. */
export interface MadeCall {
  readonly request: CallRequest;
  readonly name: string;
  readonly ms: number;
  readonly outcome: string;
}

/** In memory alone, for arguments may be secret. */
const CALLS_MAX = 100;
const ARGUMENT_CHARACTERS_MAX = 100;

/** What was called from this page, newest first. */
export class History {
  readonly element: HTMLElement;
  readonly #rows: HTMLTableSectionElement;
  readonly #repeat: (call: MadeCall) => void;

  constructor(repeat: (call: MadeCall) => void) {
    this.#repeat = repeat;
    const calls = table('history', ['at', 'method', 'arguments', 'outcome', 'ms', '']);
    this.#rows = calls.tBodies[0]!;
    this.element = element(
      'section',
      { 'class': 'history', 'aria-label': 'history' },
      element('h3', {}, 'History'),
      calls,
    );
  }

  add(call: MadeCall): void {
    const args = call.request.args.map((arg) => lineOf(arg, ARGUMENT_CHARACTERS_MAX)).join(', ');
    const again = button('Repeat', () => this.#repeat(call), { 'aria-label': `Repeat ${call.name}` });
    this.#rows.prepend(
      cells(clockTime(Date.now()), call.name, element('code', {}, args), call.outcome, milliseconds(call.ms), again),
    );
    if (this.#rows.rows.length > CALLS_MAX) this.#rows.deleteRow(-1);
  }
}
