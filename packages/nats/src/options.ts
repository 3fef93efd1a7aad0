import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { RpcError, type Codec, type Logger } from '@rpcudp/core';
import {
  driverOptions,
  inspectOption,
  type DriverOptions,
  type EndpointOptions,
  type LogLevel,
} from '@rpcudp/core/endpoint';
import { HEARTBEAT_MS, SUBJECT_PREFIX } from './limits.js';

/** What channels and services over NATS take alike. */
export interface NatsOptions {
  /**
   * What the subjects of services begin with; both sides need the same. One token or more, such as `'rpc'` or `'shop.rpc'`, so that
   * several installations can share an account. Default: `'rpc'`.
   */
  readonly prefix?: string;
  /** What the subjects of answers and streams begin with, where the connection has no inbox prefix of its own. Default: its own, or `'_INBOX'`. */
  readonly inboxPrefix?: string;
  /** How values become bytes. Both sides need the same. Default: `messagePack()`. */
  readonly codec?: Codec;
  /** How often each end of a stream says that it is there, in milliseconds. After three times without a word it is given up. Default: 5,000. */
  readonly heartbeatMs?: number;
  /** Where log lines go, beside the `debug` package. Default: nowhere, but failed handlers go to `console.error`. */
  readonly logger?: Logger;
  /** From which level on the logger gets lines. Default: `'info'`. */
  readonly logLevel?: LogLevel;
}

export interface CheckedOptions {
  readonly prefix: string;
  readonly inbox: string;
  readonly heartbeatMs: number;
  readonly driver: DriverOptions;
}

/** Checks the options and fills in the defaults. @throws RpcError `INVALID_ARGUMENT` */
export function checkOptions(
  connection: NatsConnection,
  options: NatsOptions,
  driver: EndpointOptions,
): CheckedOptions {
  checkConnection(connection);
  const { prefix = SUBJECT_PREFIX, heartbeatMs = HEARTBEAT_MS, codec, logger, logLevel } = options;
  if (!isSubject(prefix))
    throw new RpcError(
      'INVALID_ARGUMENT',
      `prefix must be one or more tokens of letters, digits, "_" and "-", with "." between them, not ${inspectOption(prefix)}.`,
    );
  if (!Number.isInteger(heartbeatMs) || heartbeatMs < 1 || heartbeatMs > 600_000)
    throw new RpcError(
      'INVALID_ARGUMENT',
      `heartbeatMs must be a whole number of milliseconds from 1 to 600000, not ${inspectOption(heartbeatMs)}.`,
    );
  const given = Object.entries({ codec, logger, logLevel }).filter(([, value]) => value !== undefined);
  const inbox = createInbox(options.inboxPrefix ?? prefixOfConnection(connection) ?? '');
  return { prefix, inbox, heartbeatMs, driver: driverOptions({ ...driver, ...Object.fromEntries(given) }) };
}

function checkConnection(connection: Partial<NatsConnection> | null | undefined): void {
  if (typeof connection?.publish === 'function' && typeof connection.subscribe === 'function') return;
  const message = `A NATS connection is what connect() of @nats-io/transport-node gives, awaited, and not ${inspectOption(connection)}.`;
  throw new RpcError('INVALID_ARGUMENT', message);
}

/** What a user may have been allowed alone: the client library keeps it where its types do not show it. */
function prefixOfConnection(connection: NatsConnection): string | undefined {
  const { options } = connection as { readonly options?: { readonly inboxPrefix?: unknown } };
  return typeof options?.inboxPrefix === 'string' ? options.inboxPrefix : undefined;
}

function isSubject(prefix: unknown): boolean {
  return typeof prefix === 'string' && /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(prefix);
}
