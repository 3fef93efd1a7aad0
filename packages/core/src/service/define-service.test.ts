import { z } from 'zod';
import { contractOf } from './contract.js';
import { defineService } from './define-service.js';

interface Node {
  ping(): string;
  findNode(key: Uint8Array): Promise<number[]>;
}

test('a defined service is the contract that decorators would have made', () => {
  const args = z.tuple([z.instanceof(Uint8Array)]);
  const result = z.array(z.number());
  const node = defineService<Node>('Node', { ping: {}, findNode: { name: 'find_node', timeoutMs: 200, args, result } });

  expect(node).toEqual({
    name: 'Node',
    methods: new Map([
      [
        'ping',
        {
          service: 'Node',
          name: 'ping',
          property: 'ping',
          timeoutMs: undefined,
          delivery: 'at-most-once',
          shape: 'unary',
          args: undefined,
          result: undefined,
          parameterTypes: undefined,
        },
      ],
      [
        'findNode',
        {
          service: 'Node',
          name: 'find_node',
          property: 'findNode',
          timeoutMs: 200,
          delivery: 'at-most-once',
          shape: 'unary',
          args,
          result,
          parameterTypes: undefined,
        },
      ],
    ]),
  });
  expect(contractOf(node)).toBe(node);
});

const define = defineService as (name: unknown, methods: unknown) => unknown;

test.each<[string, unknown, unknown, string]>([
  ['a name that is no string', 7, { ping: {} }, 'defineService: the name must be a string'],
  ['an empty name', '', { ping: {} }, 'defineService: the name must be a string that is not empty'],
  ['a service without methods', 'Node', {}, 'Node has no remote method.'],
  ['a reserved method', 'Node', { then: {} }, `defineService('Node'): then: a remote method cannot be called "then"`],
  ['a method without a name', 'Node', { '': {} }, "defineService('Node'): : the name must be a string"],
  ['a wire name that is none', 'Node', { ping: { name: '' } }, "defineService('Node'): ping: the name must be"],
  ['a wire name that is taken', 'Node', { ping: {}, pong: { name: 'ping' } }, 'have the same wire name "ping"'],
  ['a timeout that is none', 'Node', { ping: { timeoutMs: 0 } }, "defineService('Node'): ping: timeoutMs must be"],
  ['a schema that is none', 'Node', { ping: { args: [] } }, "defineService('Node'): ping: args must be a Standard"],
  ['options that are none', 'Node', { ping: undefined }, "defineService('Node'): ping: the options must be an object"],
])('%s is refused', (_what, name, methods, message) => {
  expect(() => define(name, methods)).toThrow(
    expect.objectContaining({ code: 'INVALID_SERVICE', message: expect.stringContaining(message) as string }),
  );
});
