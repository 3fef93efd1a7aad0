import { connect } from '@nats-io/transport-node';
import { balance } from '@rpcudp/balance';
import { createClient } from '@rpcudp/client';
import { RpcMethod, RpcService } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { natsDiscovery, serveNats, type NatsDiscoveryOptions } from '../src';
import { describeWithNats, withNats } from './describe-with-nats';
import { NatsServer } from './nats-server';
import { silent } from './silent';

@RpcService('Where')
class Where {
  runs = 0;

  @RpcMethod()
  add(a: number, b: number): number {
    this.runs += 1;
    return a + b;
  }
}

describeWithNats(withNats('discovery over NATS'), () => {
  let server: NatsServer;
  beforeAll(async () => (server = await NatsServer.start()));
  afterAll(() => server[Symbol.asyncDispose]());

  test('servers that say their UDP address in NATS are found, and one that has gone is not', async () => {
    const connection = await connect({ servers: server.url });
    const first = serveNats(connection, new Where(), { logger: silent, udp: '10.0.0.7:1234' });
    const second = serveNats(connection, new Where(), { logger: silent, udp: '[fd00::7]:1234' });
    const without = serveNats(connection, new Where(), { logger: silent });
    await connection.flush();
    const abort = new AbortController();
    const seen: (readonly string[])[] = [];
    const watched = natsDiscovery(connection, 'Where', { intervalMs: 10 }).watch(abort.signal);
    for await (const targets of watched) {
      seen.push(targets.map(({ address }) => address));
      if (seen.length === 1) await second.close();
      if (seen.length === 2) await Promise.all([first.close(), without.close()]);
      if (seen.length === 3) abort.abort();
    }
    expect(seen).toEqual([['10.0.0.7:1234', '[fd00::7]:1234'], ['10.0.0.7:1234'], []]);
    await connection.close();
  });

  test('what is found there is called by UDP, straight', async () => {
    const connection = await connect({ servers: server.url });
    const serving = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent });
    const where = new Where();
    serving.serve(where);
    const { host, port } = serving.address;
    const service = serveNats(connection, where, { logger: silent, udp: `${host}:${port}` });
    await connection.flush();
    await using calling = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent });
    const channel = balance(calling, { targets: natsDiscovery(connection, 'Where') });
    const reply = await createClient(Where, channel, { waitForReady: true, timeoutMs: 30_000 }).add(1, 2);
    expect(reply).toEqual({ received: true, value: 3 });
    expect(serving.stats().requests.answered).toBe(1);
    expect(service.stats().requests.received).toBe(0);
    channel.close();
    await service.close();
    await serving.close();
    await connection.close();
  });

  test('answers that are none are left out, whoever gives them', async () => {
    const connection = await connect({ servers: server.url });
    const answers = ['no JSON', 'null', '{}', '{"metadata":{"rpcudp.udp":7}}', '{"metadata":{"rpcudp.udp":"a b"}}'];
    connection.subscribe('$SRV.PING.Odd', {
      callback: (_, message) => {
        for (const answer of [...answers, '{"metadata":{"rpcudp.udp":"10.0.0.8:1"}}']) message.respond(answer);
      },
    });
    const abort = new AbortController();
    const watched = natsDiscovery(connection, 'Odd').watch(abort.signal)[Symbol.asyncIterator]();
    expect(await watched.next()).toEqual({ done: false, value: [{ address: '10.0.0.8:1' }] });
    abort.abort();
    expect(await watched.next()).toEqual({ done: true, value: undefined });
    await connection.close();
  });

  test.each([0, -1, NaN, 2 ** 31, '5'])('an interval of %p is refused', async (intervalMs) => {
    const connection = await connect({ servers: server.url });
    expect(() => natsDiscovery(connection, 'Where', { intervalMs } as NatsDiscoveryOptions)).toThrow(
      /^intervalMs must be/,
    );
    await connection.close();
  });

  test('an address that is none is refused before anything is served', async () => {
    const connection = await connect({ servers: server.url });
    expect(() => serveNats(connection, new Where(), { udp: '10.0.0.7' })).toThrow(/^udp must be "host:port"/);
    await connection.close();
  });
});
