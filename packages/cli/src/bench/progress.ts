import type { Load } from './load.js';
import { group } from './report.js';

/** Often enough to look alive, and too seldom to cost anything. */
const INTERVAL_MS = 250;
/** To the first column, and away with what stands there. */
const CLEAR = '\r\u001b[K';

/** Shows on a terminal how far a run is, in one line that is written again and again. Gives what takes it away. */
export function showProgress(load: Load, terminal: NodeJS.WriteStream): () => void {
  if (!terminal.isTTY) return () => undefined;
  const show = (): void => void terminal.write(`${CLEAR}${progressText(load)}`);
  const timer = setInterval(show, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    terminal.write(CLEAR);
  };
}

/** How far a run is. */
export function progressText({ measuredMs, draining, pending, tally, options }: Load): string {
  if (draining) return `waiting for ${group(pending)} answers`;
  if (measuredMs < 0) return `warming up, ${(-measuredMs / 1000).toFixed(1)} s left`;
  const seconds = `${(measuredMs / 1000).toFixed(1)} of ${(options.durationMs / 1000).toFixed(1)} s`;
  const rate = measuredMs < 1 ? 0 : Math.round((tally.answeredInTime * 1000) / measuredMs);
  const counts = `${group(tally.answered)} answered, ${group(tally.silent)} silent, ${group(tally.failed)} failed`;
  return `${seconds}  ${group(rate)} calls/s  ${counts}`;
}
