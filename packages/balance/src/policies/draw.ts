import type { Candidate } from './policy.js';

/** One of the candidates by chance, each as often as it weighs. */
export function draw(candidates: readonly Candidate[], chance: number): Candidate {
  const [first] = candidates;
  let total = 0;
  let even = true;
  for (const { weight } of candidates) {
    total += weight;
    if (weight !== first!.weight) even = false;
  }
  if (even) return candidates[Math.min(candidates.length - 1, Math.floor(chance * candidates.length))]!;
  let left = chance * total;
  for (const candidate of candidates) {
    left -= candidate.weight;
    if (left < 0) return candidate;
  }
  return candidates.at(-1)!;
}
