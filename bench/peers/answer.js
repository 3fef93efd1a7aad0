/**
 * What each adapter of this folder exports, to be measured like `bench/src/network/subjects`:
 *
 *   serve(host): Promise<{ port }>              starts a server on a free port
 *   connect(host, { port }): Promise<caller>    with exchange(argument, answerBytes, timeoutMs): Promise<boolean>, false for
 *                                               silence, and close(): Promise<void>
 *
 * Arguments and answers are bytes. What has no bytes of its own gets them as base64, which its users would choose, too.
 */
import { Buffer } from 'node:buffer';
import { clearTimeout, setTimeout } from 'node:timers';

/** The bytes that a server answers with. */
export function answerOf(answerBytes) {
  return Buffer.alloc(answerBytes, 7);
}

/** As text, for what carries text. */
export function textOf(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The other way round. */
export function bytesOf(text) {
  return Buffer.from(text, 'base64');
}

/** Whether a call gave so many bytes in time; what failed or was late is silence, unless there is time without end. */
export async function arrived(call, answerBytes, timeoutMs) {
  if (timeoutMs === Infinity) return call.then(({ length }) => length === answerBytes);
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    const answer = await Promise.race([call, late]);
    return answer !== undefined && answer.length === answerBytes;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
