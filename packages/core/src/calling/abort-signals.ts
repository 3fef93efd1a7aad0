import type { StartedCall } from './started-call.js';

/**
 * Listens to the signals of calls: once for each signal, however many calls share it, for a listener a call would be slow
 * and make Node warn of a leak.
 */
export class AbortSignals {
  readonly #calls = new Map<AbortSignal, { readonly open: Set<StartedCall>; readonly listener: () => void }>();
  readonly #aborted: (call: StartedCall) => void;

  /** @param aborted What to do with each call whose signal was aborted. */
  constructor(aborted: (call: StartedCall) => void) {
    this.#aborted = aborted;
  }

  add(call: StartedCall, signal: AbortSignal): void {
    let entry = this.#calls.get(signal);
    if (entry === undefined) {
      const open = new Set<StartedCall>();
      const listener = (): void => {
        for (const each of [...open]) this.#aborted(each);
      };
      entry = { open, listener };
      signal.addEventListener('abort', listener);
      this.#calls.set(signal, entry);
    }
    entry.open.add(call);
  }

  remove(call: StartedCall, signal: AbortSignal): void {
    const entry = this.#calls.get(signal);
    if (entry === undefined) return;
    entry.open.delete(call);
    if (entry.open.size > 0) return;
    signal.removeEventListener('abort', entry.listener);
    this.#calls.delete(signal);
  }
}
