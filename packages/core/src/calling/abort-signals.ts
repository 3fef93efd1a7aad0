/** What can be ended by signals: its own, and that of the handler that made it. */
export interface Abortable {
  readonly signal: AbortSignal | undefined;
  readonly inheritedSignal: AbortSignal | undefined;
}

/**
 * Listens to the signals of calls, their own and those of the handlers that made them: once for each signal, however many
 * calls share it, for a listener a call would be slow and make Node warn of a leak.
 */
export class AbortSignals<Call extends Abortable> {
  readonly #calls = new Map<AbortSignal, { readonly open: Set<Call>; readonly listener: () => void }>();
  readonly #aborted: (call: Call, signal: AbortSignal) => void;

  /** @param aborted What to do with each call of which a signal was aborted. */
  constructor(aborted: (call: Call, signal: AbortSignal) => void) {
    this.#aborted = aborted;
  }

  add(call: Call): void {
    if (call.signal !== undefined) this.#add(call, call.signal);
    if (call.inheritedSignal !== undefined) this.#add(call, call.inheritedSignal);
  }

  remove(call: Call): void {
    if (call.signal !== undefined) this.#remove(call, call.signal);
    if (call.inheritedSignal !== undefined) this.#remove(call, call.inheritedSignal);
  }

  #add(call: Call, signal: AbortSignal): void {
    let entry = this.#calls.get(signal);
    if (entry === undefined) {
      const open = new Set<Call>();
      const listener = (): void => {
        for (const each of [...open]) this.#aborted(each, signal);
      };
      entry = { open, listener };
      signal.addEventListener('abort', listener);
      this.#calls.set(signal, entry);
    }
    entry.open.add(call);
  }

  #remove(call: Call, signal: AbortSignal): void {
    const entry = this.#calls.get(signal);
    if (entry === undefined) return;
    entry.open.delete(call);
    if (entry.open.size > 0) return;
    signal.removeEventListener('abort', entry.listener);
    this.#calls.delete(signal);
  }
}
