import type { Candidate, Policy } from './policy.js';

/**
 * Gives each target its turn, as often as it weighs. Whichever is due the earliest is next, and is due again after as long as its weight says;
 * where it begins is chance, so that clients that were started together do not go through the targets in step.
 */
export function roundRobin(): Policy {
  const due = new Map<string, number>();
  let turn = 0;
  return {
    pick(candidates, _call, random) {
      if (due.size > 2 * candidates.length + 16) forgetOthers(due, candidates);
      let next: Candidate | undefined;
      let earliest = Infinity;
      for (const candidate of candidates) {
        let at = due.get(candidate.address);
        if (at === undefined) due.set(candidate.address, (at = turn + random() / candidate.weight));
        // Who was away has not saved up turns.
        at = Math.max(at, turn);
        if (at >= earliest) continue;
        earliest = at;
        next = candidate;
      }
      turn = earliest;
      due.set(next!.address, earliest + 1 / next!.weight);
      return next!;
    },
  };
}

function forgetOthers(due: Map<string, number>, candidates: readonly Candidate[]): void {
  const known = new Set(candidates.map(({ address }) => address));
  for (const address of [...due.keys()]) if (!known.has(address)) due.delete(address);
}
