import { minimised } from './minimise';
import { TARGETS } from './targets';
import { runWorker, type Death } from './watched-worker';

const CANDIDATES_MAX = 20;
const CANDIDATE_MS_MAX = 1500;

/**
 * Makes an input shorter that does not end, or uses up all memory. Each try takes a worker and a good second, so there are few.
 */
export async function shortHang(script: string, death: Death): Promise<Death> {
  const unit = TARGETS.find(({ name }) => name === death.target)!.unit;
  let best = death;
  for (let tries = 0; tries < CANDIDATES_MAX; tries += 1) {
    const candidate = nthCandidate(best.input, unit, tries);
    if (candidate === undefined) break;
    const job = { kind: 'try', inputs: [{ target: death.target, input: candidate }] } as const;
    const again = await runWorker(script, job, () => undefined, CANDIDATE_MS_MAX);
    if (again !== undefined) best = { ...death, input: candidate };
  }
  return best;
}

/** The shorter input that is tried at a turn: one piece is missing, first large ones from the end, then smaller ones. */
function nthCandidate(input: Uint8Array, unit: number, turn: number): Uint8Array | undefined {
  let left = turn;
  let found: Uint8Array | undefined;
  const fails = (candidate: Uint8Array): boolean => {
    if (left === 0) found ??= candidate;
    left -= 1;
    return false;
  };
  minimised(input, fails, { unit, triesMax: turn + 1, msMax: 1000 });
  return found;
}
