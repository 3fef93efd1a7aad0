import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { z } from 'zod';
import { defineService } from './define-service.js';
import { guardFor, resultGuardFor } from './guard.js';
import { withGuards, type MethodGuards, type ServiceGuards } from './service-guards.js';

interface Store {
  put(key: string, days: number): number;
  drop(key: string): void;
}

const Store = defineService<Store>('Store', { put: {}, drop: {} });
const complete: ServiceGuards = { service: 'Store', methods: { put: {}, drop: {} } };

/** What becomes of the arguments and the result of a method with its own schemas and a guard beside them. */
async function run(
  own: { readonly args?: StandardSchemaV1<unknown, [number]>; readonly result?: StandardSchemaV1<unknown, number> },
  guards: MethodGuards,
  value: unknown,
): Promise<{ args: unknown; result: unknown }> {
  const contract = defineService<{ only(value: number): number }>('One', { only: own });
  const method = withGuards(contract, { service: 'One', methods: { only: guards } }).methods.get('only')!;
  const code = (error: unknown): unknown => (error as { code: unknown }).code;
  return {
    args: await Promise.resolve([value])
      .then(guardFor(method, () => undefined))
      .catch(code),
    result: await Promise.resolve(value).then(resultGuardFor(method)).catch(code),
  };
}

describe('the guards of a method', () => {
  test('check its arguments and its result', async () => {
    const guards = { args: z.tuple([z.number()]), result: z.number() };

    expect(await run({}, guards, 1)).toEqual({ args: [1], result: 1 });
    expect(await run({}, guards, '1')).toEqual({ args: 'INVALID_ARGUMENT', result: 'INTERNAL' });
  });

  test('may leave both to the method', async () => {
    expect(await run({ args: z.tuple([z.number()]), result: z.number() }, {}, '1')).toEqual({
      args: 'INVALID_ARGUMENT',
      result: 'INTERNAL',
    });
  });

  const later = <T>(from: (value: string) => T) =>
    v.pipeAsync(
      v.string(),
      v.transformAsync(async (text: string) => from(text)),
    );

  test.each([
    ['synchronous', { args: z.tuple([z.string().transform(Number)]), result: z.string().transform(Number) }],
    ['asynchronous', { args: v.tupleAsync([later(Number)]), result: later(Number) }],
  ])('get what the own schemas of the method gave, which still refuse what they refuse (%s)', async (_kind, own) => {
    const guards = { args: z.tuple([z.number().max(10)]), result: z.number().max(10) };

    expect(await run(own, guards, '7')).toEqual({ args: [7], result: 7 });
    expect(await run(own, guards, '11')).toEqual({ args: 'INVALID_ARGUMENT', result: 'INTERNAL' });
    expect(await run(own, guards, 7)).toEqual({ args: 'INVALID_ARGUMENT', result: 'INTERNAL' });
  });

  test('that are the own schemas of the method run once', async () => {
    const own = { args: z.tuple([z.number().transform((value) => value + 1)]), result: z.number() };

    expect(await run(own, own, 1)).toEqual({ args: [2], result: 1 });
  });

  test('change nothing in the contract that they were put into, and nothing else in the one they give', () => {
    const args = z.tuple([z.string()]);
    const guarded = withGuards(Store, { service: 'Store', methods: { put: {}, drop: { args } } });

    expect(Store.methods.get('drop')!.args).toBeUndefined();
    expect(guarded).toEqual({
      ...Store,
      methods: new Map([
        ['put', Store.methods.get('put')!],
        ['drop', { ...Store.methods.get('drop')!, args }],
      ]),
    });
  });
});

describe('guards are refused that', () => {
  const expectRefused = (guards: unknown, message: string): void => {
    expect(() => withGuards(Store, guards as ServiceGuards)).toThrow(
      expect.objectContaining({ code: 'INVALID_SERVICE', message: expect.stringContaining(message) as string }),
    );
  };

  test('lack a remote method', () => {
    expectRefused(
      { service: 'Store', methods: { put: {} } },
      'There are no guards for the remote method Store.drop. Generate the guards again: rpcudp generate --guards.',
    );
    const inherited = Object.create({ drop: {} }) as object;
    expectRefused(
      { service: 'Store', methods: Object.assign(inherited, { put: {} }) },
      'no guards for the remote method',
    );
  });

  test('have a method that is not remote', () => {
    expectRefused(
      { service: 'Store', methods: { ...complete.methods, pick: {} } },
      'There are guards for Store.pick, which is no remote method. Generate the guards again: rpcudp generate --guards.',
    );
  });

  test('have other methods, and the message names them all', () => {
    expectRefused(
      { service: 'Store', methods: { pick: {}, take: {} } },
      'There are no guards for the remote methods Store.put and Store.drop. ' +
        'There are guards for Store.pick and Store.take, which are no remote methods. Generate the guards again: rpcudp generate --guards. A method that has none even then ' +
        'is remote by code that the generator cannot read: write @RpcMethod() in the class.',
    );
    const many = Array.from({ length: 12 }, (_, index): [string, object] => [`m${index}`, {}]);
    expectRefused(
      { service: 'Store', methods: { ...complete.methods, ...Object.fromEntries(many) } },
      'Store.m6, Store.m7 and 4 more, which',
    );
  });

  test('are those of another service', () => {
    expectRefused({ ...complete, service: 'Shop' }, 'The guards are for the service "Shop", not for "Store".');
    expectRefused({ methods: complete.methods }, 'The guards are for the service undefined');
  });

  test.each([null, 'Store', [], {}, { service: 'Store' }, { service: 'Store', methods: null }])(
    'are none: %j',
    (guards) => {
      expectRefused(guards, 'The guards for Store must be an object { service, methods }, not ');
    },
  );

  test.each<[unknown, string]>([
    [null, 'The guards for Store.put must be an object, not null.'],
    [{ args: () => true }, 'The guards for Store.put: args must be a Standard Schema validator, not a function.'],
    [{ result: {} }, 'The guards for Store.put: result must be a Standard Schema validator, not an object.'],
    [{ returns: 1 }, 'The guards for Store.put: returns must be text, not 1.'],
    [{ doc: [] }, 'The guards for Store.put: doc must be text, not an array.'],
    [{ parameters: {} }, 'The guards for Store.put: parameters must be an array'],
    [{ parameters: [null] }, 'parameters must be an array of { name, type, optional?, rest?, stream? }.'],
    [{ parameters: [{ name: 'key' }] }, 'parameters must be an array'],
    [{ parameters: [{ name: 'key', type: 'string', optional: 'yes' }] }, 'parameters must be an array'],
    [{ parameters: [{ name: 'key', type: 'string', rest: null }] }, 'parameters must be an array'],
  ])('have an entry that is none: %j', (put, message) => {
    expectRefused({ service: 'Store', methods: { put, drop: {} } }, message);
  });
});
