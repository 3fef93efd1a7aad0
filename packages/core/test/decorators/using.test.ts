/** `@RpcUse` under each kind of decorators. */
/* eslint-disable @typescript-eslint/no-extraneous-class -- empty classes are misuse, too */
import { createClient } from '@rpcudp/client';
import { RpcMethod, RpcService } from '@rpcudp/core';
import { RpcUse, type ServerInterceptor } from '@rpcudp/core/interceptors';
import { contractOf } from '@rpcudp/core/service';
import { SimulatedPair } from './simulated-pair.js';

let order: string[] = [];
beforeEach(() => {
  order = [];
});

const tell =
  (name: string): ServerInterceptor =>
  (call, next) => {
    order.push(name);
    return next(call);
  };

@RpcUse(tell('class'))
@RpcService('Animal')
class Animal {
  @RpcMethod()
  @RpcUse(tell('name 1'), tell('name 2'))
  name(): string {
    return 'animal';
  }

  @RpcUse(tell('sound'))
  @RpcMethod()
  sound(times: number): string {
    return '?'.repeat(times);
  }
}

async function orderOf(served: Animal, method: 'name' | 'sound'): Promise<string[]> {
  const pair = new SimulatedPair(served);
  const client = createClient(served.constructor as typeof Animal, pair.channel);
  await pair.value(method === 'name' ? client.name() : client.sound(2));
  return order;
}

test('interceptors of a class stand outside of those of its methods, wherever @RpcService and @RpcMethod stand', async () => {
  expect(await orderOf(new Animal(), 'name')).toEqual(['class', 'name 1', 'name 2']);
});

test('a subclass inherits them, also of methods that it overrides', async () => {
  class Cat extends Animal {
    override sound(): string {
      return 'meow';
    }
  }
  expect(await orderOf(new Cat(), 'sound')).toEqual(['class', 'sound']);
});

test('a subclass adds to them and takes none away, also where it declares a method anew', async () => {
  @RpcUse(tell('dog'))
  @RpcService('Dog')
  class Dog extends Animal {
    @RpcUse(tell('bark'))
    @RpcMethod({ name: 'bark' })
    override sound(times: number): string {
      return 'wuff'.repeat(times);
    }
  }
  expect(await orderOf(new Dog(), 'sound')).toEqual(['class', 'dog', 'sound', 'bark']);
  order = [];
  expect(await orderOf(new Animal(), 'sound')).toEqual(['class', 'sound']);
});

test('one class that uses none has none, though others do', async () => {
  @RpcService('Plain')
  class Plain {
    @RpcMethod()
    name(): string {
      return 'plain';
    }
  }
  expect(contractOf(Plain).methods.get('name')?.interceptors).toBeUndefined();
});

test('interceptors are no part of what is shown of a contract', () => {
  expect(Object.keys(contractOf(Animal).methods.get('name')!)).not.toContain('interceptors');
});

/** A decorator that types do not keep from anything. */
type Anything = (target: unknown, place: unknown, descriptor?: unknown) => void;

describe('what cannot have interceptors', () => {
  const use = RpcUse as unknown as (...interceptors: unknown[]) => (...decorated: never[]) => void;

  test('is a method that is not remote: found when the class is served', () => {
    @RpcService('Half')
    class Half {
      @RpcMethod()
      remote(): void {}

      @RpcUse(tell('local'))
      local(): void {}
    }
    expect(() => contractOf(Half)).toThrow('Half.local has @RpcUse and is not remote');
  });

  test('is a class that is no service', () => {
    @RpcUse(tell('none'))
    class None {}
    expect(() => contractOf(None)).toThrow('None is not a service.');
  });

  test.each([
    ['nothing', [], '@RpcUse got no interceptor.'],
    ['no function', ['x'], '@RpcUse takes functions and got "x".'],
    ['a class', [class Auth {}], '@RpcUse takes functions and got a class.'],
    ['a promise', [Promise.resolve()], '@RpcUse takes functions and got an object.'],
  ])('%s is no interceptor', (_what, interceptors, message) => {
    expect(() => use(...interceptors)).toThrow(message);
  });

  test('a decorator without its parentheses says so', () => {
    expect(() => {
      @(RpcUse as unknown as (service: unknown) => void)
      class Bare {}
      return Bare;
    }).toThrow('@RpcUse takes functions and got a class. Write @RpcUse(one, another), with its parentheses.');
  });

  test('is a static method, a symbol, or a field', () => {
    const decorate = RpcUse(tell('x')) as unknown as Anything;
    expect(() => {
      class Static {
        @decorate
        static run(): void {}
      }
      return Static;
    }).toThrow('@RpcUse on run: a static method is not remote');
    expect(() => {
      class Symbolic {
        @decorate
        [Symbol.iterator](): void {}
      }
      return Symbolic;
    }).toThrow('@RpcUse on Symbol(Symbol.iterator): a symbol has no name on the wire');
    expect(() => {
      class Field {
        @decorate
        run = 1;
      }
      return new Field();
    }).toThrow('@RpcUse on run: interceptors stand around methods and classes, not around a field');
  });
});
