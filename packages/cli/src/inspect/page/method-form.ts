import type { Json } from '../shared/json-values.js';
import type {
  CallAnswer,
  CallRequest,
  ShownMethod,
  ShownParameter,
  ShownService,
  StreamLine,
} from '../shared/messages.js';
import { parseType, type FormType } from '../shared/type-text.js';
import { answerView, failureView, StreamView } from './answers.js';
import { ask, askForLines } from './client.js';
import { mayRun } from './confirmation.js';
import { element } from './dom.js';
import { explained } from './explanations.js';
import { FieldError, fieldFor, optionalField, type Field } from './fields.js';
import type { History } from './history.js';

const TIMEOUT_MS = 5_000;

/** A method that is looked at: its form, and what came of its last call. */
export class MethodForm {
  readonly element: HTMLElement;
  readonly name: string;
  readonly #service: ShownService;
  readonly #method: ShownMethod;
  readonly #history: History;
  readonly #fields: readonly (readonly [ShownParameter, Field])[];
  readonly #timeout: HTMLInputElement;
  readonly #answer = element('section', { 'id': 'answer', 'aria-label': 'answer', 'aria-live': 'polite' });
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  #running: AbortController | undefined;

  constructor(service: ShownService, method: ShownMethod, history: History) {
    this.name = `${service.name}.${method.name}`;
    this.#service = service;
    this.#method = method;
    this.#history = history;
    this.#fields = method.parameters.map((parameter) => [parameter, fieldOf(parameter)]);
    this.#timeout = element('input', {
      'aria-label': 'timeout in ms',
      'inputmode': 'numeric',
      'value': String(method.timeoutMs ?? TIMEOUT_MS),
    });
    this.element = element('div', {}, this.#heading(), this.#form(), this.#answer);
  }

  /** Ends what it has begun. */
  leave(): void {
    this.#running?.abort();
  }

  /** Calls again what was called before, with the same arguments. */
  async repeat(request: CallRequest): Promise<void> {
    if (await mayRun(this.name, request.delivery)) await this.#run(request);
  }

  #heading(): HTMLElement {
    const { doc, delivery, shape, stream, returns } = this.#method;
    const streams = stream === undefined ? shape : `stream (${stream})`;
    const tags = element(
      'p',
      { class: 'tags' },
      explained('delivery'),
      ` ${delivery}, ${streams}${returns === undefined ? '' : `, gives ${returns}`}`,
    );
    return element('header', {}, element('h2', {}, this.name), element('p', {}, doc ?? ''), tags);
  }

  #form(): HTMLElement {
    const rows = this.#fields.map(([{ name, type, rest, stream }, field]) => {
      const shown = `${stream === true ? 'values of ' : ''}${type}`;
      const label = element(
        'span',
        { class: 'parameter' },
        `${rest === true ? '...' : ''}${name}`,
        element('small', {}, shown),
      );
      return element('div', { class: 'row' }, label, field.element);
    });
    const call = element('button', { type: 'submit', class: 'call' }, 'Call');
    const form = element(
      'form',
      { novalidate: true },
      ...rows,
      element('div', { class: 'row' }, element('span', {}, 'timeout', element('small', {}, 'ms')), this.#timeout),
      call,
      this.#problem,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    return form;
  }

  async #submit(): Promise<void> {
    this.#problem.textContent = '';
    let request: CallRequest;
    try {
      request = this.#request();
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      this.#problem.textContent = error.message;
      return error.input.focus();
    }
    if (await mayRun(this.name, request.delivery)) await this.#run(request);
  }

  /** @throws FieldError */
  #request(): CallRequest {
    const args = this.#fields.flatMap(([{ rest }, field]) =>
      rest === true ? (field.read() as readonly Json[]) : [field.read()],
    );
    const timeoutMs = Number(this.#timeout.value);
    if (!(timeoutMs >= 1 && timeoutMs <= 2_147_483_647))
      throw new FieldError('timeout: expected milliseconds, from 1.', this.#timeout);
    const { name: method, delivery, shape, stream } = this.#method;
    return {
      service: this.#service.name,
      method,
      delivery,
      shape,
      ...(stream !== undefined && { stream }),
      args,
      timeoutMs,
    };
  }

  async #run(request: CallRequest): Promise<void> {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const many = request.stream === 'server' || request.stream === 'both';
    try {
      await (many ? this.#runStream(request, running) : this.#runOnce(request, running));
    } catch (error) {
      if (running.signal.aborted) return;
      this.#answer.replaceChildren(failureView({ code: 'NO INSPECTOR', message: (error as Error).message }));
    }
  }

  async #runOnce(request: CallRequest, { signal }: AbortController): Promise<void> {
    this.#answer.replaceChildren(element('p', {}, 'Calling …'));
    const answer = await ask<CallAnswer>('/api/call', request, signal);
    this.#answer.replaceChildren(answerView(answer));
    const { failure, ms } = answer;
    this.#history.add({
      request,
      name: this.name,
      ms,
      outcome: failure === undefined ? 'answered' : `${failure.code}, executed: ${failure.executed ?? 'unknown'}`,
    });
  }

  async #runStream(request: CallRequest, running: AbortController): Promise<void> {
    const began = performance.now();
    const view = new StreamView(() => running.abort());
    this.#answer.replaceChildren(view.element);
    view.stopButton.focus();
    let outcome = 'stopped';
    try {
      for await (const line of askForLines<StreamLine>('/api/stream', request, running.signal)) {
        if ('value' in line) view.add(line);
        else {
          view.end(line, false);
          outcome = line.failure?.code ?? 'ended';
        }
      }
    } catch (error) {
      if (!running.signal.aborted) throw error;
      view.end({ missed: 0 }, true);
    }
    this.#history.add({
      request,
      name: this.name,
      ms: performance.now() - began,
      outcome: `${outcome}, ${view.count} values`,
    });
  }
}

function fieldOf({ name, type, optional, stream }: ShownParameter): Field {
  const read = parseType(type);
  // What follows each other is written as a list.
  const own: FormType = stream === true ? { kind: 'list', item: read } : read;
  return optional === true ? optionalField(own, name) : fieldFor(own, name);
}
