import type { Lookup, LookupCall } from '../lookup/lookup.js';
import type { Contact } from '../table/contact.js';
import type { Want } from '../wire/native-messages.js';
import type { KademliaPorts } from './ports.js';
import type { FindAnswer, WireCalls } from './wire-calls.js';

/** Who is told of what a {@link LookupRun} learns. */
export interface LookupObserver {
  /** How long a call to a contact may take altogether, in milliseconds. */
  callMs(contact: Contact): number;
  answered(contact: Contact, answer: FindAnswer, ms: number): void;
  /** None of the calls to a contact was answered. */
  silent(contact: Contact): void;
}

/** One answer on a lookup's way to its end. */
export interface LookupStep {
  /** Who answered. */
  readonly contact: Contact;
  /** Whom it named that the lookup had not heard of. */
  readonly heard: readonly Contact[];
  /** How long the answer took, in milliseconds. */
  readonly ms: number;
}

/** What a {@link LookupRun} is made of. */
export interface LookupRunOptions {
  readonly lookup: Lookup;
  readonly want: Want;
  readonly calls: WireCalls;
  readonly ports: KademliaPorts;
  readonly observer: LookupObserver;
  /** Told of each answer; true ends the lookup, for what was looked for is found. */
  readonly onAnswer?: ((contact: Contact, answer: FindAnswer) => boolean) | undefined;
  readonly onStep?: ((step: LookupStep) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Drives a lookup: makes its calls, tells it what came of them, and wakes it. */
export class LookupRun {
  /** What each contact answered, by its key. */
  readonly answers = new Map<string, FindAnswer>();
  /** Resolves when the lookup has come to its end, was stopped or was aborted. */
  readonly ended: Promise<void>;
  readonly #options: LookupRunOptions;
  /** Calls to each contact that may still be answered. */
  readonly #open = new Map<string, number>();
  #end!: () => void;
  #preventWake: () => void = () => undefined;

  constructor(options: LookupRunOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    options.signal?.addEventListener('abort', this.#abort);
    if (options.signal?.aborted === true) this.#abort();
    else this.#advance();
  }

  get lookup(): Lookup {
    return this.#options.lookup;
  }

  readonly #abort = (): void => {
    this.lookup.stop();
    this.#advance();
  };

  #advance(): void {
    const { lookup, ports, signal } = this.#options;
    this.#preventWake();
    for (const call of lookup.takeCalls(ports.now())) void this.#make(call);
    if (lookup.done) {
      signal?.removeEventListener('abort', this.#abort);
      return this.#end();
    }
    const { nextWake } = lookup;
    if (nextWake === Infinity) return;
    this.#preventWake = ports.setTimer(Math.max(0, nextWake - ports.now()), () => this.#advance());
  }

  async #make({ contact }: LookupCall): Promise<void> {
    const { lookup, want, calls, ports, observer } = this.#options;
    this.#open.set(contact.key, (this.#open.get(contact.key) ?? 0) + 1);
    const began = ports.now();
    const answer = await calls.find(contact, lookup.target, want, observer.callMs(contact));
    const left = this.#open.get(contact.key)! - 1;
    this.#open.set(contact.key, left);
    if (answer !== undefined) this.#take(contact, answer, ports.now() - began);
    else this.#miss(contact, left);
    this.#advance();
  }

  #take(contact: Contact, answer: FindAnswer, ms: number): void {
    const { lookup, observer, onAnswer, onStep } = this.#options;
    observer.answered(contact, answer, ms);
    // The second answer of one that was called again tells nothing new.
    if (lookup.done || this.answers.has(contact.key)) return;
    this.answers.set(contact.key, answer);
    const heard = lookup.answered(contact, answer.closer);
    onStep?.({ contact, heard, ms });
    if (onAnswer?.(contact, answer) === true) lookup.stop();
  }

  #miss(contact: Contact, left: number): void {
    this.lookup.silent(contact);
    if (left === 0 && !this.answers.has(contact.key)) this.#options.observer.silent(contact);
  }
}
