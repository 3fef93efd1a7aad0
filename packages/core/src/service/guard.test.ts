import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { z } from 'zod';
import { SimulatedNetwork } from '../testing/index.js';
import { methodContract } from './contract.js';
import { defineService } from './define-service.js';
import { guardFor, resultGuardFor } from './guard.js';
import type { RpcMethodOptions } from './method-options.js';

/** A schema written by hand, as the specification has it. */
function schema<T>(
  validate: (value: unknown) => StandardSchemaV1.Result<T> | Promise<StandardSchemaV1.Result<T>>,
): StandardSchemaV1<unknown, T> {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

const method = (options: RpcMethodOptions, types?: readonly unknown[]) =>
  methodContract('Service', 'method', options, types);
const handler = (_name: string): undefined => undefined;

/** What an `args` schema makes of arguments, as a promise whether it is one or not. */
async function guarded(args: StandardSchemaV1<unknown, unknown[]>, values: unknown[]): Promise<unknown[]> {
  return guardFor(method({ args }), handler)!(values);
}

async function guardedResult(result: StandardSchemaV1, value: unknown): Promise<unknown> {
  return resultGuardFor(method({ result }))!(value);
}

describe('an args schema', () => {
  const libraries: [string, StandardSchemaV1<unknown, unknown[]>][] = [
    ['zod', z.tuple([z.string().trim(), z.coerce.number()])],
    ['zod, asynchronous', z.tuple([z.string().trim(), z.coerce.number()]).refine(async () => true)],
    [
      'valibot',
      v.tuple([
        v.pipe(v.string(), v.trim()),
        v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.number()),
      ]),
    ],
    [
      'valibot, asynchronous',
      v.pipeAsync(
        v.tuple([v.pipe(v.string(), v.trim()), v.pipe(v.union([v.number(), v.string()]), v.transform(Number))]),
        v.checkAsync(async () => true),
      ),
    ],
  ];

  test.each(libraries)('of %s gives what comes out of it', async (_library, args) => {
    expect(await guarded(args, ['  Snake ', '7'])).toEqual(['Snake', 7]);
  });

  test.each(libraries)('of %s refuses what does not fit, and says where', async (_library, args) => {
    await expect(guarded(args, [7, 7])).rejects.toMatchObject({
      name: 'RpcError',
      code: 'INVALID_ARGUMENT',
      executed: 'no',
      message: expect.stringMatching(/^Service\.method refused its arguments: \[0\] Invalid .*string/) as string,
      details: { issues: [{ message: expect.any(String) as string, path: [0] }] },
    });
  });

  test('that is synchronous is answered in the same turn', () => {
    const guard = guardFor(method({ args: z.tuple([z.string()]) }), handler)!;

    expect(guard(['a'])).toEqual(['a']);
    expect(() => guard([])).toThrow('refused its arguments');
  });

  test('written by hand may be asynchronous, also with a promise of another kind', async () => {
    const thenable = (result: StandardSchemaV1.Result<unknown[]>) =>
      ({ then: (onValue: (value: unknown) => unknown) => Promise.resolve(onValue(result)) }) as never;

    expect(
      await guarded(
        schema(async () => ({ value: ['late'] })),
        [],
      ),
    ).toEqual(['late']);
    expect(
      await guarded(
        schema(() => thenable({ value: ['later'] })),
        [],
      ),
    ).toEqual(['later']);
    await expect(
      guarded(
        schema(() => thenable({ issues: [{ message: 'no' }] })),
        [],
      ),
    ).rejects.toThrow('Service.method refused its arguments: no');
  });

  test('tells every issue, with paths of all kinds', async () => {
    const issues = [
      { message: 'first' },
      { message: 'second', path: [] },
      { message: 'third', path: [0, 'name', { key: 'inner' }, Symbol('key')] },
    ];

    await expect(
      guarded(
        schema(() => ({ issues })),
        [],
      ),
    ).rejects.toMatchObject({
      message: 'Service.method refused its arguments: first; second; [0.name.inner.Symbol(key)] third',
      details: {
        issues: [
          { message: 'first', path: [] },
          { message: 'second', path: [] },
          { message: 'third', path: [0, 'name', 'inner', 'Symbol(key)'] },
        ],
      },
    });
  });

  test('that gives no array is a mistake of this side, not of the caller', async () => {
    await expect(
      guarded(
        schema(() => ({ value: 'no array' as never })),
        [],
      ),
    ).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The args schema of Service.method gave no array.',
      executed: 'no',
    });
  });

  test('takes precedence over recorded types', () => {
    const guard = guardFor(method({ args: z.tuple([z.number()]) }, [String]), handler)!;

    expect(guard([1])).toEqual([1]);
  });
});

test('recorded types guard a method without a schema', () => {
  const guard = guardFor(method({}, [String]), handler)!;

  expect(guard(['a'])).toEqual(['a']);
  expect(() => guard([1])).toThrow('argument 1 must be a string');
});

test('a method of which nothing is known has no guard', () => {
  expect(guardFor(method({}), handler)).toBeUndefined();
  expect(resultGuardFor(method({}))).toBeUndefined();
});

describe('a result schema', () => {
  const libraries: [string, StandardSchemaV1][] = [
    ['zod', z.object({ name: z.string() })],
    ['zod, asynchronous', z.object({ name: z.string() }).refine(async () => true)],
    ['valibot', v.object({ name: v.string() })],
    [
      'valibot, asynchronous',
      v.pipeAsync(
        v.object({ name: v.string() }),
        v.checkAsync(async () => true),
      ),
    ],
  ];

  test.each(libraries)('of %s gives what is sent', async (_library, result) => {
    expect(await guardedResult(result, { name: 'Snake', secret: 'Plissken' })).toEqual({ name: 'Snake' });
  });

  test.each(libraries)('of %s says that the method ran when it refuses', async (_library, result) => {
    await expect(guardedResult(result, { name: 1 })).rejects.toMatchObject({
      code: 'INTERNAL',
      executed: 'yes',
      message: expect.stringMatching(
        /^Service\.method gave a result that its schema refuses: \[name\] Invalid .*string/,
      ) as string,
    });
  });
});

describe('on an endpoint', () => {
  interface Doubler {
    double(value: number): number;
  }

  function serveDoubler(
    options: Omit<RpcMethodOptions<[value: number], number>, 'stream'>,
    run = (value: number) => value * 2,
  ) {
    const network = new SimulatedNetwork();
    const log: string[] = [];
    const keep = (line: string): void => void log.push(line);
    const server = network.bind({ wires: ['rpcudp'], logger: { debug: keep, info: keep, warn: keep, error: keep } });
    const got: number[] = [];
    const contract = defineService<Doubler>('Doubler', { double: options });
    server.serve(contract, {
      double: (value) => {
        got.push(value);
        return run(value);
      },
    });
    const channel = network.bind({ wires: ['rpcudp'] }).peer(server.address);
    const call = (...args: unknown[]) => network.until(channel.call(contract.methods.get('double')!, args));
    return { call, server, got, log };
  }

  const fromText = z.tuple([z.string().transform(Number)]);
  const fromTextLater = v.tupleAsync([
    v.pipeAsync(
      v.string(),
      v.transformAsync(async (text) => Number(text)),
    ),
  ]);

  test.each([
    ['zod, synchronous', fromText],
    ['valibot, asynchronous', fromTextLater],
  ])('the handler gets what comes out of the schema (%s)', async (_library, args) => {
    const { call, got } = serveDoubler({ args });

    expect(await call('21')).toEqual({ received: true, value: 42 });
    expect(got).toEqual([21]);
  });

  test.each([
    ['zod, synchronous', fromText],
    ['valibot, asynchronous', fromTextLater],
  ])('a refused call never reaches the handler, and is counted (%s)', async (_library, args) => {
    const { call, server, got, log } = serveDoubler({ args });

    expect(await call(21)).toEqual({ received: false });
    expect(got).toEqual([]);
    expect(server.stats()).toMatchObject({
      dropped: { 'refused-args': 1 },
      requests: { failed: 0 },
      runningHandlers: 0,
    });
    expect(log).toEqual([expect.stringMatching(/refused a call of Doubler\.double from 10\.0\.0\.1:\d+: ".*\[0\] /)]);
  });

  test('a schema that throws is a failure of this side, and the handler does not run', async () => {
    const broken = schema<[number]>(() => {
      throw new TypeError('broken schema');
    });
    const { call, server, got, log } = serveDoubler({ args: broken });

    expect(await call(21)).toEqual({ received: false });
    expect(got).toEqual([]);
    expect(server.stats()).toMatchObject({ dropped: { 'refused-args': 0 }, requests: { failed: 1 } });
    expect(log).toEqual([expect.stringContaining('TypeError: broken schema')]);
  });

  test('the result is what comes out of its schema', async () => {
    const { call } = serveDoubler({ result: z.number().transform((value) => value + 0.5) });

    expect(await call(21)).toEqual({ received: true, value: 42.5 });
  });

  test('a result that its schema refuses is not sent, and counted as a failure', async () => {
    const { call, server, log } = serveDoubler({ result: z.number().max(10) });

    expect(await call(21)).toEqual({ received: false });
    expect(server.stats()).toMatchObject({ requests: { received: 1, answered: 0, failed: 1 } });
    expect(log).toEqual([expect.stringContaining('Doubler.double gave a result that its schema refuses')]);
  });
});
