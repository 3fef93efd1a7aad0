import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { RpcError } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';
import { DISCOVERY_INTERVAL_MS, DISCOVERY_TARGETS_MAX, DISCOVERY_WAIT_MS, TIMEOUT_MS_MAX } from './limits.js';
import { tokenOf } from './names.js';

/** The word of a service's metadata that says where it is reached by UDP. */
export const UDP_ADDRESS = 'rpcudp.udp';

/** A server that is reached by UDP, as `balance()` of `@rpcudp/balance` takes it. */
export interface NatsTarget {
  /** `host:port` */
  readonly address: string;
}

/** Where targets come from, as `balance()` of `@rpcudp/balance` takes it. */
export interface NatsDiscovery {
  /** What it finds, for messages. */
  readonly label: string;
  /** Gives all targets, at first and whenever they have changed, until the signal is aborted or the connection is closed. */
  watch(signal: AbortSignal): AsyncIterable<readonly NatsTarget[]>;
}

/** What {@link natsDiscovery} takes. */
export interface NatsDiscoveryOptions {
  /** How often to ask, in milliseconds. Default: 5,000. */
  readonly intervalMs?: number;
}

/**
 * Finds the servers of a service that are reached by UDP: those whose `serveNats()` was told the `udp` address. NATS says where they
 * are, and calls go there straight. While NATS cannot be asked, the targets stay what they were.
 *
 * @param service The name of the service, as in `@RpcService('Orders')`.
 * @throws RpcError `INVALID_ARGUMENT`
 */
export function natsDiscovery(
  connection: NatsConnection,
  service: string,
  { intervalMs = DISCOVERY_INTERVAL_MS }: NatsDiscoveryOptions = {},
): NatsDiscovery {
  if (typeof intervalMs !== 'number' || !(intervalMs >= 1 && intervalMs <= TIMEOUT_MS_MAX)) {
    const expected = `milliseconds from 1 to ${TIMEOUT_MS_MAX}`;
    throw new RpcError('INVALID_ARGUMENT', `intervalMs must be ${expected}, not ${inspectOption(intervalMs)}.`);
  }
  const subject = `$SRV.PING.${tokenOf(service)}`;
  return { label: `${service} in NATS`, watch: (signal) => watch({ connection, subject, intervalMs }, signal) };
}

interface Asking {
  readonly connection: NatsConnection;
  readonly subject: string;
  readonly intervalMs: number;
}

async function* watch(asking: Asking, signal: AbortSignal): AsyncGenerator<readonly NatsTarget[]> {
  const isOver = (): boolean => signal.aborted || asking.connection.isClosed();
  let known: string | undefined;
  while (!isOver()) {
    const addresses = await ask(asking);
    const text = addresses?.join(' ');
    if (addresses !== undefined && text !== known && !isOver()) {
      known = text;
      yield addresses.map((address) => ({ address }));
    }
    await delay(asking.intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** The addresses that the instances say, in order; undefined if they cannot be asked now. */
async function ask({ connection, subject }: Asking): Promise<string[] | undefined> {
  const addresses = new Set<string>();
  const until = performance.now() + DISCOVERY_WAIT_MS;
  let answers = 0;
  try {
    const options = { strategy: 'stall', maxWait: DISCOVERY_WAIT_MS } as const;
    for await (const { data } of await connection.requestMany(subject, '', options)) {
      // With this strategy the client library goes on for as long as answers come, however many.
      if (performance.now() >= until) break;
      const address = addressIn(data);
      if (address !== undefined) addresses.add(address);
      answers += 1;
      if (answers >= DISCOVERY_TARGETS_MAX) break;
    }
  } catch (error) {
    // That nobody serves it is an answer, too.
    if (!/no responders/i.test(RpcError.from(error).message)) return undefined;
  }
  return [...addresses].sort();
}

function addressIn(payload: Uint8Array): string | undefined {
  try {
    const said = JSON.parse(new TextDecoder().decode(payload)) as { metadata?: Record<string, unknown> } | null;
    return udpAddress(said?.metadata?.[UDP_ADDRESS]);
  } catch {
    return undefined;
  }
}

function udpAddress(value: unknown): string | undefined {
  return typeof value === 'string' && /^\S{1,255}:\d{1,5}$/.test(value) ? value : undefined;
}

/** What a service says of where it is reached by UDP. @throws RpcError `INVALID_ARGUMENT` */
export function udpMetadata(address: unknown): Readonly<Record<string, string>> {
  if (address === undefined) return {};
  const text = udpAddress(address);
  if (text !== undefined) return { [UDP_ADDRESS]: text };
  throw new RpcError('INVALID_ARGUMENT', `udp must be "host:port", not ${inspectOption(address)}.`);
}
