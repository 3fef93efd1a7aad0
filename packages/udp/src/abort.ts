import { RpcError } from '@rpcudp/core';

/** @throws RpcError `CANCELLED` if the signal that was given to bind is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}

/** What a promise gives, if the signal is not aborted before. @throws RpcError `CANCELLED` */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => (abort = () => reject(cancelled(signal))));
  signal.addEventListener('abort', abort);
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

function cancelled(signal: AbortSignal): RpcError {
  return new RpcError('CANCELLED', 'The signal was aborted before the endpoint was bound.', { cause: signal.reason });
}
