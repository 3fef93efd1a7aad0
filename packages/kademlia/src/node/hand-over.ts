import { HANDOVERS_MAX, LEAVE_MS } from '../limits.js';
import type { KademliaPorts } from './ports.js';

/**
 * Hands things over, several at once. After {@link LEAVE_MS} it waits for none of them any more, and begins no other one: whoever leaves
 * cannot know how many of those that it asks have gone.
 *
 * @param give Hands one over; never rejects. Its signal says that nobody waits for it.
 */
export async function handOverAll<T>(
  things: readonly T[],
  ports: Pick<KademliaPorts, 'setTimer'>,
  give: (thing: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const { signal } = abort;
  const left = things.values();
  const giveSome = async (): Promise<void> => {
    for (const thing of left) {
      if (signal.aborted) return;
      await give(thing, signal);
    }
  };
  const givers = Promise.all(Array.from({ length: HANDOVERS_MAX }, giveSome));
  const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const prevent = ports.setTimer(LEAVE_MS, () => abort.abort());
  await Promise.race([givers, late]);
  prevent();
}
