import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { createClient } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { natsChannel, serveNats } from '../src';
import { headerBytes } from '../src/headers';
import { HEARTBEAT_MS, QUEUE_GROUP, SUBJECT_PREFIX, WINDOW_BYTES, WINDOW_ITEMS } from '../src/limits';
import { NatsLink } from '../src/link';
import { checkOptions } from '../src/options';
import { silent } from './silent';

const Desk = defineService<{ count(): AsyncIterable<number> }>('Desk', { count: { stream: true } });

/** A connection to no server, with what it was asked to do. */
class NoServer {
  readonly info = { max_payload: 1_000 };
  readonly published: { subject: string; headers: MsgHdrs | undefined }[] = [];
  readonly subscribed: { subject: string; queue: string | undefined }[] = [];

  get connection(): NatsConnection {
    return this as unknown as NatsConnection;
  }

  isClosed(): boolean {
    return false;
  }

  getServer(): string {
    return 'nowhere';
  }

  closed(): Promise<void> {
    return new Promise(() => undefined);
  }

  status(): AsyncIterable<unknown> {
    return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
  }

  publish(subject: string, _payload: Uint8Array, options: { headers?: MsgHdrs }): void {
    this.published.push({ subject, headers: options.headers });
  }

  subscribe(subject: string, { queue }: { queue?: string }) {
    this.subscribed.push({ subject, queue });
    return { isClosed: () => false, unsubscribe: () => undefined, drain: () => Promise.resolve() };
  }
}

test('a service is heard under SUBJECT_PREFIX in QUEUE_GROUP, unless told otherwise', async () => {
  const usual = new NoServer();
  async function* count(): AsyncGenerator<number> {
    yield await Promise.resolve(1);
  }
  await serveNats(usual.connection, Desk, { count }, { logger: silent }).close();
  expect(usual.subscribed).toContainEqual({ subject: `${SUBJECT_PREFIX}.Desk.count`, queue: QUEUE_GROUP });
  const told = new NoServer();
  await serveNats(told.connection, Desk, { count }, { logger: silent, prefix: 'shop', queue: 'mine' }).close();
  expect(told.subscribed).toContainEqual({ subject: 'shop.Desk.count', queue: 'mine' });
});

test('a channel calls under SUBJECT_PREFIX, and says that it takes WINDOW_ITEMS and WINDOW_BYTES of a stream', async () => {
  const server = new NoServer();
  const channel = natsChannel(server.connection, { logger: silent });
  const value = createClient(Desk, channel).count()[Symbol.asyncIterator]().next();
  channel.close();
  await expect(value).rejects.toMatchObject({ code: 'CLOSED' });
  const [call] = server.published;
  expect(call!.subject).toBe(`${SUBJECT_PREFIX}.Desk.count`);
  expect(call!.headers!.get('Rpcudp-Window-Items')).toBe(String(WINDOW_ITEMS));
  expect(call!.headers!.get('Rpcudp-Window-Bytes')).toBe(String(WINDOW_BYTES));
});

test('the ends of streams say that they are there each HEARTBEAT_MS, unless told otherwise', () => {
  const { connection } = new NoServer();
  expect(checkOptions(connection, {}, {}).heartbeatMs).toBe(HEARTBEAT_MS);
  expect(checkOptions(connection, { heartbeatMs: 7 }, {}).heartbeatMs).toBe(7);
});

test('a message that takes what the server accepts, headers included, is sent, and one byte more is not', () => {
  const server = new NoServer();
  const link = new NatsLink(server.connection, { stateChanged: () => undefined, forbidden: () => undefined });
  const headers = [['a', 'b']] as const;
  const room = server.info.max_payload - headerBytes(headers);
  link.send({ subject: 'fits', headers, payload: new Uint8Array(room) });
  expect(() => link.send({ subject: 'over', headers, payload: new Uint8Array(room + 1) })).toThrow(/max_payload/);
  expect(server.published.map(({ subject }) => subject)).toEqual(['fits']);
});
