import type { PacketsUpdate } from '@rpcudp/core/inspection';
import { fromJson } from '../shared/json-values.js';
import type { WatchLine } from '../shared/messages.js';
import { PacketBook, titleOf, type BookedCall } from '../shared/packet-book.js';
import { askForLines } from './client.js';
import { button, element } from './dom.js';
import { explained } from './explanations.js';
import { sequenceOf } from './sequence.js';

/** Records packets while it is asked to, and draws those of one call. */
export class PacketsView {
  readonly element: HTMLElement;
  readonly #book = new PacketBook();
  readonly #calls = element('div', { 'class': 'traced', 'role': 'group', 'aria-label': 'recorded calls' });
  readonly #drawn = element('div', { 'id': 'sequence', 'aria-live': 'polite' });
  readonly #status = element(
    'span',
    { role: 'status' },
    ' Packets are told while they are recorded, of calls that begin then.',
  );
  readonly #record: HTMLButtonElement;
  #recording: AbortController | undefined;
  #chosen: string | undefined;

  constructor() {
    this.#record = button('Record', () => this.#toggle());
    const controls = element('p', {}, this.#record, this.#status);
    this.element = element('div', {}, element('h2', {}, explained('packets')), controls, this.#calls, this.#drawn);
  }

  #toggle(): void {
    if (this.#recording !== undefined) return this.#recording.abort();
    void this.#follow((this.#recording = new AbortController()));
  }

  async #follow(recording: AbortController): Promise<void> {
    this.#record.textContent = 'Stop recording';
    this.#status.textContent = ' Recording.';
    try {
      for await (const line of askForLines<WatchLine>('/api/packets', null, recording.signal)) {
        if ('failure' in line) this.#status.textContent = ` ${line.failure.message}`;
        else this.#take(fromJson(line.update) as PacketsUpdate);
      }
    } catch (error) {
      if (!recording.signal.aborted) this.#status.textContent = ` ${(error as Error).message}`;
    }
    this.#recording = undefined;
    this.#record.textContent = 'Record';
    if (recording.signal.aborted) this.#status.textContent = ' Stopped.';
  }

  #take(update: PacketsUpdate): void {
    if (!this.#book.take(update)) return;
    const { omitted } = this.#book;
    this.#status.textContent = ` Recording.${omitted > 0 ? ` ${omitted} packets were too many to be told.` : ''}`;
    this.#drawCalls();
    const chosen = this.#book.calls.find(({ key }) => key === this.#chosen) ?? this.#book.calls[0];
    if (chosen !== undefined) this.#draw(chosen);
  }

  /** As few changes as possible, for somebody may be about to press one. */
  #drawCalls(): void {
    const { calls } = this.#book;
    const shown = new Map(Array.from(this.#calls.querySelectorAll('button'), (each) => [each.dataset.call, each]));
    for (const call of calls) {
      const known = shown.get(call.key);
      if (known === undefined) this.#calls.prepend(this.#callButton(call));
      else if (known.textContent !== titleOf(call)) known.textContent = titleOf(call);
      shown.delete(call.key);
    }
    for (const forgotten of shown.values()) forgotten.remove();
  }

  #callButton(call: BookedCall): HTMLButtonElement {
    const choose = (): void => {
      this.#chosen = call.key;
      const newest = this.#book.calls.find(({ key }) => key === call.key);
      if (newest !== undefined) this.#draw(newest);
    };
    return button(titleOf(call), choose, { 'data-call': call.key });
  }

  #draw(call: BookedCall): void {
    this.#chosen = call.key;
    for (const each of this.#calls.querySelectorAll('button')) {
      if (each.dataset.call === call.key) each.setAttribute('aria-current', 'true');
      else each.removeAttribute('aria-current');
    }
    this.#drawn.replaceChildren(sequenceOf(call));
  }
}
