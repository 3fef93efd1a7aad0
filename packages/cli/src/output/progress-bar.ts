import type { RpcCall } from '@rpcudp/core';
import type { CallProgress } from '@rpcudp/core/endpoint';

/** How much of a call's arguments has arrived. */
export type Arrived = Pick<CallProgress, 'acknowledgedBytes' | 'totalBytes'>;

/** Arguments that are smaller are sent before anybody could look. */
export const LARGE_ARGUMENTS_BYTES = 64 * 1024;
/** Often enough to look alive, and late enough that what is done at once shows nothing. */
const INTERVAL_MS = 200;
/** To the first column, and away with what stands there. */
const CLEAR = '\r\u001b[K';
const BAR_CHARACTERS = 30;
const MEBIBYTE = 1024 * 1024;

/** Shows on a terminal how much of a call's large arguments has arrived, as a bar. Gives what takes it away. */
export function showProgressBar(call: RpcCall<unknown>, terminal: NodeJS.WriteStream): () => void {
  if (!terminal.isTTY || call.progress.totalBytes < LARGE_ARGUMENTS_BYTES) return () => undefined;
  const started = performance.now();
  const show = (): void => void terminal.write(`${CLEAR}${barText(call.progress, performance.now() - started)}`);
  const timer = setInterval(show, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    terminal.write(CLEAR);
  };
}

/** The bar, how much that is, and how fast it went so far. */
export function barText({ acknowledgedBytes, totalBytes }: Arrived, elapsedMs: number): string {
  const share = acknowledgedBytes / totalBytes;
  const full = Math.floor(share * BAR_CHARACTERS);
  const bar = `[${'#'.repeat(full)}${'-'.repeat(BAR_CHARACTERS - full)}]`;
  const total = (totalBytes / MEBIBYTE).toFixed(1);
  if (acknowledgedBytes === totalBytes) return `${bar} 100 %  all ${total} MiB arrived, waiting for the answer`;
  const arrived = (acknowledgedBytes / MEBIBYTE).toFixed(1);
  const rate = ((acknowledgedBytes / MEBIBYTE) * (1000 / Math.max(1, elapsedMs))).toFixed(1);
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${arrived} of ${total} MiB  ${rate} MiB/s`;
}
