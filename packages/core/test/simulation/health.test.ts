/** `rpcudp.Health` of an endpoint: what it tells, to whom, and when nothing else can be called any more. */
import { createClient, type Client } from '@rpcudp/client';
import { defineService, type RpcError } from '../../src/index';
import { Health, type HealthStatus, type SettableStatus } from '../../src/health';
import { HEALTH_WATCHERS_MAX, OWN_HANDLERS_BEYOND_MAX } from '../../src/limits';
import { SimulatedNetwork, type SimulatedEndpoint } from '../../src/testing';
import { generateKeyPair, loadCrypto } from '../../src/security';
import { outcomeOf, silent } from './fixtures';

beforeAll(loadCrypto);

interface Orders {
  place(): Promise<void>;
  placeNow(): number;
}
const Orders = defineService<Orders>('Orders', { place: {}, placeNow: {} });

interface Clinic {
  readonly network: SimulatedNetwork;
  readonly server: SimulatedEndpoint;
  readonly caller: SimulatedEndpoint;
  readonly orders: Client<Orders>;
  readonly health: Client<Health>;
}

function clinic(options: Parameters<SimulatedNetwork['bind']>[0] = {}): Clinic {
  const network = new SimulatedNetwork({ latencyMs: 5 });
  const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, health: true, ...options });
  server.serve(Orders, { place: () => new Promise(() => undefined), placeNow: () => 1 });
  const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent });
  const peer = caller.peer(server.address);
  return { network, server, caller, orders: createClient(Orders, peer), health: createClient(Health, peer) };
}

/** What a watcher has been told. */
function watch(health: Client<Health>, service?: string): { states: HealthStatus[]; end: Promise<unknown> } {
  const states: HealthStatus[] = [];
  const read = async (): Promise<void> => {
    for await (const state of health.watch(service)) states.push(state);
  };
  return { states, end: read().catch((error: unknown) => error) };
}

describe('an endpoint with health', () => {
  test('tells of itself and of what it serves, and that it does not know the rest', async () => {
    const { network, health } = clinic();
    const asked = [undefined, '', 'Orders', 'rpcudp.Health', 'Bazaar'].map((name) => health.check(name).orThrow());
    const told = await network.until(Promise.all(asked));
    expect(told).toEqual(['SERVING', 'SERVING', 'SERVING', 'SERVING', 'SERVICE_UNKNOWN']);
  });

  test('tells what its program says, also of what is no service', async () => {
    const { network, server, health } = clinic();
    server.health.set('Orders', 'NOT_SERVING');
    server.health.set('queue', 'SERVING');
    const asked = ['', 'Orders', 'queue'].map((name) => health.check(name).orThrow());
    expect(await network.until(Promise.all(asked))).toEqual(['SERVING', 'NOT_SERVING', 'SERVING']);
    server.health.set('', 'NOT_SERVING');
    expect(server.health.status()).toBe('NOT_SERVING');
    expect(server.health.status('queue')).toBe('SERVING');
  });

  test('tells watchers at once, and then what has changed, once', async () => {
    const { network, server, health } = clinic();
    const bazaar = watch(health, 'Bazaar');
    const all = watch(health);
    await network.advance(50);
    server.serve(defineService<{ sell(): void }>('Bazaar', { sell: {} }), { sell: () => undefined });
    await network.advance(50);
    server.health.set('Bazaar', 'NOT_SERVING');
    server.health.set('Bazaar', 'NOT_SERVING');
    await network.advance(50);
    server.health.set('Bazaar', 'SERVING');
    await network.advance(50);
    expect(bazaar.states).toEqual(['SERVICE_UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVING']);
    expect(all.states).toEqual(['SERVING']);
  });

  test('leaves out what a watcher was too late for', async () => {
    const { network, server, health } = clinic();
    const { states } = watch(health, 'Orders');
    await network.advance(50);
    for (let n = 0; n < 99; n += 1) server.health.set('Orders', n % 2 === 0 ? 'NOT_SERVING' : 'SERVING');
    await network.advance(50);
    expect(states).toEqual(['SERVING', 'NOT_SERVING']);
  });

  test('is lost no state on the way', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const { network, server, health } = clinic();
      network.change({ loss: 0.3, jitterMs: seed });
      const { states } = watch(health, 'Orders');
      await network.advance(3000);
      server.health.set('Orders', 'NOT_SERVING');
      await network.advance(3000);
      expect(states).toEqual(['SERVING', 'NOT_SERVING']);
    }
  });

  test('is not serving when it drains, whatever its program says, and tells so until it closes', async () => {
    const { network, server, orders, health } = clinic();
    server.health.set('queue', 'SERVING');
    const all = watch(health);
    const one = watch(health, 'Orders');
    await network.advance(50);
    expect(await network.until(server.drain())).toMatchObject({ complete: true });
    server.health.set('Orders', 'SERVING');
    await network.advance(50);

    const asked = ['', 'Orders', 'queue', 'Bazaar'].map((name) => health.check(name).orThrow());
    const told = await network.until(Promise.all(asked));

    expect(told).toEqual(['NOT_SERVING', 'NOT_SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']);
    expect(all.states).toEqual(['SERVING', 'NOT_SERVING']);
    expect(one.states).toEqual(['SERVING', 'NOT_SERVING']);
    expect(await network.until(outcomeOf(orders.placeNow()))).toBe('UNAVAILABLE');
    const late = watch(health);
    await network.advance(50);
    expect(late.states).toEqual(['NOT_SERVING']);
    await network.until(server.close());
    expect(await network.until(Promise.all([all.end, one.end, late.end]))).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ code: 'UNAVAILABLE' }) as RpcError),
    );
  });

  test('answers while as many handlers run as may, and those who watch do not', async () => {
    const { network, orders, health } = clinic({ maxRunning: 3 });
    for (let n = 0; n < 3; n += 1) void orders.place();
    await network.advance(50);
    expect(await network.until(outcomeOf(orders.placeNow()))).toBe('RESOURCE_EXHAUSTED');
    expect(await network.until(health.check('Orders').orThrow())).toBe('SERVING');
    const { end } = watch(health);
    expect(await network.until(end)).toMatchObject({ code: 'RESOURCE_EXHAUSTED', executed: 'no' });
  });

  test('takes OWN_HANDLERS_BEYOND_MAX calls beyond its handlers, if they cannot be answered at once', async () => {
    const never = new Promise<never>(() => undefined);
    const { network, orders, health, server } = clinic({
      maxRunning: 3,
      interceptors: { server: [(call, next) => (call.method.service === 'rpcudp.Health' ? never : next(call))] },
    });
    for (let n = 0; n < 3; n += 1) void orders.place();
    await network.advance(50);
    const asked = Array.from({ length: OWN_HANDLERS_BEYOND_MAX + 10 }, () => outcomeOf(health.check()));
    await network.advance(50);
    expect(server.stats().runningHandlers).toBe(3 + OWN_HANDLERS_BEYOND_MAX);
    const told = await network.until(Promise.all(asked));
    expect(told.filter((outcome) => outcome === 'RESOURCE_EXHAUSTED')).toHaveLength(10);
  });

  test('is watched by HEALTH_WATCHERS_MAX at most, and by another when one has gone', async () => {
    const { network, health, server } = clinic();
    const others = Array.from({ length: 4 }, (_, n) =>
      createClient(Health, network.bind({ host: `10.0.1.${n}`, port: 2, logger: silent }).peer(server.address)),
    );
    const readers = others.flatMap((other) =>
      Array.from({ length: HEALTH_WATCHERS_MAX / 4 }, () => other.watch()[Symbol.asyncIterator]()),
    );
    await network.until(Promise.all(readers.map((reader) => reader.next())));
    expect(await network.until(watch(health).end)).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      message: expect.stringContaining('Use check() from time to time.') as string,
    });
    await network.until(readers[0]!.return!());
    await network.advance(50);
    const { states } = watch(health);
    await network.advance(50);
    expect(states).toEqual(['SERVING']);
  });

  test.each([[[1]], [['a', 'b']], [[{}]], [[null]]])('does not take %j for a name', async (args) => {
    const { network, health } = clinic();
    const call = (health.check as (...given: unknown[]) => ReturnType<typeof health.check>)(...args);
    expect(await network.until(outcomeOf(call))).toBe('INVALID_ARGUMENT');
  });

  test('tells those alone who may ask', async () => {
    const network = new SimulatedNetwork();
    const security = { keyPair: generateKeyPair(), authorize: () => false };
    const server = network.bind({ host: '10.0.0.1', port: 1, logger: silent, health: true, security });
    const caller = network.bind({ host: '10.0.0.2', port: 2, logger: silent, security: {} });
    const { publicKey } = security.keyPair;
    const health = createClient(Health, caller.peer(server.address, { publicKey }));
    expect(await network.until(outcomeOf(health.check()))).toBe('PERMISSION_DENIED');
  });
});

test('an endpoint without health tells nothing, and its program may say what it likes', async () => {
  const { network, server, health } = clinic({ health: false });
  server.health.set('Orders', 'NOT_SERVING');
  expect(await network.until(outcomeOf(health.check()))).toBe('UNIMPLEMENTED');
});

test.each([
  ['Orders', 'SERVICE_UNKNOWN', "status must be 'SERVING' or 'NOT_SERVING', not \"SERVICE_UNKNOWN\"."],
  ['Orders', undefined, "status must be 'SERVING' or 'NOT_SERVING', not undefined."],
  [7, 'SERVING', 'service must be a name, not 7.'],
])('a program cannot say of %j that it is %j', (service, status, message) => {
  const { server } = clinic();
  expect(() => server.health.set(service as string, status as SettableStatus)).toThrow(message);
});

test('health needs the native wire', () => {
  const network = new SimulatedNetwork();
  expect(() => network.bind({ health: true, wires: ['rpcudp'] })).toThrow('health needs the native wire.');
});
