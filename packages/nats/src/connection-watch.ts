import type { NatsConnection, Status } from '@nats-io/transport-node';

export type ConnectionState = 'connected' | 'disconnected' | 'closed';

export interface ConnectionListener {
  stateChanged(): void;
  /** The server allows no messages to a subject, or none from it. */
  forbidden(subject: string, error: Error): void;
}

/** Tells what becomes of a connection: one for each, for the client library keeps all who ask it for as long as it lives. */
class ConnectionWatch {
  state: ConnectionState;
  reason = '';
  readonly #listeners = new Set<ConnectionListener>();
  /** What the server said last; it is why it closes the connection, if it does. */
  #lastError = '';

  constructor(connection: NatsConnection) {
    this.state = connection.isClosed() ? 'closed' : 'connected';
    void this.#follow(connection);
  }

  /** Gives what ends it. */
  listen(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) this.#take(status);
    const error = await connection.closed();
    this.#become('closed', error instanceof Error ? error.message : this.reason);
  }

  #take(status: Status): void {
    switch (status.type) {
      case 'disconnect':
        return this.#become('disconnected', this.#lastError);
      case 'staleConnection':
        this.#lastError = 'the server did not answer pings';
        return;
      case 'reconnect':
        this.#lastError = '';
        return this.#become('connected', '');
      case 'close':
        return this.#become('closed', this.#lastError);
      case 'error':
        return this.#failed(status.error);
      default:
        return;
    }
  }

  #failed(error: Error): void {
    const { subject } = error as { subject?: unknown };
    if (typeof subject === 'string') {
      for (const listener of [...this.#listeners]) listener.forbidden(subject, error);
      return;
    }
    this.#lastError = /slow consumer/i.test(error.message) ? SLOW : error.message;
  }

  #become(state: ConnectionState, reason: string): void {
    if (this.state === 'closed' || state === this.state) return;
    this.state = state;
    this.reason = reason;
    for (const listener of [...this.#listeners]) listener.stateChanged();
  }
}

const SLOW =
  'the server closed it because this process read too slowly: keep handlers from blocking, ask for less at once, or raise ' +
  'write_deadline and max_pending of the server';

const watches = new WeakMap<NatsConnection, ConnectionWatch>();

export function watchConnection(connection: NatsConnection): ConnectionWatch {
  let watch = watches.get(connection);
  if (watch === undefined) watches.set(connection, (watch = new ConnectionWatch(connection)));
  return watch;
}
