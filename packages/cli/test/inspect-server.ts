import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { RpcError, defineService, type ServiceGuards } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { silent } from './served';

const BINARY = join(__dirname, '../bin/rpcudp.js');

/** What is inspected in the tests of the page, and in the pictures of the guide. */
export interface Shop {
  order(order: { customer: string; items: { sku: string; count: number }[]; gift?: boolean }): unknown;
  echo(value: unknown): unknown;
  exact(id: bigint, key: Uint8Array, at: Date, tags: string[], kind: 'small' | 'large'): unknown;
  prices(symbol: string): AsyncIterable<{ price: number }>;
  sum(values: AsyncIterable<number>): Promise<number>;
  pay(cents: number): number;
}
export const Shop = defineService<Shop>(
  { name: 'Shop', version: '1.0', doc: 'Sells things.' },
  {
    order: { delivery: 'idempotent', doc: 'What an order would cost.' },
    echo: { delivery: 'idempotent' },
    exact: { delivery: 'idempotent' },
    prices: { stream: true, delivery: 'idempotent', doc: 'The price, whenever it changes.' },
    sum: { stream: 'client' },
    pay: { doc: 'Pays so many cents.' },
  },
);

const ORDER = '{ customer: string; items: { sku: string; count: number }[]; gift?: boolean }';

export const shopGuards: ServiceGuards = {
  service: 'Shop',
  methods: {
    order: { parameters: [{ name: 'order', type: ORDER }], returns: 'Quote' },
    echo: { parameters: [{ name: 'value', type: 'unknown' }] },
    exact: {
      parameters: [
        { name: 'id', type: 'bigint' },
        { name: 'key', type: 'Uint8Array' },
        { name: 'at', type: 'Date' },
        { name: 'tags', type: 'string[]' },
        { name: 'kind', type: "'small' | 'large'" },
      ],
    },
    prices: { parameters: [{ name: 'symbol', type: 'string' }], returns: '{ price: number }' },
    sum: { parameters: [{ name: 'values', type: 'number', stream: true }], returns: 'number' },
    pay: { parameters: [{ name: 'cents', type: 'number' }], returns: 'number' },
  },
};

/** What was done at the shop. */
export class Till {
  cents = 0;
  /** Streams of prices that have ended. */
  ended = 0;
}

export function shop(till: Till): Shop {
  return {
    order: ({ customer, items, gift }) => ({
      customer,
      gift,
      cents: items.reduce((sum, { count }) => sum + count * 250, 0),
      lines: items.map(({ sku, count }) => `${count} × ${sku}`),
    }),
    echo: (value) => value,
    exact: (id, key, at, tags, kind) =>
      new Map<string, unknown>(Object.entries({ id, key, at, tags: new Set(tags), kind })),
    async *prices(symbol) {
      try {
        for (let price = 100; ; price += 1) {
          yield { price, symbol };
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      } finally {
        till.ended += 1;
      }
    },
    async sum(values) {
      let sum = 0;
      for await (const value of values) sum += value;
      return sum;
    },
    pay: (cents) => {
      if (cents <= 0) throw new RpcError('OUT_OF_RANGE', 'Pay at least one cent.', { details: { least: 1 } });
      return (till.cents += cents);
    },
  };
}

/** @param port That of one that was there before, to take its place. */
export async function serveShop(till: Till, port = 0): Promise<UdpEndpoint> {
  const endpoint = await UdpEndpoint.bind({
    host: '127.0.0.1',
    port,
    reflection: true,
    inspection: true,
    logger: silent,
  });
  endpoint.serve(Shop, shop(till), { guards: shopGuards });
  return endpoint;
}

/** Runs the built command, whose page is the built one; gives the address of that, too. */
export async function inspectorOf(address: string): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, [BINARY, 'inspect', address, '--timeout', '1000', '--json']);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return [child, (JSON.parse(line.toString()) as { url: string }).url];
}
