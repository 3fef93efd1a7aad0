import { createClient, orThrow, type Client } from '@rpcudp/client';
import { defineService, rpcContext, RpcError, RpcMethod, RpcService } from '@rpcudp/core';
import { contractOf } from '@rpcudp/core/service';
import { z } from 'zod';
import { isLegacy, recordsTypes } from './decorator-kind.js';
import { SimulatedPair } from './simulated-pair.js';

@RpcService('Greeter')
class Greeter {
  readonly #greeting: string;

  constructor(greeting = 'Hello') {
    this.#greeting = greeting;
  }

  @RpcMethod()
  sayHi(name: string): string {
    return `${this.#greeting} ${name}`;
  }

  @RpcMethod({ name: 'where_am_i', timeoutMs: 200 })
  async whereAmI(): Promise<string> {
    const before = rpcContext().method.property;
    await Promise.resolve();
    const { sender } = rpcContext();
    return `${before}: ${sender.host}:${sender.port}`;
  }

  @RpcMethod({ args: z.tuple([z.string().trim()]), result: z.string().toUpperCase() })
  shout(word: string): string {
    return `${word}!`;
  }

  @RpcMethod()
  refuse(): never {
    throw new RpcError('NOT_FOUND', 'Nobody is called that.');
  }

  local(): string {
    return 'not remote';
  }
}

test('a decorated class is served and called end to end', async () => {
  const pair = new SimulatedPair(new Greeter('Ahoy'));
  const greeter = createClient(Greeter, pair.channel);

  expect(await pair.ask(greeter.sayHi('Snake Plissken'))).toEqual({ received: true, value: 'Ahoy Snake Plissken' });
  expect(await pair.network.until(orThrow(greeter).sayHi('Maggie'))).toBe('Ahoy Maggie');
  expect(pair.server.stats()).toMatchObject({ requests: { received: 2, answered: 2 }, runningHandlers: 0 });
});

test('a handler knows its caller and its method, also after an await', async () => {
  const pair = new SimulatedPair(new Greeter());
  const { host, port } = pair.caller.address;

  expect(await pair.value(createClient(Greeter, pair.channel).whereAmI())).toBe(`whereAmI: ${host}:${port}`);
});

test('schemas turn arguments and results into what the handler and the caller get', async () => {
  const pair = new SimulatedPair(new Greeter());

  expect(await pair.value(createClient(Greeter, pair.channel).shout('  hi  '))).toBe('HI!');
});

test('an error that a handler throws on purpose is logged as a no, not as a failure', async () => {
  const pair = new SimulatedPair(new Greeter());

  expect(await pair.ask(createClient(Greeter, pair.channel).refuse())).toEqual({ received: false });
  expect(pair.log.at(-1)).toContain('said no: NOT_FOUND "Nobody is called that."');
});

test('a compiler that records no types is told of once, where it could have recorded them', () => {
  const { log } = new SimulatedPair(new Greeter());

  const told = log.filter((line) => /Greeter\.sayHi\(name\): .* no types were recorded/.test(line));
  expect([told.length, log.length]).toEqual(isLegacy && !recordsTypes ? [1, 1] : [0, 0]);
});

test('a public method that is not decorated is not remote', async () => {
  const pair = new SimulatedPair(new Greeter());
  const local = { ...contractOf(Greeter).methods.get('sayHi')!, property: 'local', name: 'local' };

  expect(createClient(Greeter, pair.channel)).not.toHaveProperty('local');
  expect(await pair.ask(pair.channel.call(local, []))).toEqual({ received: false });
  expect(pair.server.stats().dropped['unknown-method']).toBe(1);
});

test('decorators change neither the class nor its methods', () => {
  const greeter = new Greeter();

  expect(Greeter.name).toBe('Greeter');
  expect(Object.getOwnPropertyNames(Greeter.prototype)).toEqual([
    'constructor',
    'sayHi',
    'whereAmI',
    'shout',
    'refuse',
    'local',
  ]);
  expect(greeter.sayHi('Snake')).toBe('Hello Snake');
  expect(Object.keys(greeter)).toEqual([]);
});

test('the contract has what was declared, in the order of the class', () => {
  const contract = contractOf(Greeter);

  expect(contract.name).toBe('Greeter');
  expect([...contract.methods.keys()]).toEqual(['sayHi', 'whereAmI', 'shout', 'refuse']);
  expect(contract.methods.get('whereAmI')).toMatchObject({
    service: 'Greeter',
    name: 'where_am_i',
    property: 'whereAmI',
    timeoutMs: 200,
  });
  expect(contractOf(Greeter)).toBe(contract);
});

test('parameter types guard the arguments exactly where the compiler recorded them', async () => {
  const pair = new SimulatedPair(new Greeter());
  const greeter = createClient(Greeter, pair.channel) as unknown as Client<{ sayHi(...args: unknown[]): string }>;

  expect(contractOf(Greeter).methods.get('sayHi')?.parameterTypes).toEqual(recordsTypes ? [String] : undefined);
  expect(await pair.ask(greeter.sayHi(7))).toEqual(
    recordsTypes ? { received: false } : { received: true, value: 'Hello 7' },
  );
  expect(await pair.ask(greeter.sayHi('Snake', 'Plissken'))).toEqual(
    recordsTypes ? { received: false } : { received: true, value: 'Hello Snake' },
  );
  expect(pair.server.stats().dropped['refused-args']).toBe(recordsTypes ? 2 : 0);
});

test('a wire name, and not the property, is what travels', async () => {
  const pair = new SimulatedPair(new Greeter());
  interface Node {
    byWireName(): Promise<string>;
    byProperty(): Promise<string>;
  }
  const node = defineService<Node>('Node', { byWireName: { name: 'where_am_i' }, byProperty: { name: 'whereAmI' } });
  const client = createClient(node, pair.channel);

  expect(await pair.ask(client.byWireName())).toMatchObject({ received: true });
  expect(await pair.ask(client.byProperty())).toEqual({ received: false });
});

test('the timeout of a method holds for its callers', async () => {
  const pair = new SimulatedPair();

  const call = createClient(Greeter, pair.channel).whereAmI().orThrow();

  await expect(pair.network.until(call)).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: expect.stringContaining('200 ms') as string,
  });
});

test('one endpoint serves several services, and calls through the same socket', async () => {
  @RpcService({ name: 'Clock' })
  class Clock {
    @RpcMethod()
    now(): number {
      return 1500;
    }
  }
  const pair = new SimulatedPair(new Greeter(), new Clock());
  pair.caller.serve(new Greeter('Hello back'));

  expect(await pair.value(createClient(Greeter, pair.channel).sayHi('Snake'))).toBe('Hello Snake');
  expect(await pair.value(createClient(Clock, pair.channel).now())).toBe(1500);
  const back = createClient(Greeter, pair.server.peer(pair.caller.address));
  expect(await pair.value(back.sayHi('Snake'))).toBe('Hello back Snake');
});

test('two endpoints may serve the same instance', async () => {
  const greeter = new Greeter();
  const first = new SimulatedPair(greeter);
  const second = new SimulatedPair(greeter);

  expect(await first.value(createClient(Greeter, first.channel).sayHi('Snake'))).toBe('Hello Snake');
  expect(await second.value(createClient(Greeter, second.channel).sayHi('Snake'))).toBe('Hello Snake');
});

test('defineService serves a plain object without decorators', async () => {
  interface Node {
    ping(): string;
    findNode(key: Uint8Array): Promise<number[]>;
  }
  const node = defineService<Node>('Node', { ping: {}, findNode: { name: 'find_node' } });
  const pair = new SimulatedPair();
  pair.server.serve(node, { ping: () => 'pong', findNode: async (key) => [...key] });
  const client = createClient(node, pair.channel);

  expect(await pair.value(client.ping())).toBe('pong');
  expect(await pair.value(client.findNode(Uint8Array.of(1, 2)))).toEqual([1, 2]);
});

test('a singleton, which nobody else can construct, is served and called by its class', async () => {
  @RpcService('Registry')
  class Registry {
    static readonly instance = new Registry();
    #count = 0;
    private constructor() {}

    @RpcMethod()
    add(step: number): number {
      return (this.#count += step);
    }
  }
  const alone = new SimulatedPair(Registry.instance);
  const together = new SimulatedPair();
  together.server.serve(Registry, Registry.instance);

  expect(contractOf(Registry).name).toBe('Registry');
  expect(await alone.value(createClient(Registry, alone.channel).add(1))).toBe(1);
  expect(await together.value(createClient(Registry, together.channel).add(1))).toBe(2);
});

test('a contract serves an instance of a decorated class under another name', async () => {
  const salute = defineService<Pick<Greeter, 'sayHi'>>('Salute', { sayHi: { name: 'salute' } });
  const pair = new SimulatedPair(new Greeter());
  pair.server.serve(salute, new Greeter('Salute'));

  expect(await pair.value(createClient(salute, pair.channel).sayHi('Snake'))).toBe('Salute Snake');
  expect(await pair.value(createClient(Greeter, pair.channel).sayHi('Snake'))).toBe('Hello Snake');
});
