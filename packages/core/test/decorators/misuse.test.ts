/** Mistakes that the compiler reports as well, where types are checked: see `misuse.types.ts`. */
/* eslint-disable @typescript-eslint/no-extraneous-class -- empty classes are misuse, too */
import { createClient } from '@rpcudp/client';
import { defineService, RpcError, RpcMethod, RpcService } from '@rpcudp/core';
import { contractOf, type RpcMethodOptions } from '@rpcudp/core/service';
import { SimulatedPair } from './simulated-pair.js';

/** That something throws an RpcError of the code for misused services, with a message. */
function expectInvalidService(misuse: () => unknown, message: RegExp | string): void {
  let thrown: unknown;
  try {
    misuse();
  } catch (error) {
    thrown = error;
  }
  expect(RpcError.is(thrown)).toBe(true);
  expect(thrown).toMatchObject({ name: 'RpcError', code: 'INVALID_SERVICE', origin: 'local', executed: 'no' });
  expect(() => {
    throw thrown;
  }).toThrow(message);
}

@RpcService('Greeter')
class Greeter {
  @RpcMethod()
  sayHi(name: string): string {
    return `Hello ${name}`;
  }
}

/** The options of a method, as code without types may give them. */
function declare(options: unknown): void {
  class Service {
    @RpcMethod(options as RpcMethodOptions)
    method(): void {}
  }
  contractOf(Service);
}

describe('a wire name', () => {
  test('is refused when two methods of a class have it', () => {
    @RpcService('Twins')
    class Twins {
      @RpcMethod({ name: 'twin' })
      first(): void {}

      @RpcMethod({ name: 'twin' })
      second(): void {}
    }

    expectInvalidService(() => contractOf(Twins), 'Twins.first and Twins.second have the same wire name "twin"');
    expectInvalidService(() => new SimulatedPair(new Twins()), 'Give one of them another');
  });

  test('is refused when it is the property of another method', () => {
    @RpcService('Twins')
    class Twins {
      @RpcMethod({ name: 'second' })
      first(): void {}

      @RpcMethod()
      second(): void {}
    }

    expectInvalidService(() => contractOf(Twins), 'have the same wire name "second"');
  });

  test('is refused when a service of the endpoint has it on a wire without service names, and nothing is served', async () => {
    @RpcService('Other')
    class Other {
      @RpcMethod()
      fine(): string {
        return 'fine';
      }

      @RpcMethod({ name: 'sayHi' })
      greet(): void {}
    }
    const pair = new SimulatedPair(new Greeter());

    expectInvalidService(
      () => pair.server.serve(new Other()),
      /Greeter\.sayHi and Other\.greet are both called "sayHi" on the rpcudp wire\. Give one of them another name/,
    );
    expect(await pair.ask(createClient(Other, pair.channel).fine())).toEqual({ received: false });
    expect(await pair.value(createClient(Greeter, pair.channel).sayHi('Snake'))).toBe('Hello Snake');
  });

  test('must be a string of 1 to 255 bytes', () => {
    expectInvalidService(() => declare({ name: '' }), 'the name must be a string that is not empty, not "".');
    expectInvalidService(() => declare({ name: 7 }), 'not a value of type number');
    expectInvalidService(() => declare({ name: '\ud800' }), '@RpcMethod on method: the name must be a string');
    expectInvalidService(() => declare({ name: 'ü'.repeat(128) }), 'the name takes 256 bytes; at most 255 are allowed');
  });
});

test('the same service cannot be served twice by one endpoint', () => {
  const pair = new SimulatedPair(new Greeter());

  expectInvalidService(
    () => pair.server.serve(new Greeter()),
    'This endpoint serves a service called "Greeter" already. Names must differ.',
  );
});

describe('a reserved name', () => {
  test('of a method is refused, and the message says what to do', () => {
    expectInvalidService(() => {
      class Service {
        // @ts-expect-error -- reserved, which is what is tested
        @RpcMethod()
        then(): void {}
      }
      return Service;
    }, /@RpcMethod on then: a remote method cannot be called "then".*Rename the method.*\{ name: 'then' \}/);
  });

  test.each([
    'constructor',
    'toString',
    'toLocaleString',
    'toJSON',
    'valueOf',
    'hasOwnProperty',
    'isPrototypeOf',
    'propertyIsEnumerable',
    '__proto__',
    '__defineGetter__',
    '__lookupSetter__',
  ])('is %s as well', (name) => {
    class Service {
      [name](): void {}
    }
    const decorate = RpcMethod() as unknown as (target: object, place: unknown, descriptor?: object) => void;
    const context = { kind: 'method', name, private: false, static: false, metadata: {} };

    expectInvalidService(() => decorate(Service.prototype, name), `cannot be called "${name}"`);
    expectInvalidService(() => decorate(() => undefined, context), `cannot be called "${name}"`);
    expectInvalidService(() => defineService('Service', { [name]: {} }), `cannot be called "${name}"`);
  });

  test('is fine as a wire name', async () => {
    @RpcService('Promises')
    class Promises {
      @RpcMethod({ name: 'then' })
      after(): string {
        return 'after';
      }
    }
    const pair = new SimulatedPair(new Promises());

    expect(await pair.value(createClient(Promises, pair.channel).after())).toBe('after');
  });
});

describe('a member that cannot be remote is refused:', () => {
  test('a method named by a symbol', () => {
    const symbol = Symbol('hidden');
    expectInvalidService(() => {
      class Service {
        // @ts-expect-error -- a symbol, which is what is tested
        @RpcMethod()
        [symbol](): void {}
      }
      return Service;
    }, '@RpcMethod on Symbol(hidden): a symbol has no name on the wire');
  });

  test('a static method', () => {
    expectInvalidService(() => {
      class Service {
        // @ts-expect-error -- static, which is what is tested
        @RpcMethod()
        static create(): void {}
      }
      return Service;
    }, '@RpcMethod on create: a static method cannot be remote, for an instance is served. Remove "static".');
  });

  test('a private method, which only standard decorators can be put on', () => {
    const decorate = RpcMethod() as unknown as (method: () => void, context: object) => void;
    const context = { kind: 'method', name: '#secret', private: true, static: false, metadata: {} };

    expectInvalidService(
      () => decorate(() => undefined, context),
      '@RpcMethod on #secret: a private method cannot be remote. Remove the #.',
    );
  });

  test('a field', () => {
    expectInvalidService(() => {
      class Service {
        // @ts-expect-error -- a field, which is what is tested
        @RpcMethod()
        field = (): void => undefined;
      }
      return Service;
    }, /@RpcMethod on field: only methods can be remote, not (a field|fields or accessors)\./);
  });

  test('an accessor', () => {
    expectInvalidService(() => {
      class Service {
        // @ts-expect-error -- an accessor, which is what is tested
        @RpcMethod()
        get size(): number {
          return Object.keys(this).length;
        }
      }
      return Service;
    }, /@RpcMethod on size: only methods can be remote, not (a getter|fields or accessors)\./);
  });

  test('a method with an empty name', () => {
    expectInvalidService(() => {
      class Service {
        @RpcMethod()
        ''(): void {}
      }
      return Service;
    }, 'the name must be a string that is not empty');
  });
});

describe('a decorator without parentheses is refused:', () => {
  test('@RpcMethod', () => {
    expectInvalidService(() => {
      class Service {
        // @ts-expect-error -- no parentheses, which is what is tested
        @RpcMethod
        method(): void {}
      }
      return Service;
    }, '@RpcMethod lacks its parentheses. Write @RpcMethod().');
  });

  test('@RpcService', () => {
    expectInvalidService(() => {
      // @ts-expect-error -- no parentheses, which is what is tested
      @RpcService
      class Service extends Greeter {}
      return Service;
    }, '@RpcService: the name must be a string that is not empty, not a value of type function.');
  });
});

describe('what is served must be an instance of a service:', () => {
  test('not an undecorated class', () => {
    class Plain {}
    const pair = new SimulatedPair();

    expectInvalidService(
      () => pair.server.serve(new Plain()),
      "Plain is not a service. Decorate it with @RpcService('Plain').",
    );
    expectInvalidService(() => createClient(Plain, pair.channel), 'Plain is not a service');
    expectInvalidService(() => contractOf(class {}), 'this class is not a service');
  });

  test('not a class', () => {
    expectInvalidService(
      () => new SimulatedPair(Greeter),
      'serve() takes an instance and got a class. Write endpoint.serve(new Greeter()).',
    );
  });

  test('not a plain object', () => {
    expectInvalidService(() => new SimulatedPair({ sayHi: () => 'Hello' }), 'serve() got a plain object');
  });

  test('not a contract alone', () => {
    expectInvalidService(() => new SimulatedPair(contractOf(Greeter)), 'serve() got a contract alone');
  });

  test('not an instance of a class without remote methods', () => {
    @RpcService('Empty')
    class Empty {
      local(): void {}
    }

    expectInvalidService(() => new SimulatedPair(new Empty()), 'Empty has no remote method. Declare at least one');
  });

  test('not an object that lacks a method of its contract', () => {
    const pair = new SimulatedPair();
    const incomplete: unknown = {};

    expectInvalidService(
      () => pair.server.serve(contractOf(Greeter), incomplete as Greeter),
      'The object served as Greeter has no method "sayHi".',
    );
  });
});

test('a client is made of a class or a contract, not of anything else', () => {
  const { channel } = new SimulatedPair();

  for (const wrong of [undefined, null, new Greeter(), { name: 'Greeter' }, 'Greeter']) {
    expectInvalidService(() => createClient(wrong as never, channel), 'A service is named by its class');
  }
});

describe('options are refused:', () => {
  test.each([0, -1, NaN, Infinity, 2_147_483_648, '200', null])('timeoutMs %p', (timeoutMs) => {
    expectInvalidService(
      () => declare({ timeoutMs }),
      `@RpcMethod on method: timeoutMs must be from 1 to 2147483647, not ${JSON.stringify(timeoutMs) === 'null' ? String(timeoutMs) : JSON.stringify(timeoutMs)}.`,
    );
  });

  test.each(['args', 'result'])('%s that is no Standard Schema', (option) => {
    for (const wrong of [null, 'string', String, { parse: () => true }]) {
      expectInvalidService(
        () => declare({ [option]: wrong }),
        `@RpcMethod on method: ${option} must be a Standard Schema validator, such as one of zod or valibot.`,
      );
    }
  });

  test('no object at all', () => {
    expectInvalidService(() => declare('find_node'), 'the options must be an object, not find_node.');
    expectInvalidService(() => declare(null), 'the options must be an object, not null.');
  });

  test.each(['', 7, undefined, null, '\udfff', 'x'.repeat(256)])('the service name %p', (name) => {
    expectInvalidService(() => RpcService(name as string), '@RpcService: the name ');
    expectInvalidService(() => RpcService({ name: name as string }), '@RpcService: the name ');
  });
});

describe('a decorator of an older proposal', () => {
  const decorateMethod = RpcMethod() as unknown as (value: unknown, context?: object) => void;
  const decorateClass = RpcService('Service') as unknown as (value: unknown, context?: object) => void;
  const method = { kind: 'method', name: 'method', private: false, static: false };

  test.each([
    ['a method without a metadata object', () => decorateMethod(() => undefined, method)],
    ['a class without a metadata object', () => decorateClass(Greeter, { kind: 'class', name: 'Service' })],
    ['a method without a context', () => decorateMethod({ kind: 'method', key: 'method', descriptor: {} })],
    ['a class without a context', () => decorateClass({ kind: 'class', elements: [] })],
  ])('says which version Babel has to have, and which import may be missing: %s', (_case, decorate) => {
    expectInvalidService(decorate, 'Babel gives one if its decorators have the version "2023-11"');
    expectInvalidService(decorate, 'import @rpcudp/core before it.');
  });
});
