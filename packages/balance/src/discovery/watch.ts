import { RpcError } from '@rpcudp/core';
import { DISCOVERY_RETRY_MS_FIRST, DISCOVERY_RETRY_MS_MAX, LOOKUP_JITTER } from '../limits.js';
import { pause, type BalancePorts } from '../ports.js';
import type { Target } from '../target/target.js';
import type { Discovery } from './discovery.js';
import { textOf } from './resolver.js';

/** Who is told what discovery finds. */
export interface DiscoverySink {
  found(targets: readonly Target[]): void;
  failed(error: RpcError): void;
}

/** Follows discovery until nobody is interested any more, and begins it again when it has failed. */
export async function follow(
  discovery: Discovery,
  sink: DiscoverySink,
  ports: BalancePorts,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  const found = (targets: unknown): void => {
    if (signal.aborted) return;
    sink.found(listOf(targets));
    failures = 0;
  };
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const error = await watchOnce(discovery, found, ports, signal);
    if (error === undefined || isOver()) return;
    sink.failed(problemOf(discovery, error.thrown));
    const ms = Math.min(DISCOVERY_RETRY_MS_FIRST * 2 ** Math.min(16, failures), DISCOVERY_RETRY_MS_MAX);
    failures += 1;
    await pause(ms * (1 + LOOKUP_JITTER * ports.random()), ports, signal);
  }
}

/** What went wrong; undefined if it has come to an end. */
async function watchOnce(
  discovery: Discovery,
  found: (targets: unknown) => void,
  ports: BalancePorts,
  signal: AbortSignal,
): Promise<{ readonly thrown: unknown } | undefined> {
  try {
    for await (const targets of discovery.watch(signal, ports)) found(targets);
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}

function listOf(targets: unknown): readonly Target[] {
  if (Array.isArray(targets)) return targets as readonly Target[];
  throw new TypeError('it gave no array of targets');
}

function problemOf({ label = 'Discovery' }: Discovery, error: unknown): RpcError {
  const message = `${label} cannot be looked up: ${textOf(error)} The targets stay what they were, and it is tried again.`;
  return new RpcError('UNAVAILABLE', message, { cause: error });
}
