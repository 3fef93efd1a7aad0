import { RpcError } from '@rpcudp/core';
import { LOOKUP_JITTER, LOOKUP_MS_MAX } from '../limits.js';
import { pause, type BalancePorts } from '../ports.js';
import type { Target } from '../target/target.js';

/** Looks again and again, until nobody is interested any more. What a look throws ends it. */
export async function* polled(
  look: () => Promise<readonly Target[]>,
  everyMs: number,
  signal: AbortSignal,
  ports: BalancePorts,
): AsyncGenerator<readonly Target[], void, undefined> {
  while (!signal.aborted) {
    yield await inTime(look(), ports);
    await pause(everyMs * (1 + LOOKUP_JITTER * (2 * ports.random() - 1)), ports, signal);
  }
}

/** A resolver that never answers is one that fails. @throws RpcError `UNAVAILABLE` */
async function inTime<T>(looking: Promise<T>, { setTimer }: BalancePorts): Promise<T> {
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `The resolver has not answered within ${LOOKUP_MS_MAX} ms.`;
    stop = setTimer(LOOKUP_MS_MAX, () => reject(new RpcError('UNAVAILABLE', message)));
  });
  try {
    return await Promise.race([looking, late]);
  } finally {
    stop?.();
  }
}
