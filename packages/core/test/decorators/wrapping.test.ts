/** Decorators of users, which put another function in the place of a method. */
import { createClient, type Client } from '@rpcudp/client';
import { Reflection, RpcMethod, RpcService, type RpcChannel } from '@rpcudp/core';
import { contractOf } from '@rpcudp/core/service';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { recordsTypes } from './decorator-kind.js';
import { SimulatedPair } from './simulated-pair.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

const standard = !('getOwnMetadata' in Reflect && Reflect.getOwnMetadata('probe', probed()) === true);

/** A class that says under which kind of decorators it was compiled. */
function probed(): object {
  const noted = (target: unknown, place: unknown): void => {
    if (typeof place === 'string') Reflect.defineMetadata('probe', true, target as object);
  };
  class Probe {
    @noted
    method(): void {}
  }
  return Probe.prototype;
}

/** Counts calls, under both decorator kinds, as those of libraries do. */
let calls = 0;
function Logged() {
  return (target: unknown, _place: unknown, descriptor?: PropertyDescriptor): undefined => {
    const wrapped = (method: Method): Method =>
      function (...args) {
        calls += 1;
        return method.apply(this, args);
      };
    // Under standard decorators the result takes the method's place; the type of a decorator cannot say so of both kinds.
    if (descriptor === undefined) return wrapped(target as Method) as unknown as undefined;
    descriptor.value = wrapped(descriptor.value as Method);
  };
}

@RpcService('Wrapped')
class Wrapped {
  @Logged()
  @RpcMethod()
  above(name: string, mark = '!'): string {
    return `${name}${mark}`;
  }

  @RpcMethod()
  @Logged()
  below(name: string, mark = '!'): string {
    return `${name}${mark}`;
  }

  @Logged()
  @RpcMethod()
  rest(first: number, ...more: number[]): number {
    return more.reduce((sum, number) => sum + number, first);
  }
}

/** A client that can send whatever strangers send. */
type Untyped = Client<Record<'above' | 'below' | 'rest', (...args: unknown[]) => unknown>>;
const untyped = (channel: RpcChannel): Untyped => createClient(Wrapped, channel) as unknown as Untyped;

test('what is around a method runs, and the method as it stands in the class is remembered', async () => {
  const pair = new SimulatedPair(new Wrapped());
  const before = calls;

  expect(await pair.value(createClient(Wrapped, pair.channel).above('Snake'))).toBe('Snake!');
  expect(await pair.value(createClient(Wrapped, pair.channel).below('Snake', '?'))).toBe('Snake?');
  expect(calls).toBe(before + 2);
  expect(contractOf(Wrapped).methods.get('above')?.original).not.toBe(Wrapped.prototype.above);
  expect(contractOf(Wrapped).methods.get('above')?.original?.name).toBe('above');
});

test('arguments are counted by the parameters of the method where types were recorded, not by what is around it', async () => {
  const pair = new SimulatedPair(new Wrapped());
  const client = untyped(pair.channel);

  for (const method of ['above', 'below'] as const) {
    const surplus = await pair.ask(client[method]('a', 'b', 'c'));
    expect(surplus).toEqual(recordsTypes ? { received: false } : { received: true, value: 'ab' });
    const wrong = await pair.ask(client[method](1));
    expect(wrong).toEqual(recordsTypes ? { received: false } : { received: true, value: '1!' });
  }
});

test('a rest parameter behind a decorator takes any number of arguments of its type', async () => {
  const pair = new SimulatedPair(new Wrapped());
  const client = untyped(pair.channel);

  expect(await pair.ask(client.rest(1, 2, 3, 4))).toEqual({ received: true, value: 10 });
  const wrong = await pair.ask(client.rest(1, 2, '3'));
  expect(wrong).toEqual(recordsTypes ? { received: false } : { received: true, value: '33' });
});

test('reflection tells the names of the method, and of one that is hidden nothing that is not so', async () => {
  const network = new SimulatedNetwork();
  const server = network.bind({ reflection: true });
  server.serve(new Wrapped());
  const reflection = createClient(Reflection, network.bind().peer(server.address));
  const { methods } = await network.until(reflection.service('Wrapped').orThrow());
  const [above, below, rest] = methods.map(({ parameters }) => parameters);
  const type = recordsTypes ? 'string' : 'unknown';
  const names = [
    { name: 'name', type },
    { name: 'mark', type: 'unknown', optional: true },
  ];

  expect(above).toEqual(names);
  expect(below).toEqual(standard ? [{ name: 'args', type: 'unknown[]', rest: true }] : names);
  expect(rest).toEqual([
    { name: 'first', type: recordsTypes ? 'number' : 'unknown' },
    { name: 'more', type: recordsTypes ? 'number[]' : 'unknown[]', rest: true },
  ]);
});

test('a method that is bound, spied on or overridden keeps its parameters', async () => {
  class Bound extends Wrapped {
    constructor() {
      super();
      this.above = this.above.bind(this);
    }

    override below(title: string, name = 'Snake'): string {
      return `${title} ${name}`;
    }
  }
  const bound = new Bound();
  jest.spyOn(bound, 'rest');
  const network = new SimulatedNetwork();
  const server = network.bind({ reflection: true });
  server.serve(bound);
  const caller = network.bind();
  const client = untyped(caller.peer(server.address));
  const reflection = createClient(Reflection, caller.peer(server.address));
  const { methods } = await network.until(reflection.service('Wrapped').orThrow());

  expect(methods.map(({ parameters }) => parameters.map(({ name }) => name))).toEqual([
    ['name', 'mark'],
    ['title', 'name'],
    ['first', 'more'],
  ]);
  expect(await network.until(client.rest(1, 2, 3))).toEqual({ received: true, value: 6 });
  expect(await network.until(client.above('a', 'b'))).toEqual({ received: true, value: 'ab' });
});
