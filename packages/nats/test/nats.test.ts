import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createClient, orThrow, withOptions, type Client } from '@rpcudp/client';
import { defineService, rpcContext, type RpcError } from '@rpcudp/core';
import { natsChannel, serveNats, type NatsChannelOptions, type ServeNatsOptions } from '../src';
import { Desk } from './contract';
import { describeWithNats, withNats } from './describe-with-nats';
import { NatsServer } from './nats-server';
import { silent } from './silent';

/** Resolves with the next event of a kind. */
async function status(connection: NatsConnection, type: string): Promise<void> {
  for await (const event of connection.status()) if (event.type === type) return;
}

const failure = (call: PromiseLike<unknown>): Promise<RpcError> =>
  Promise.resolve(call).then(
    () => {
      throw new Error('The call did not fail.');
    },
    (error: unknown) => error as RpcError,
  );

describeWithNats(withNats('calls over a NATS server'), () => {
  let server: NatsServer;
  const connections: NatsConnection[] = [];
  let named = 0;
  let prefix = '';

  beforeAll(async () => (server = await NatsServer.start('max_payload: 65536\n')));
  beforeEach(() => (prefix = `n${(named += 1)}`));
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function open(): Promise<NatsConnection> {
    const connection = await connect({ servers: server.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 });
    connections.push(connection);
    return connection;
  }

  const serve = async (options: ServeNatsOptions = {}) => {
    const connection = await open();
    const desk = new Desk();
    const service = serveNats(connection, desk, { prefix, logger: silent, ...options });
    await connection.flush();
    return { connection, desk, service };
  };

  const call = async (options: NatsChannelOptions = {}) => {
    const connection = await open();
    const channel = natsChannel(connection, { prefix, logger: silent, ...options });
    return { connection, channel, client: createClient(Desk, channel) };
  };

  test('nobody there is known within 50 ms, and that nothing ran', async () => {
    const { client } = await call();
    const tookMs: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const began = performance.now();
      const error = await failure(client.add(1, 2));
      tookMs.push(performance.now() - began);
      expect(error).toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
      expect(error.message).toContain(`Nobody serves ${prefix}.Desk.add`);
    }
    // A busy machine may hold up one of them.
    expect(Math.min(...tookMs)).toBeLessThan(50);
  });

  test('nobody there is the end of a stream, too', async () => {
    const { client } = await call();
    await expect(client.count(3)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      executed: 'no',
    });
  });

  test('with waitForReady a call waits for whoever comes', async () => {
    const { client } = await call({ waitForReady: true, timeoutMs: 30_000 });
    const waiting = orThrow(client).add(1, 2);
    await serve();
    expect(await waiting).toBe(3);
    const late = withOptions(createClient(Desk, (await call({ prefix: 'nobody', waitForReady: true })).channel), {
      timeoutMs: 120,
    });
    const silentCall = late.add(1, 2);
    expect(await silentCall).toEqual({ received: false });
    expect(silentCall.silenceError()).toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'no' });
  });

  test('instances of a queue group share the calls, each of which runs once', async () => {
    const served = [await serve(), await serve(), await serve()];
    const { client } = await call();
    await Promise.all(Array.from({ length: 300 }, () => client.add(1, 1)));
    expect(served.reduce((sum, { desk }) => sum + desk.runs, 0)).toBe(300);
    for (const { desk } of served) expect(desk.runs).toBeGreaterThan(30);
  });

  test('what is larger than max_payload is not sent, and the error says what to do', async () => {
    const { desk } = await serve();
    const { client } = await call();
    const error = await failure(client.echo(new Uint8Array(70_000)));
    expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', executed: 'no', details: { bytesMax: 65_536 } });
    expect(error.message).toMatch(/max_payload.*as a stream/s);
    expect(desk.runs).toBe(0);
    expect(await orThrow(client).echo(new Uint8Array(60_000))).toHaveLength(60_000);
  });

  test('a result that is larger says that the method ran', async () => {
    const Large = defineService<{ large(): Uint8Array }>('Large', { large: {} });
    const connection = await open();
    serveNats(connection, Large, { large: () => new Uint8Array(70_000) }, { prefix, logger: silent });
    await connection.flush();
    const error = await failure(createClient(Large, (await call()).channel).large());
    expect(error).toMatchObject({ code: 'INTERNAL', executed: 'yes' });
    expect(error.message).toContain('max_payload');
  });

  test('a lost connection ends calls that may have run with unknown, and idempotent ones go out again', async () => {
    await using own = await NatsServer.start();
    const far = await connect({ servers: own.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 });
    const near = await connect({ servers: own.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 });
    connections.push(far, near);
    let entered: () => void = () => undefined;
    let finish: (value: number) => void = () => undefined;
    const result = new Promise<number>((resolve) => (finish = resolve));
    const Work = defineService<{ once(): Promise<number>; again(): Promise<number>; ticks(): AsyncIterable<number> }>(
      'Work',
      {
        once: {},
        again: { delivery: 'idempotent' },
        ticks: { stream: true },
      },
    );
    const work = (): Promise<number> => {
      entered();
      return result;
    };
    async function* ticks(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    serveNats(far, Work, { once: work, again: work, ticks }, { logger: silent });
    await far.flush();
    const client = withOptions(createClient(Work, natsChannel(near, { logger: silent })), { timeoutMs: 60_000 });
    const both = new Promise<void>((resolve) => {
      let left = 2;
      entered = () => (left -= 1) === 0 && resolve();
    });
    const once = failure(client.once());
    const again = orThrow(client).again();
    const stream = client.ticks()[Symbol.asyncIterator]();
    expect((await stream.next()).value).toBe(1);
    const next = failure(stream.next());
    await both;
    const back = [status(near, 'reconnect'), status(far, 'reconnect')];
    await own.kill();
    expect(await once).toMatchObject({ code: 'UNAVAILABLE', executed: 'unknown' });
    expect(await next).toMatchObject({ code: 'UNAVAILABLE', executed: 'yes' });
    // Its answer is held until the connection is there again.
    finish(7);
    const refused = await failure(client.once());
    expect(refused).toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
    expect(refused.message).toMatch(/no connection.*waitForReady/);
    const waiting = orThrow(withOptions(client, { waitForReady: true })).once();
    own.startAgain();
    await Promise.all(back);
    expect(await again).toBe(7);
    expect(await waiting).toBe(7);
  });

  test('a connection that is closed says so, and to connect again', async () => {
    await serve();
    const { client, connection } = await call();
    const waiting = failure(client.waits());
    await connection.close();
    expect(await waiting).toMatchObject({ code: 'CLOSED', executed: 'unknown' });
    const error = await failure(client.add(1, 2));
    expect(error).toMatchObject({ code: 'CLOSED', executed: 'no' });
    expect(error.message).toContain('Connect again');
  });

  test('a channel that is closed ends its calls, and leaves the connection', async () => {
    await serve();
    const { client, channel, connection } = await call();
    const waiting = failure(client.waits());
    channel.close();
    expect(await waiting).toMatchObject({ code: 'CLOSED', executed: 'unknown' });
    await connection.flush();
    expect(connection.isClosed()).toBe(false);
  });

  test('a caller that dies is noticed by heartbeats, and its handler ends', async () => {
    const { desk } = await serve({ heartbeatMs: 20 });
    const { client, connection } = await call();
    const values = client.count(1_000_000)[Symbol.asyncIterator]();
    await values.next();
    await connection.close();
    expect(await desk.hears(1)).toEqual(['ended']);
  });

  test('a server that dies is noticed by heartbeats', async () => {
    const Quiet = defineService<{ quiet(): AsyncIterable<number> }>('Quiet', { quiet: { stream: true } });
    const connection = await open();
    async function* quiet(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    serveNats(connection, Quiet, { quiet }, { prefix, logger: silent });
    await connection.flush();
    const values = createClient(Quiet, (await call({ heartbeatMs: 20 })).channel)
      .quiet()
      [Symbol.asyncIterator]();
    await values.next();
    const next = failure(values.next());
    await connection.close();
    expect(await next).toMatchObject({ code: 'UNAVAILABLE', executed: 'yes' });
  });

  test('a quiet stream stays open as long as both ends are there', async () => {
    await serve({ heartbeatMs: 200 });
    const { client } = await call({ heartbeatMs: 200 });
    let send: (word: string) => void = () => undefined;
    async function* words(): AsyncGenerator<string> {
      yield 'a';
      yield await new Promise<string>((resolve) => (send = resolve));
    }
    const watching = await open();
    const manyHeartbeats = new Promise<void>((resolve) => {
      // Four of each end: longer than it would take to give either up.
      let left = 8;
      watching.subscribe('_INBOX.>', {
        callback: (_error, message) => {
          if (message.headers?.get('Rpcudp-Kind') === 'ping' && (left -= 1) === 0) resolve();
        },
      });
    });
    await watching.flush();
    const heard: string[] = [];
    const reading = (async () => {
      for await (const word of client.shout(words())) {
        heard.push(word);
        if (heard.length === 1) await manyHeartbeats;
        send('b');
      }
    })();
    await reading;
    expect(heard).toEqual(['a!', 'b!']);
  });

  test('draining leaves the group, answers what has come, and loses no call', async () => {
    const first = await serve();
    const second = await serve();
    const { client } = await call();
    const calls = Array.from({ length: 100 }, (_, at) => orThrow(client).add(at, 0));
    await first.connection.flush();
    const report = first.service.drain();
    const later = Array.from({ length: 100 }, (_, at) => orThrow(client).add(at, 0));
    expect(await report).toEqual({ complete: true, runningHandlers: 0, endedStreams: 0 });
    expect(await Promise.all([...calls, ...later])).toHaveLength(200);
    const before = first.desk.runs;
    await client.add(1, 1);
    expect([first.desk.runs, first.desk.runs + second.desk.runs]).toEqual([before, 201]);
    await first.service.close();
  });

  test('the services protocol tells who is there, what they serve, and what they have done', async () => {
    const { service } = await serve({ version: '1.2.3', metadata: { zone: 'a' } });
    const { client, connection } = await call();
    await client.add(1, 2);
    await failure(client.fails('said'));
    const ask = async (subject: string): Promise<Record<string, unknown>> =>
      (await connection.request(`$SRV.${subject}`, '', { timeout: 5_000 })).json();
    expect(await ask(`PING.Desk.${service.id}`)).toMatchObject({
      type: 'io.nats.micro.v1.ping_response',
      name: 'Desk',
      id: service.id,
      version: '1.2.3',
      metadata: { 'zone': 'a', 'rpcudp.service': 'Desk' },
    });
    const info = (await ask(`INFO.Desk.${service.id}`)) as { endpoints: { name: string; subject: string }[] };
    expect(info.endpoints[0]).toMatchObject({ name: 'add', subject: `${prefix}.Desk.add`, queue_group: 'q' });
    const stats = (await ask(`STATS.Desk.${service.id}`)) as { endpoints: Record<string, unknown>[] };
    expect(stats.endpoints[0]).toMatchObject({ name: 'add', num_requests: 1, num_errors: 0 });
    const failed = stats.endpoints.find(({ name }) => name === 'fails');
    expect(failed).toMatchObject({ num_requests: 1, num_errors: 1, last_error: 'NOT_FOUND: No such order.' });
  });

  test('a program that knows nothing but the subject can call, and reads errors as those of any service', async () => {
    await serve();
    const { connection } = await call();
    const array = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
    const sum = await connection.request(`${prefix}.Desk.add`, array(0x92, 1, 2), { timeout: 5_000 });
    expect([...sum.data]).toEqual([3]);
    const refused = await connection.request(`${prefix}.Desk.add`, array(0x92, 1, 0xa0), { timeout: 5_000 });
    expect(refused.headers!.get('Nats-Service-Error-Code')).toBe('400');
    const broken = await connection.request(`${prefix}.Desk.add`, array(0xc1), { timeout: 5_000 });
    expect(broken.headers!.get('Rpcudp-Code')).toBe('INVALID_ARGUMENT');
  });

  test('a handler finds no address, no identity and no way back to its caller', async () => {
    const Who = defineService<{ who(): unknown[] }>('Who', { who: {} });
    const connection = await open();
    const who = (): unknown[] => {
      const context = rpcContext();
      const back = ((): string => {
        try {
          return context.peer.remote;
        } catch (error) {
          return (error as RpcError).code;
        }
      })();
      return [context.sender.host.startsWith('_INBOX.'), context.sender.port, context.encrypted, back];
    };
    serveNats(connection, Who, { who }, { prefix, logger: silent });
    await connection.flush();
    const client: Client<{ who(): unknown[] }> = createClient(Who, (await call()).channel);
    expect(await orThrow(client).who()).toEqual([true, 0, false, 'FAILED_PRECONDITION']);
  });

  test('a permission that is missing is an error that names the subject', async () => {
    await using own = await NatsServer.start(
      'authorization { users = [{ user: "a", password: "a", permissions: { publish: ["other.>"], subscribe: ["_INBOX.>"] } }] }\n',
    );
    const connection = await connect({ servers: own.url, user: 'a', pass: 'a' });
    connections.push(connection);
    const error = await failure(createClient(Desk, natsChannel(connection, { logger: silent })).add(1, 2));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', executed: 'unknown' });
    expect(error.message).toContain('"rpc.Desk.add"');
  });

  test.each([
    [{ prefix: 'a b' }, /prefix must be/],
    [{ prefix: '' }, /prefix must be/],
    [{ heartbeatMs: 0 }, /heartbeatMs must be/],
    [{ timeoutMs: -1 }, /timeoutMs must be/],
    [{ interceptors: undefined }, /interceptors/],
  ])('a channel refuses %j and says what to do', async (options, message) => {
    const connection = await open();
    expect(() => natsChannel(connection, options as NatsChannelOptions)).toThrow(message);
    expect(() => natsChannel(Promise.resolve(connection) as never)).toThrow(/awaited/);
  });
});
