import { CHEAPER_SHARE } from '../limits.js';
import { draw } from './draw.js';
import type { Candidate, Policy } from './policy.js';

/**
 * Draws two targets by chance, each as often as it weighs, and takes the first, unless the second is clearly cheaper: by the calls that it
 * has, for its weight, times how long its calls take. Nobody has to know all targets' load for that, and yet none gets much more than
 * another: "the power of two choices", Mitzenmacher 2001. The default.
 */
export function powerOfTwo(): Policy {
  return {
    pick(candidates, _call, random) {
      const first = draw(candidates, random());
      if (candidates.length === 1) return first;
      const second = draw(
        candidates.filter((each) => each !== first),
        random(),
      );
      return isClearlyCheaper(second, first) ? second : first;
    },
  };
}

function isClearlyCheaper(one: Candidate, other: Candidate): boolean {
  const [oneMs, otherMs] = [atLeastMs(one, other), atLeastMs(other, one)];
  const ratio = otherMs > 0 ? oneMs / otherMs : 1;
  // By the lighter one's measure, so that the calls of idle targets count the same, whatever they weigh.
  const lighter = Math.min(one.weight, other.weight);
  const load = ({ pending, weight }: Candidate): number => (pending * lighter) / weight + 1;
  return load(one) * ratio < CHEAPER_SHARE * load(other);
}

/** Who was never measured is taken to be like the other, and who is quiet now to stay so for as long again as it was before. */
function atLeastMs(one: Candidate, other: Candidate): number {
  return Math.max(one.expectedMs() ?? other.expectedMs() ?? 0, one.quietMs());
}
