import type { NatsConnection } from '@nats-io/transport-node';
import type { RpcChannel } from '@rpcudp/core';
import { TransportDriver, type StartedCall, type TransportStats } from '@rpcudp/core/endpoint';
import type { ClientInterceptor } from '@rpcudp/core/interceptors';
import { WINDOW_BYTES, WINDOW_ITEMS } from './limits.js';
import { NatsLink } from './link.js';
import { NatsEngine } from './nats-engine.js';
import { checkOptions, type NatsOptions } from './options.js';
import { portsOf } from './ports.js';

/** What {@link natsChannel} takes beside the connection. */
export interface NatsChannelOptions extends NatsOptions {
  /** How long calls wait where neither they nor their method say, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number;
  /** Whether calls wait until somebody serves their method, and until the connection is there. Default: false. */
  readonly waitForReady?: boolean;
  /** How many calls may wait for an answer; the next one fails with `RESOURCE_EXHAUSTED`. Default: 4,096. */
  readonly maxPending?: number;
  /** What stands around its calls, outermost first. */
  readonly interceptors?: readonly ClientInterceptor[];
}

/** A way to whoever serves a method over NATS: what `createClient` takes. */
export interface NatsChannel extends RpcChannel, Disposable {
  /** Counters since it was made. */
  stats(): Pick<TransportStats, 'calls' | 'dropped' | 'pendingCalls'>;

  /** Ends it and its pending calls, with `CLOSED`. The connection stays. */
  close(): void;
}

/**
 * A channel over a NATS connection, for clients of any service that is served there. Make one for a connection and keep it: it
 * has one subscription, whatever is called over it.
 *
 * A call fails with `UNAVAILABLE` if nobody serves its method, which the server says at once, or if the connection is down or lost;
 * with `PAYLOAD_TOO_LARGE` if it does not fit a message of the server (`max_payload`); with `CLOSED` if the connection is closed.
 * `executed` tells whether the method may have run. An idempotent call that was out when the connection was lost is sent again.
 *
 * @throws RpcError `INVALID_ARGUMENT`
 */
export function natsChannel(connection: NatsConnection, options: NatsChannelOptions = {}): NatsChannel {
  const { timeoutMs, waitForReady, maxPending, interceptors } = options;
  const {
    prefix,
    inbox,
    heartbeatMs,
    driver: settled,
  } = checkOptions(connection, options, {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(maxPending === undefined ? {} : { maxPending }),
    ...('interceptors' in options ? { interceptors: { client: interceptors! } } : {}),
  });
  const link = new NatsLink(connection, {
    stateChanged: () => {
      engine.linkChanged();
      driver.changed();
    },
    forbidden: (subject, error) => {
      engine.forbidden(subject, error);
      driver.changed();
    },
  });
  const ports = portsOf(() => link.received);
  const window = { items: WINDOW_ITEMS, bytes: WINDOW_BYTES };
  const { codec, maxRunning: runningMax } = settled;
  const parts = { link, prefix, inbox, codec, window, runningMax, heartbeatMs, now: () => ports.now() };
  const engine = new NatsEngine<StartedCall>(parts);
  const driver = new TransportDriver(ports, engine, settled);
  link.subscribe(`${inbox}.*`, (message) => {
    engine.received(message);
    driver.changed();
  });
  const channel = driver.channel({ remote: link.server, ...(waitForReady === undefined ? {} : { waitForReady }) });
  return asNatsChannel(channel, driver, link);
}

function asNatsChannel(channel: RpcChannel, driver: TransportDriver, link: NatsLink): NatsChannel {
  const close = (): void => {
    void driver.close(0).catch((error: unknown) => driver.failed(error));
    link.stop();
  };
  return {
    remote: channel.remote,
    traits: channel.traits!,
    call: (method, args, options) => channel.call(method, args, options),
    stream: (method, args, options) => channel.stream!(method, args, options),
    stats: () => {
      const { calls, dropped, pendingCalls } = driver.stats();
      return { calls, dropped, pendingCalls };
    },
    close,
    [Symbol.dispose]: close,
  };
}
