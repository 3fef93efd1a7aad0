import { contractOf, makeContract, methodContract } from './contract.js';
import { RpcMethod, RpcService } from './decorators.js';

@RpcService('Greeter')
class Greeter {
  @RpcMethod({ name: 'say_hi', timeoutMs: 200 })
  sayHi(name: string, times?: number): string {
    return `Hello ${name}`.repeat(times ?? 1);
  }

  @RpcMethod()
  ping(): void {}
}

test('a contract has everything that both sides know about a service', () => {
  expect(contractOf(Greeter)).toEqual({
    name: 'Greeter',
    methods: new Map([
      [
        'sayHi',
        {
          service: 'Greeter',
          name: 'say_hi',
          property: 'sayHi',
          timeoutMs: 200,
          delivery: 'at-most-once',
          shape: 'unary',
          args: undefined,
          result: undefined,
          parameterTypes: [String, Number],
        },
      ],
      [
        'ping',
        {
          service: 'Greeter',
          name: 'ping',
          property: 'ping',
          timeoutMs: undefined,
          delivery: 'at-most-once',
          shape: 'unary',
          args: undefined,
          result: undefined,
          parameterTypes: [],
        },
      ],
    ]),
  });
});

test('the contract of a class is made once, and a contract is its own contract', () => {
  const contract = contractOf(Greeter);

  expect(contractOf(Greeter)).toBe(contract);
  expect(contractOf(contract)).toBe(contract);
});

test('a class that replaces a decorated one by extending it keeps the contract', () => {
  const Wrapped = class extends Greeter {};

  expect([...contractOf(Wrapped).methods.keys()]).toEqual(['sayHi', 'ping']);
  expect(contractOf(Wrapped).name).toBe('Greeter');
});

test('a function that is no class is no service', () => {
  const nothing = (): void => {};

  expect(() => contractOf(nothing as never)).toThrow('nothing is not a service');
});

test('two methods cannot have the same wire name', () => {
  const methods = [
    methodContract('Service', 'a', {}, undefined),
    methodContract('Service', 'b', { name: 'a' }, undefined),
  ];

  expect(() => makeContract({ name: 'Service' }, methods)).toThrow(
    expect.objectContaining({
      code: 'INVALID_SERVICE',
      message:
        'Service.a and Service.b have the same wire name "a". Give one of them another with the option { name }.',
    }),
  );
});

test('a contract needs a method', () => {
  expect(() => makeContract({ name: 'Service' }, [])).toThrow('Service has no remote method.');
});
