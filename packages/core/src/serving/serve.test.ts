import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { contractOf } from '../service/contract.js';
import { RpcMethod, RpcService } from '../service/decorators.js';
import { defineService } from '../service/define-service.js';
import type { ServiceGuards } from '../service/service-guards.js';
import { serviceOf } from './serve.js';

@RpcService('Greeter')
class Greeter {
  /** Looks like the methods of a contract, and is none. */
  readonly methods = new Map<string, unknown>();
  readonly name = 'Greeter';

  @RpcMethod()
  sayHi(name: string): string {
    return `Hello ${name}`;
  }
}

interface Node {
  ping(): string;
}
const Node = defineService<Node>('Node', { ping: {} });
const guards: ServiceGuards = { service: 'Greeter', methods: { sayHi: { args: z.tuple([z.string()]) } } };

test('an instance is known from a contract, also if it has fields like one', () => {
  const greeter = new Greeter();
  const contract = contractOf(Greeter);

  expect(serviceOf(greeter, [])).toEqual({ contract, implementation: greeter });
  expect(serviceOf(greeter, [{}])).toEqual({ contract, implementation: greeter });
  expect(serviceOf(greeter, [{ guards }])).toEqual({ contract, implementation: greeter, guards });
});

test.each([
  ['a contract', Node, Node],
  ['a contract of another realm', runInNewContext('({ name, methods: new Map(methods) })', { ...Node }), Node],
  ['a contract without a prototype', Object.assign(Object.create(null) as object, Node), Node],
  ['a class', Greeter, contractOf(Greeter)],
])('%s comes with what implements it, which may be anything', (_what, definition, contract) => {
  const implementation = { ping: () => 'pong', guards: 1 };
  const callable = Object.assign(() => undefined, { ping: () => 'pong' });

  expect(serviceOf(definition, [implementation])).toMatchObject({ contract: { name: contract.name }, implementation });
  expect(serviceOf(definition, [callable]).implementation).toBe(callable);
  expect(serviceOf(definition, [implementation, { guards }])).toMatchObject({ implementation, guards });
});

test.each<[string, unknown[], string]>([
  ['nothing', [undefined], 'serve() got nothing to serve.'],
  ['a class alone', [Greeter], 'serve() takes an instance and got a class. Write endpoint.serve(new Greeter()).'],
  ['a contract alone', [Node], 'serve() got a contract alone'],
  ['a contract and text', [Node, 'ping'], 'serve() got a contract alone'],
  ['a plain object', [{ ping: 1 }, {}], 'serve() got a plain object. Give it the contract first'],
  ['a plain object of another realm', [runInNewContext('({ ping: 1 })')], 'serve() got a plain object.'],
  ['an instance and an implementation', [new Greeter(), { ping: 1 }], 'it knows no option "ping".'],
  ['an instance and text', [new Greeter(), 'guards'], 'and then options { guards, interceptors }, not "guards".'],
  ['a contract and text for options', [Node, {}, 'guards'], 'and then options { guards, interceptors }, not "guards".'],
  ['a misspelt option', [Node, {}, { guard: guards }], 'it knows no option "guard".'],
  ['guards that are not there', [new Greeter(), { guards: undefined }], 'serve() got guards that are undefined.'],
])('%s is refused', (_what, [first, ...others], message) => {
  expect(() => serviceOf(first as object, others as [object])).toThrow(
    expect.objectContaining({ code: 'INVALID_SERVICE', message: expect.stringContaining(message) as string }),
  );
});
