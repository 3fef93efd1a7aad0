import * as main from '@rpcudp/core';
import * as service from '@rpcudp/core/service';
import { SimulatedPair } from './simulated-pair.js';
import { createClient } from '@rpcudp/client';

const core = { ...main, ...service };

/** Another copy of the package, as when one part of a program imports it and another requires it. */
function anotherCopy(): typeof core {
  let copy: typeof core | undefined;
  jest.isolateModules(() => {
    copy = {
      ...jest.requireActual<typeof main>('@rpcudp/core'),
      ...jest.requireActual<typeof service>('@rpcudp/core/service'),
    };
  });
  return copy!;
}

const other = anotherCopy();

@other.RpcService('Greeter')
class Greeter {
  @other.RpcMethod({ name: 'say_hi' })
  sayHi(name: string): string {
    return `Hello ${name}`;
  }

  @other.RpcMethod()
  refuse(): never {
    throw new other.RpcError('NOT_FOUND', 'Nobody is called that.');
  }
}

test('the copies are two', () => {
  expect(other.RpcMethod).not.toBe(core.RpcMethod);
  expect(new other.RpcError('INTERNAL', '')).not.toBeInstanceOf(core.RpcError);
});

test('a class that one copy decorated is served and called through the other', async () => {
  const pair = new SimulatedPair(new Greeter());

  expect(await pair.value(createClient(Greeter, pair.channel).sayHi('Snake'))).toBe('Hello Snake');
});

test('a class may be decorated by both copies', () => {
  @core.RpcService('Both')
  class Both extends Greeter {
    @core.RpcMethod()
    added(): void {}
  }

  for (const { contractOf } of [core, other]) {
    expect(contractOf(Both).name).toBe('Both');
    expect([...contractOf(Both).methods.keys()]).toEqual(['sayHi', 'refuse', 'added']);
  }
});

test('a contract that one copy made works in the other', async () => {
  const contract = other.defineService<{ ping(): string }>('Node', { ping: {} });
  const pair = new SimulatedPair();
  pair.server.serve(contract, { ping: () => 'pong' });

  expect(await pair.value(createClient(contract, pair.channel).ping())).toBe('pong');
});

test('each copy recognises the errors of the other', () => {
  const error = new other.RpcError('NOT_FOUND', 'Nobody is called that.');

  expect(core.RpcError.is(error)).toBe(true);
  expect(other.RpcError.is(new core.RpcError('CLOSED', ''))).toBe(true);
  expect(core.RpcError.from(error)).toBe(error);
});

test('an error of one copy that a handler throws is a no to an endpoint of the other', async () => {
  const pair = new SimulatedPair(new Greeter());

  expect(await pair.ask(createClient(Greeter, pair.channel).refuse())).toEqual({ received: false });
  expect(pair.log.at(-1)).toContain('said no: NOT_FOUND');
});
