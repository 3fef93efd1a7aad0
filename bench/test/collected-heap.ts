import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is in memory, in bytes, after a collection. */
export function collectedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
