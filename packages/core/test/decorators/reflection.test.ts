import { createClient } from '@rpcudp/client';
import { Reflection, RpcMethod, RpcService } from '@rpcudp/core';
import { contractOf, type RpcServiceOptions } from '@rpcudp/core/service';
import { SimulatedNetwork } from '@rpcudp/core/testing';
import { recordsTypes } from './decorator-kind.js';

@RpcService({ name: 'Greeter', version: '1.2', doc: 'Greets.' })
class Greeter {
  @RpcMethod({ doc: 'Greets one.' })
  sayHi(name: string, mark = '!'): string {
    return `Hello ${name}${mark}`;
  }
}

test('a service and its methods say what they are for', () => {
  expect(contractOf(Greeter)).toMatchObject({ name: 'Greeter', version: '1.2', doc: 'Greets.' });
  expect(contractOf(Greeter).methods.get('sayHi')?.doc).toBe('Greets one.');
});

test('a subclass says the same, unless it is another service', () => {
  class Loud extends Greeter {}
  @RpcService('Polite')
  class Polite extends Greeter {}

  expect(contractOf(Loud)).toMatchObject({ version: '1.2', doc: 'Greets.' });
  expect(contractOf(Polite)).toEqual({ name: 'Polite', methods: contractOf(Polite).methods });
});

test('what they say is text', () => {
  const options = { name: 'Greeter', version: 2 } as unknown as RpcServiceOptions;

  expect(() => RpcService(options)).toThrow('@RpcService: version must be text, not 2.');
  expect(() => RpcMethod({ doc: [] as unknown as string })(Greeter.prototype, 'sayHi', {} as never)).toThrow(
    '@RpcMethod on sayHi: doc must be text, not an array.',
  );
});

test('reflection is a service like any, and tells types exactly where the compiler recorded them', async () => {
  const network = new SimulatedNetwork();
  const server = network.bind({ reflection: true });
  server.serve(new Greeter());
  const reflection = createClient(Reflection, network.bind().peer(server.address));

  expect(await network.until(reflection.service('Greeter').orThrow())).toEqual({
    name: 'Greeter',
    version: '1.2',
    doc: 'Greets.',
    methods: [
      {
        name: 'sayHi',
        property: 'sayHi',
        delivery: 'at-most-once',
        shape: 'unary',
        doc: 'Greets one.',
        parameters: [
          { name: 'name', type: recordsTypes ? 'string' : 'unknown' },
          { name: 'mark', type: 'unknown', optional: true },
        ],
      },
    ],
  });
});
