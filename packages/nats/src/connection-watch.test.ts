import type { NatsConnection, Status } from '@nats-io/transport-node';
import { watchConnection } from './connection-watch';

/** A connection that tells what it is told to tell. */
class ToldConnection {
  readonly #told: Status[] = [];
  #wake: () => void = () => undefined;
  #closed = false;
  asked = 0;

  isClosed(): boolean {
    return this.#closed;
  }

  closed(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async *status(): AsyncGenerator<Status> {
    this.asked += 1;
    while (!this.#closed || this.#told.length > 0) {
      const next = this.#told.shift();
      if (next === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else yield next;
    }
  }

  async tell(...statuses: object[]): Promise<void> {
    this.#told.push(...(statuses as Status[]));
    this.#wake();
    await settled();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function watched() {
  const connection = new ToldConnection();
  const watch = watchConnection(connection as unknown as NatsConnection);
  const changes: string[] = [];
  const forbidden: string[] = [];
  const stop = watch.listen({
    stateChanged: () => void changes.push(`${watch.state}: ${watch.reason}`),
    forbidden: (subject) => void forbidden.push(subject),
  });
  return { connection, watch, changes, forbidden, stop };
}

test('a connection that the server closes because its process reads too slowly says what to change', async () => {
  const { connection, changes } = watched();
  await connection.tell({ type: 'error', error: new Error('Slow Consumer') }, { type: 'disconnect', server: '' });
  expect(changes).toEqual([
    expect.stringMatching(/^disconnected: .*read too slowly: keep handlers from blocking, .* raise write_deadline/),
  ]);
});

test('a connection that is there again has no reason left', async () => {
  const { connection, watch, changes } = watched();
  await connection.tell({ type: 'staleConnection' }, { type: 'disconnect', server: '' });
  await connection.tell({ type: 'reconnect', server: '' });
  expect(changes).toEqual(['disconnected: the server did not answer pings', 'connected: ']);
  await connection.tell({ type: 'disconnect', server: '' });
  expect(watch.reason).toBe('');
});

test('what the server forbids is told by subject, and changes nothing of the connection', async () => {
  const { connection, watch, changes, forbidden } = watched();
  await connection.tell({
    type: 'error',
    error: Object.assign(new Error('Permissions Violation'), { subject: 'a.b' }),
  });
  expect(forbidden).toEqual(['a.b']);
  expect(changes).toEqual([]);
  expect(watch.state).toBe('connected');
});

test('what has ended stays so, and who has left hears nothing', async () => {
  const { connection, watch, changes, stop } = watched();
  stop();
  await connection.close();
  await settled();
  expect(watch.state).toBe('closed');
  expect(changes).toEqual([]);
});

test('a connection is watched once, however many ask', () => {
  const { connection, watch } = watched();
  expect(watchConnection(connection as unknown as NatsConnection)).toBe(watch);
  expect(connection.asked).toBe(1);
});
