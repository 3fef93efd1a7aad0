import type { InspectionUpdate } from '@rpcudp/core/inspection';
import { fromJson } from '../shared/json-values.js';
import type { Overview, ShownFailure, WatchLine } from '../shared/messages.js';
import { ask, askForLines, CommandRefused } from './client.js';
import { byId } from './dom.js';
import { EndpointView } from './endpoint-view.js';
import { History, type MadeCall } from './history.js';
import { MethodForm } from './method-form.js';
import { PacketsView } from './packets-view.js';
import { nameOf, ServicesList, type Chosen } from './services-list.js';

/** How long after it was lost the endpoint is asked again. */
const RETRY_MS = 1_000;

const VIEWS = ['call', 'peers', 'calls', 'packets'] as const;

/** The whole page. */
class Page {
  readonly #history = new History((call) => this.#repeat(call));
  readonly #list = new ServicesList((chosen) => this.#choose(chosen));
  readonly #endpoint = new EndpointView();
  #form: MethodForm | undefined;
  /** What was served last, to tell whether it has changed. */
  #served = '';

  begin(): void {
    byId('services').replaceWith(this.#list.element);
    byId('history').replaceWith(this.#history.element);
    byId('peers').append(this.#endpoint.peersElement);
    byId('calls').append(this.#endpoint.callsElement);
    byId('packets').append(new PacketsView().element);
    for (const view of VIEWS) byId(`show-${view}`).addEventListener('click', () => this.#show(view));
    void this.#follow();
  }

  /** Goes on as long as the page is there, whatever becomes of the endpoint. */
  async #follow(): Promise<void> {
    for (;;) {
      try {
        if (await this.#overview()) await this.#watch();
      } catch (error) {
        if (error instanceof CommandRefused) return status(error.message, 'lost');
        status('The inspector has ended. Start it again, and open what it prints.', 'lost');
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #overview(): Promise<boolean> {
    const overview = await ask<Overview | { readonly failure: ShownFailure }>('/api/overview');
    if ('failure' in overview) {
      status(`${overview.failure.message} Trying again.`, 'lost');
      return false;
    }
    const { address, encrypted, services } = overview;
    byId('address').textContent = `${address}${encrypted ? ', encrypted' : ''}`;
    document.title = `${address} - rpcudp`;
    status('connected', 'connected');
    const served = JSON.stringify(services);
    // A form that somebody fills in stays as it is.
    if (served !== this.#served) this.#list.show(services);
    this.#served = served;
    if (this.#form === undefined) this.#chooseFirst(services[0]?.name);
    return true;
  }

  async #watch(): Promise<void> {
    const ended = new AbortController();
    for await (const line of askForLines<WatchLine>('/api/watch', null, ended.signal)) {
      if ('update' in line) {
        status('connected', 'connected');
        note('');
        this.#endpoint.show(fromJson(line.update) as InspectionUpdate);
      } else if (line.failure.code === 'UNIMPLEMENTED') {
        note(line.failure.message);
        // It is there all the same, and looked after less often.
        await new Promise((resolve) => setTimeout(resolve, 5 * RETRY_MS));
      } else {
        status(`${line.failure.message} Trying again.`, 'lost');
      }
    }
  }

  #chooseFirst(service: string | undefined): void {
    const first = document.querySelector<HTMLButtonElement>('nav button[data-method]');
    const chosen = service === undefined ? undefined : this.#list.find(first?.dataset.method ?? '');
    if (chosen !== undefined) this.#choose(chosen);
  }

  #choose(chosen: Chosen): MethodForm {
    this.#form?.leave();
    const form = (this.#form = new MethodForm(chosen.service, chosen.method, this.#history));
    byId('method').replaceChildren(form.element);
    this.#list.mark(nameOf(chosen));
    this.#show('call');
    return form;
  }

  #repeat({ name, request }: MadeCall): void {
    const chosen = this.#list.find(name);
    if (chosen === undefined) return status(`${name} is not served any more.`, 'lost');
    const form = this.#form?.name === name ? this.#form : this.#choose(chosen);
    void form.repeat(request);
  }

  #show(shown: (typeof VIEWS)[number]): void {
    for (const view of VIEWS) {
      byId(view).hidden = view !== shown;
      byId(`show-${view}`).setAttribute('aria-pressed', String(view === shown));
    }
  }
}

function status(text: string, state: 'connected' | 'lost'): void {
  const shown = byId('status');
  if (shown.textContent !== text) shown.textContent = text;
  shown.className = state;
}

/** What keeps figures from being shown. */
function note(text: string): void {
  for (const each of document.querySelectorAll('.note')) each.textContent = text;
}

new Page().begin();
