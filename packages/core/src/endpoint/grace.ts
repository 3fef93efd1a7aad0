import type { Millis } from '../engine/engine.js';
import type { EndpointPorts } from '../ports.js';
import type { InputFirst } from './input-first.js';

/** How long running handlers may take, and when all have finished. */
export interface Grace {
  readonly graceMs: Millis;
  readonly idle: Promise<void>;
}

/** Lets running handlers finish. */
export async function grace(
  ports: Pick<EndpointPorts, 'now' | 'setTimer'>,
  input: InputFirst,
  { graceMs, idle }: Grace,
): Promise<void> {
  let stopWaiting: (() => void) | undefined;
  const until = ports.now() + graceMs;
  const over = new Promise<void>((resolve) => {
    stopWaiting = ports.setTimer(graceMs, () => input.whenRead(ports.now() - until, resolve));
  });
  await Promise.race([idle, over]);
  stopWaiting?.();
}
