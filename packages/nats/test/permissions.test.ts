import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createClient } from '@rpcudp/client';
import { RpcMethod, RpcService } from '@rpcudp/core';
import { natsChannel, serveNats } from '../src';
import { describeWithNats, withNats } from './describe-with-nats';
import { NatsServer } from './nats-server';
import { silent } from './silent';

@RpcService('Locked')
class Locked {
  readonly heard: string[] = [];

  @RpcMethod()
  add(a: number, b: number): number {
    return a + b;
  }

  @RpcMethod({ oneWay: true, delivery: 'best-effort' })
  hear(word: string): void {
    this.heard.push(word);
  }
}

describeWithNats(withNats('permissions over NATS'), () => {
  let server: NatsServer;
  beforeAll(
    async () =>
      (server = await NatsServer.start(`authorization { users: [
        { user: "deaf", password: "x", permissions: { publish: [">"], subscribe: ["other.>"] } }
        { user: "free", password: "x" }
      ] }`)),
  );
  afterAll(() => server[Symbol.asyncDispose]());
  const as = (user: string): Promise<NatsConnection> => connect({ servers: server.url, user, pass: 'x' });

  test('a user that may not hear answers is told so by every call, and not left in silence', async () => {
    const [serving, calling] = await Promise.all([as('free'), as('deaf')]);
    const locked = new Locked();
    const service = serveNats(serving, locked, { logger: silent });
    await serving.flush();
    using channel = natsChannel(calling, { logger: silent });
    const client = createClient(Locked, channel);
    const message = expect.stringMatching(/subscribe to "_INBOX\..*\.\*", where answers come/) as string;
    // What the server says of the subscription comes after the first call has left.
    await expect(client.add(1, 2)).rejects.toMatchObject({ code: 'PERMISSION_DENIED', executed: 'unknown', message });
    await expect(client.add(1, 2)).rejects.toMatchObject({ code: 'PERMISSION_DENIED', executed: 'no', message });
    // That one wants no answer.
    await client.hear('a word');
    await calling.flush();
    await serving.flush();
    expect(locked.heard).toEqual(['a word']);
    await service.close();
    await Promise.all([serving.close(), calling.close()]);
  });

  test('a service that may not hear calls says so in its log', async () => {
    const connection = await as('deaf');
    const said = new Promise<string>((resolve) => {
      const logger = { ...silent, error: (line: unknown) => resolve(String(line)) };
      serveNats(connection, new Locked(), { logger });
    });
    expect(await said).toMatch(/permission/i);
    await connection.close();
  });
});
