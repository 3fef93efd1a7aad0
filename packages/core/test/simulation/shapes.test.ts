import { createClient, orThrow } from '@rpcudp/client';
import { defineService, type Delivery, type RpcError, type RpcPeer } from '../../src/index';
import { SimulatedNetwork } from '../../src/testing';
import { silent } from './fixtures';

interface Shapes {
  'unary at-most-once'(): string;
  'unary idempotent'(): string;
  'unary best-effort'(): string;
  'one-way at-most-once'(): void;
  'one-way idempotent'(): void;
  'one-way best-effort'(): void;
}

type Shape = keyof Shapes;
type Fate = 'answered' | 'silent' | 'refused' | 'unsent';

const DELIVERIES: readonly Delivery[] = ['at-most-once', 'idempotent', 'best-effort'];
const FATES: readonly Fate[] = ['answered', 'silent', 'refused', 'unsent'];

const Shapes = defineService<Shapes>('Shapes', {
  'unary at-most-once': {},
  'unary idempotent': { delivery: 'idempotent' },
  'unary best-effort': { delivery: 'best-effort' },
  'one-way at-most-once': { oneWay: true },
  'one-way idempotent': { oneWay: true, delivery: 'idempotent' },
  'one-way best-effort': { oneWay: true, delivery: 'best-effort' },
});

const implementation = Object.fromEntries(
  [...Shapes.methods.values()].map(({ property, shape }) => [
    property,
    () => (shape === 'one-way' ? undefined : 'done'),
  ]),
) as unknown as Shapes;

/** A caller, and a channel over which calls fare so. */
function channelTo(fate: Fate): { network: SimulatedNetwork; channel: RpcPeer } {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent });
  if (fate === 'answered') server.serve(Shapes, implementation);
  if (fate === 'silent') network.disconnect(server);
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent });
  if (fate !== 'unsent') return { network, channel: caller.peer(server.address) };
  const { driver } = caller as unknown as { driver: { channel(to: object): RpcPeer } };
  return { network, channel: driver.channel({ label: 'nowhere:1', resolve: () => new Promise(() => undefined) }) };
}

const SILENT = { received: false };
const refusal = 'UNIMPLEMENTED/no';

/** What `await` and `orThrow` make of each. */
function expected(shape: Shape, fate: Fate): [reply: unknown, value: unknown] {
  const oneWay = shape.startsWith('one-way');
  if (fate === 'unsent') return [SILENT, 'DEADLINE_EXCEEDED/no'];
  // It is over when it is sent; what comes of it is not asked.
  if (shape === 'one-way best-effort') return [SILENT, undefined];
  if (fate === 'silent') return [SILENT, 'DEADLINE_EXCEEDED/unknown'];
  // It has arrived; nobody says no to it.
  if (oneWay) return [{ received: true, value: undefined }, undefined];
  return fate === 'refused' ? [refusal, refusal] : [{ received: true, value: 'done' }, 'done'];
}

const settled = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).catch((error: unknown) => {
    const { code, executed } = error as RpcError;
    return `${code}/${executed}`;
  });

const combinations = ['unary', 'one-way'].flatMap((kind) =>
  DELIVERIES.flatMap((delivery) => FATES.map((fate) => [`${kind} ${delivery}` as Shape, fate] as const)),
);

test.each(combinations)(
  'a %s call that is %s says so in its own way, to await and to orThrow alike',
  async (shape, fate) => {
    const { network, channel } = channelTo(fate);
    const client = createClient(Shapes, channel);
    const call = client[shape]();
    const outcome = await network.until(settled(call));
    const value = await network.until(settled(call.orThrow()));
    expect([outcome, value]).toEqual(expected(shape, fate));
    expect(await network.until(settled(orThrow(client)[shape]()))).toEqual(value);
  },
);

test('a one-way call with best effort is over as soon as it is sent', async () => {
  const { network, channel } = channelTo('silent');
  await network.until(createClient(Shapes, channel)['one-way best-effort']().orThrow());
  expect(network.clock.now).toBeLessThan(1);
});

test('the error for silence says how long was waited: less than the deadline where the peer was restarted', async () => {
  const Slow = defineService<{ never(): Promise<void>; ping(): void }>('Slow', {
    never: { delivery: 'best-effort' },
    ping: {},
  });
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const address = { host: '10.0.0.1', port: 1 };
  const server = network.bind({ ...address, logger: silent });
  server.serve(Slow, { never: () => new Promise(() => undefined), ping: () => undefined });
  const client = createClient(Slow, network.bind({ host: '10.0.0.2', port: 2, logger: silent }).peer(address));
  const error = settled(
    client
      .never()
      .orThrow()
      .catch((thrown: unknown) => (thrown as RpcError).message),
  );
  await network.advance(100);
  server.crash();
  network.bind({ ...address, logger: silent });
  void client.ping();
  expect(await network.until(error)).toBe('No response within 110 ms from Slow.never at 10.0.0.1:1.');
});
