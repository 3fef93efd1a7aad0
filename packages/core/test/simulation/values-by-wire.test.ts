/** What a service gets and gives on each wire: defaults, nothing, schemas, other realms, and what errors bring. */
import { statSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { createClient } from '@rpcudp/client';
import { z } from 'zod';
import type { EndpointOptions } from '../../src/endpoint';
import { defineService, messagePack, RpcError, type WireName } from '../../src/index';
import { SimulatedNetwork } from '../../src/testing';
import { outcomeOf, silent } from './fixtures';

interface Pages {
  list(query: string, size?: number, from?: number): string;
  nothing(): void;
  kindOf(value: unknown): string;
  echo(value: unknown): unknown;
  refuse(details: unknown): never;
}

const PagesContract = defineService<Pages>('Pages', { list: {}, nothing: {}, kindOf: {}, echo: {}, refuse: {} });

const pages: Pages = {
  list: (query, size = 20, from = 0) => `${query} ${size} ${from}`,
  nothing: () => undefined,
  kindOf: (value) => Object.prototype.toString.call(value),
  echo: (value) => value,
  refuse: (details) => {
    throw new RpcError('ABORTED', 'No.', { details });
  },
};

function pair(wire: WireName, options: EndpointOptions = {}) {
  const network = new SimulatedNetwork();
  const server = network.bind({ wires: [wire], logger: silent, ...options });
  server.serve(PagesContract, pages);
  const caller = network.bind({ wires: [wire], logger: silent, ...options });
  const client = createClient(PagesContract, caller.peer(server.address));
  return { network, server, caller, client };
}

test('an argument that is undefined takes the default of its parameter, also before another, on the native wire', async () => {
  const { network, client } = pair('native');
  expect(await network.until(outcomeOf(client.list('a', undefined, 40)))).toBe('a 20 40');
  expect(await network.until(outcomeOf(client.list('a', undefined, undefined)))).toBe('a 20 0');
});

test('on the rpcudp wire it does so at the end, and is null before another', async () => {
  const { network, client } = pair('rpcudp');
  expect(await network.until(outcomeOf(client.list('a', undefined, undefined)))).toBe('a 20 0');
  expect(await network.until(outcomeOf(client.list('a', undefined, 40)))).toBe('a null 40');
});

test('a method that returns nothing answers undefined, and null on the rpcudp wire', async () => {
  const native = pair('native');
  expect(await native.network.until(native.client.nothing())).toEqual({ received: true, value: undefined });
  const rpcudp = pair('rpcudp');
  expect(await rpcudp.network.until(rpcudp.client.nothing())).toEqual({ received: true, value: null });
});

test.each<WireName>(['native', 'rpcudp'])(
  'a one-way call that has arrived is undefined on the %s wire',
  async (wire) => {
    const Log = defineService<{ write(line: string): void }>('Log', { write: { oneWay: true } });
    const network = new SimulatedNetwork();
    const server = network.bind({ wires: [wire], logger: silent });
    server.serve(Log, { write: () => undefined });
    const log = createClient(Log, network.bind({ wires: [wire], logger: silent }).peer(server.address));
    expect(await network.until(log.write('a'))).toEqual({ received: true, value: undefined });
  },
);

test.each<[WireName, string]>([
  ['native', '[object BigInt]'],
  ['rpcudp', '[object Number]'],
])('a small bigint is on the %s wire %s', async (wire, kind) => {
  const { network, client } = pair(wire);
  expect(await network.until(outcomeOf(client.kindOf(5n)))).toBe(kind);
});

test('the details of an error are values like others', async () => {
  const { network, client } = pair('native');
  const details = { when: new Date(NaN), ids: new Set([1n]), cause: new RangeError('why') };
  const failure = (await network.until(client.refuse(details).then(undefined, (error: unknown) => error))) as RpcError;
  expect(failure.code).toBe('ABORTED');
  expect((failure.details as typeof details).ids).toEqual(new Set([1n]));
  expect((failure.details as typeof details).cause).toStrictEqual(new RangeError('why'));
});

test('values of another realm are values like others, on both wires', async () => {
  const made = runInNewContext('({ list: [new Date(5), new Map([[1, new Uint8Array(2)]])] })') as object;
  const stamp = statSync(__filename).mtime;
  for (const wire of ['native', 'rpcudp'] as const) {
    const { network, client } = pair(wire);
    expect(await network.until(outcomeOf(client.echo([made, stamp, structuredClone(stamp)])))).toStrictEqual([
      { list: [new Date(5), new Map([[1, new Uint8Array(2)]])] },
      new Date(stamp.getTime()),
      new Date(stamp.getTime()),
    ]);
  }
});

test('a cycle arrives as one where both sides keep references', async () => {
  const { network, client } = pair('native', { codec: messagePack({ references: true }) });
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const arrived = (await network.until(outcomeOf(client.echo(cycle)))) as typeof cycle;
  expect(arrived.self).toBe(arrived);
});

test('instances are sent as plain objects where the codec says so, and refused otherwise', async () => {
  class Point {
    readonly x = 1;
  }
  const plain = pair('native', { codec: messagePack({ instances: 'plain' }) });
  expect(await plain.network.until(outcomeOf(plain.client.echo(new Point())))).toStrictEqual({ x: 1 });
  const refusing = pair('native');
  expect(await refusing.network.until(outcomeOf(refusing.client.echo(new Point())))).toBe('INVALID_ARGUMENT');
});

describe('schemas of arguments see what has arrived', () => {
  const bytes = Uint8Array.of(1);
  const texts = z.map(z.string(), z.number());
  const numbers = z.map(z.number(), z.number());

  test.each<[string, z.ZodType, unknown, native: boolean, rpcudp: boolean]>([
    ['z.bigint()', z.bigint(), 5n, true, false],
    ['z.bigint() of a large one', z.bigint(), 2n ** 60n, true, true],
    ['z.coerce.bigint()', z.coerce.bigint(), 5n, true, true],
    ['z.map of strings', texts, new Map([['a', 1]]), true, false],
    ['z.record', z.record(z.string(), z.number()), { a: 1 }, true, true],
    ['z.map of numbers', numbers, new Map([[1, 1]]), true, true],
    ['z.map, empty', numbers, new Map(), true, false],
    ['z.set', z.set(z.number()), new Set([1]), true, false],
    ['z.date', z.date(), new Date(0), true, true],
    ['z.undefined', z.undefined(), undefined, true, false],
    ['z.void', z.void(), undefined, true, false],
    ['optional', z.number().optional(), undefined, true, false],
    ['nullish', z.number().nullish(), undefined, true, true],
    ['z.instanceof(Uint8Array)', z.instanceof(Uint8Array), bytes, true, true],
    ['z.instanceof(Buffer)', z.instanceof(Buffer), Buffer.from(bytes), false, false],
    ['z.instanceof(URL)', z.instanceof(URL), new URL('a:b'), true, false],
    ['z.instanceof(Error)', z.instanceof(Error), new Error('x'), true, false],
  ])('%s', async (_title, schema, value, ...accepted) => {
    for (const [index, wire] of (['native', 'rpcudp'] as const).entries()) {
      const Taker = defineService<{ take(value: unknown, last: number): number }>('Taker', {
        take: { args: z.tuple([schema, z.number()]) },
      });
      const { network, server, caller } = pair(wire);
      server.serve(Taker, { take: (_value, last) => last });
      const client = createClient(Taker, caller.peer(server.address));
      const outcome = await network.until(outcomeOf(client.take(value, 7)));
      expect([wire, outcome === 7]).toEqual([wire, accepted[index]]);
    }
  });

  test('a schema makes a Buffer of bytes', async () => {
    const asBuffer = z
      .instanceof(Uint8Array)
      .transform((each) => Buffer.from(each.buffer, each.byteOffset, each.length));
    const Hex = defineService<{ hex(bytes: Uint8Array): string }>('Hex', { hex: { args: z.tuple([asBuffer]) } });
    const { network, server, caller } = pair('native');
    server.serve(Hex, { hex: (each) => (each as Buffer).toString('hex') });
    const client = createClient(Hex, caller.peer(server.address));
    expect(await network.until(outcomeOf(client.hex(Uint8Array.of(1, 255))))).toBe('01ff');
  });
});
