/** A connection as the engine sees it. */
import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node';
import { RpcError } from '@rpcudp/core';
import { watchConnection, type ConnectionState } from './connection-watch.js';
import { headerBytes, headersOf, type HeaderPairs } from './headers.js';

/** A message that has come. */
export interface LinkMessage {
  readonly subject: string;
  /** `''` if no answer is wanted. */
  readonly reply: string;
  readonly headers: MsgHdrs | undefined;
  readonly payload: Uint8Array;
}

/** A message to be sent. */
export interface Outgoing {
  readonly subject: string;
  readonly reply?: string | undefined;
  readonly headers?: HeaderPairs;
  readonly payload?: Uint8Array;
}

/** What a {@link NatsLink} tells. */
export interface LinkOwner {
  /** The connection is down, is there again, or is closed for good. */
  stateChanged(): void;
  /** The server allows no messages to a subject, or none from it. */
  forbidden(subject: string, error: Error): void;
}

/** What the engine needs of a connection: to send, and to know whether that is any use. */
export interface Link {
  readonly state: ConnectionState;
  /** Why it is not connected, as the end of a sentence; `''` if nobody said. */
  readonly reason: string;
  /** The server, for messages. */
  readonly server: string;
  /** @throws RpcError `PAYLOAD_TOO_LARGE`, or `UNAVAILABLE` or `CLOSED` while there is no connection; nothing was sent then */
  send(message: Outgoing): void;
}

export class NatsLink implements Link {
  readonly connection: NatsConnection;
  readonly #watch: ReturnType<typeof watchConnection>;
  readonly #subscriptions = new Set<Subscription>();
  #stopWatching: () => void;
  received = 0;

  constructor(connection: NatsConnection, owner: LinkOwner) {
    this.connection = connection;
    this.#watch = watchConnection(connection);
    this.#stopWatching = this.#watch.listen({
      stateChanged: () => owner.stateChanged(),
      forbidden: (subject, error) => owner.forbidden(subject, error),
    });
  }

  get state(): ConnectionState {
    return this.#watch.state;
  }

  get reason(): string {
    return this.#watch.reason;
  }

  get server(): string {
    return this.connection.isClosed() ? 'NATS' : `nats://${this.connection.getServer()}`;
  }

  send({ subject, reply, headers = [], payload = NOTHING }: Outgoing): void {
    if (this.state !== 'connected') throw notConnected(this);
    const bytesMax = this.connection.info?.max_payload;
    const bytes = payload.length + headerBytes(headers);
    if (bytesMax !== undefined && bytes > bytesMax) throw tooLarge(bytes, bytesMax);
    const made = headersOf(headers);
    try {
      this.connection.publish(subject, payload, {
        ...(reply === undefined ? {} : { reply }),
        ...(made === undefined ? {} : { headers: made }),
      });
    } catch (error) {
      // What the connection itself refuses has not left: it is closed or drained, and its state will be told.
      const message = `The NATS connection takes no messages: ${RpcError.from(error).message} Connect again.`;
      throw new RpcError('UNAVAILABLE', message, { cause: error });
    }
  }

  /** Hears what comes to a subject. What `heard` throws is the process's affair: it must not. */
  subscribe(subject: string, heard: (message: LinkMessage) => void, queue?: string): Subscription {
    const subscription = this.connection.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message: Msg) => {
        // Of a subscription that the server does not allow: told with the state of the connection.
        if (error !== null) return;
        this.received += 1;
        const { reply = '', headers, data } = message;
        heard({ subject: message.subject, reply, headers, payload: data });
      },
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Ends a subscription when what the server has sent for it has been heard. */
  async drain(subscription: Subscription): Promise<void> {
    this.#subscriptions.delete(subscription);
    if (!subscription.isClosed() && !this.connection.isClosed()) await subscription.drain().catch(() => undefined);
  }

  stop(): void {
    this.#stopWatching();
    this.#stopWatching = () => undefined;
    for (const subscription of this.#subscriptions) if (!subscription.isClosed()) subscription.unsubscribe();
    this.#subscriptions.clear();
  }
}

const NOTHING = new Uint8Array();

/** Why nothing can be sent now, and what to do. */
export function notConnected({ state, reason, server }: Pick<Link, 'state' | 'reason' | 'server'>): RpcError {
  const why = reason === '' ? '' : ` (${reason})`;
  if (state === 'closed')
    return new RpcError(
      'CLOSED',
      `The NATS connection is closed${why}. Connect again, and make channels and services over the new connection.`,
    );
  return new RpcError(
    'UNAVAILABLE',
    `There is no connection to ${server} now${why}; the client is making it again. Call again later, or with waitForReady.`,
  );
}

function tooLarge(bytes: number, bytesMax: number): RpcError {
  return new RpcError(
    'PAYLOAD_TOO_LARGE',
    `The message takes ${bytes} bytes, headers included, and the NATS server accepts ${bytesMax} (max_payload). Send less at a ` +
      'time, or as a stream, or raise max_payload in the configuration of the server.',
    { details: { bytes, bytesMax } },
  );
}
