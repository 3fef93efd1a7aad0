import { createClient } from '@rpcudp/client';
import { RpcError, defineService, messagePack, rpcContext, type RpcChannel } from '../../src/index';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { silent } from './fixtures';

interface Shop {
  sell(): unknown;
  take(bytes: Uint8Array): unknown;
}
const Shop = defineService<Shop>('Shop', { sell: {}, take: {} });
type BindOptions = Parameters<SimulatedNetwork['bind']>[0];

interface Pair {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly warn: jest.Mock;
  readonly client: ReturnType<typeof createClient<Shop>>;
}

/** A server whose warnings are kept, and a caller of it, over the native wire. */
function pair(shop: Partial<Shop> | undefined, options: { server?: BindOptions; caller?: BindOptions } = {}): Pair {
  const network = new SimulatedNetwork();
  const warn = jest.fn();
  const logger = { ...silent, warn };
  const server = network.bind({ host: '10.0.0.1', port: 1, logger, ...options.server });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent, ...options.caller });
  if (shop !== undefined) server.serve(Shop, { sell: () => 'sold', take: () => undefined, ...shop });
  return { network, server, caller, warn, client: createClient(Shop, caller.peer(server.address)) };
}

async function errorOf({ network }: Pick<Pair, 'network'>, call: PromiseLike<unknown>): Promise<RpcError> {
  const error: unknown = await network.until(Promise.resolve(call).catch((thrown: unknown) => thrown));
  if (!RpcError.is(error)) throw new Error('The call was answered.');
  return error;
}

const PEER = 'Shop.sell at 10.0.0.1:1';

describe('a method that is not served', () => {
  test('is named to its caller, with its service and peer', async () => {
    const at = pair(undefined);
    expect(await errorOf(at, at.client.sell())).toMatchObject({
      code: 'UNIMPLEMENTED',
      executed: 'no',
      message: `${PEER}: The peer serves no such service or method.`,
    });
  });

  test('is named in the log of the server that declares it', async () => {
    const at = pair(undefined);
    await errorOf(at, at.client.sell());
    expect(at.warn.mock.calls).toEqual([
      [
        'rpcudp: refused a call of Shop.sell from 10.0.0.2:2, which is not served here. Nothing is: call endpoint.serve().',
        {
          event: 'request-refused',
          service: 'Shop',
          method: 'sell',
          methodHash: expect.stringMatching(/^0x[0-9a-f]{8}$/) as string,
          peer: '10.0.0.2:2',
          reason: 'unknown-method',
          code: 'UNIMPLEMENTED',
          executed: 'no',
        },
      ],
    ]);
  });

  test('has its hash in the log of a server that does not know it, with what is served', async () => {
    const at = pair({});
    // Not declared: a contract as another process has it.
    const method = { ...Shop.methods.get('sell')!, service: 'Bazaar' };
    const channel: RpcChannel = at.caller.peer(at.server.address);
    const error = await errorOf(at, channel.call(method, []));
    expect(error.message).toBe('Bazaar.sell at 10.0.0.1:1: The peer serves no such service or method.');
    const [[line, fields]] = at.warn.mock.calls as [[string, object]];
    expect(line).toMatch(
      /^rpcudp: refused a call from 10\.0\.0\.2:2 of a method that nothing here declares \(hash 0x[0-9a-f]{8}\), which is not served here\. Served are: Shop\.$/,
    );
    expect(fields).toMatchObject({ event: 'request-refused', reason: 'unknown-method' });
    expect(fields).not.toHaveProperty('method');
  });

  test('is told with ten names of services, and how many more there are', async () => {
    const at = pair(undefined);
    for (let n = 0; n < 12; n += 1) {
      at.server.serve(defineService<{ a(): void }>(`S${n}`, { a: {} }), { a: () => undefined });
    }
    await errorOf(at, at.client.sell());
    expect(at.warn).toHaveBeenCalledWith(expect.stringMatching(/S8, S9 and 2 more\.$/), expect.anything());
  });
});

test('a call that comes while the server closes is named on both sides', async () => {
  const at = pair({ take: () => new Promise(() => undefined) });
  void at.client.take(new Uint8Array(0));
  await at.network.advance(10);
  const closed = at.server.close({ graceMs: 100 });
  expect(await errorOf(at, at.client.sell())).toMatchObject({
    code: 'UNAVAILABLE',
    executed: 'no',
    message: `${PEER}: The peer is draining or closing, or was restarted before the call ran.`,
  });
  expect(at.server.stats().dropped.closed).toBe(1);
  expect(at.warn.mock.calls).toEqual([
    [
      'rpcudp: refused a call of Shop.sell from 10.0.0.2:2: "This endpoint is closing."',
      {
        event: 'request-refused',
        service: 'Shop',
        method: 'sell',
        peer: '10.0.0.2:2',
        reason: 'closed',
        code: 'UNAVAILABLE',
        message: 'This endpoint is closing.',
        executed: 'no',
      },
    ],
  ]);
  await at.network.until(closed);
});

test('a handler that outlasts the grace time: its caller hears which call it was', async () => {
  const at = pair({ sell: () => new Promise(() => undefined) });
  const error = errorOf(at, at.client.sell());
  await at.network.advance(10);
  await at.network.until(at.server.close({ graceMs: 10 }));
  expect(await error).toMatchObject({
    code: 'CLOSED',
    executed: 'unknown',
    origin: 'remote',
    message: `${PEER}: The peer closed before its handler had answered.`,
  });
});

test('a handler that failed: its caller hears which call it was, and no more', async () => {
  const at = pair(
    {
      sell: () => {
        throw new Error('a secret');
      },
    },
    { server: { logger: silent } },
  );
  expect(await errorOf(at, at.client.sell())).toMatchObject({
    code: 'INTERNAL',
    executed: 'yes',
    message: `${PEER}: The handler failed.`,
  });
});

test('a method that is idempotent on one side alone: the message says what to declare', async () => {
  const at = pair({});
  const method = { ...Shop.methods.get('sell')!, delivery: 'idempotent' } as const;
  const error = await errorOf(at, at.caller.peer(at.server.address).call(method, []));
  expect(error).toMatchObject({
    code: 'FAILED_PRECONDITION',
    message: 'Shop.sell is called as idempotent, and served as at-most-once. Declare the same delivery on both sides.',
  });
});

describe('a hint names the endpoint that it means', () => {
  const LARGE = new Uint8Array(5000);

  test('where the call is larger than the peer accepts', async () => {
    const at = pair({}, { server: { messageBytesMax: 2000 } });
    expect((await errorOf(at, at.client.take(LARGE))).message).toBe(
      'Shop.take at 10.0.0.1:1: The call is larger than the peer accepts. Bind the peer with a larger messageBytesMax, ' +
        'or send less at a time.',
    );
  });

  test('where the answer is larger than the caller accepts', async () => {
    const at = pair({ sell: () => LARGE }, { caller: { messageBytesMax: 2000 } });
    expect(await errorOf(at, at.client.sell())).toMatchObject({
      origin: 'local',
      executed: 'yes',
      message: `${PEER}: The answer is larger than the endpoint that called accepts. Bind that one with a larger messageBytesMax, or ask for less at a time.`,
    });
  });

  test('also where a handler passes on the failure of a call back', async () => {
    const at = pair(
      {
        take: async () => createClient(Shop, rpcContext().peer).sell().orThrow(),
      },
      { server: { messageBytesMax: 2000 } },
    );
    at.caller.serve(Shop, { sell: () => LARGE, take: () => undefined });
    const error = await errorOf(at, at.client.take(new Uint8Array(0)));
    expect(error.message).toMatch(/^Shop\.sell at 10\.0\.0\.2:2: The answer is larger than the endpoint that called/);
  });

  test('where too many calls wait', async () => {
    const at = pair({ sell: () => new Promise(() => undefined) }, { caller: { maxPending: 1 } });
    void at.client.sell();
    expect((await errorOf(at, at.client.sell())).message).toMatch(
      /^Shop\.sell at 10\.0\.0\.1:1: The endpoint that calls has 1 calls .* that endpoint/,
    );
  });

  test('where it is closed', async () => {
    const at = pair({});
    await at.network.until(at.caller.close());
    expect((await errorOf(at, at.client.sell())).message).toMatch(
      /^Shop\.sell at 10\.0\.0\.1:1: The endpoint that calls is closed\. Bind a new one/,
    );
  });
});

test('arguments that cannot be decoded: the message says what both sides need', async () => {
  const codec = messagePack();
  const broken = { name: 'broken', encode: (value: unknown) => codec.encode(value), decode: nothing };
  const at = pair({}, { server: { codec: broken } });
  const { message, code } = await errorOf(at, at.client.sell());
  expect([code, message]).toEqual([
    'INVALID_ARGUMENT',
    'The arguments cannot be decoded. Both sides need the same codec and extension types.',
  ]);
});

function nothing(): never {
  throw new TypeError('no such thing');
}
