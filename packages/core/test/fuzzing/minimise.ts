import { spliced } from './mutations';

/** What bounds the making of a shorter input. */
export interface MinimiseOptions {
  /** In so many bytes an input is taken apart first; bytes of its own go afterwards. */
  readonly unit: number;
  readonly triesMax: number;
  readonly msMax: number;
}

/** Makes an input shorter, and its bytes zero, as long as it still fails in the same way. */
export function minimised(
  input: Uint8Array,
  fails: (input: Uint8Array) => boolean,
  { unit, triesMax, msMax }: MinimiseOptions,
): Uint8Array {
  const until = performance.now() + msMax;
  let best = input;
  let tries = 0;
  const better = (candidate: Uint8Array): boolean => {
    tries += 1;
    if (tries > triesMax || performance.now() > until || !fails(candidate)) return false;
    best = candidate;
    return true;
  };
  const without = (length: number): void => {
    for (let at = 0; at < best.length;) {
      if (!better(spliced(best, at, Math.min(length, best.length - at), NOTHING))) at += length;
    }
  };
  for (let before = Infinity; best.length < before;) {
    before = best.length;
    for (let length = chunk(best.length, unit); length >= unit; length = chunk(length, unit)) without(length);
  }
  for (let at = 0; at < best.length; at += 1) {
    if (best[at] === 0) continue;
    const zero = best.slice();
    zero[at] = 0;
    better(zero);
  }
  return best;
}

/** Half of a length, in whole units; 0 after one unit. */
function chunk(length: number, unit: number): number {
  return Math.floor(length / 2 / unit) * unit;
}

const NOTHING = new Uint8Array(0);
