// The shop without decorators and without enums, which leaves nothing to compile: Node runs it as it is.
import { defineService } from '@rpcudp/core';
import { told } from './told.ts';

const Currency = { Euro: 'EUR', Dollar: 'USD' } as const;
type Currency = (typeof Currency)[keyof typeof Currency];

interface Order {
  readonly article: string;
  readonly amount: number;
}

export interface Shop {
  text(value: string): string;
  number(value: number): string;
  boolean(value: boolean): string;
  bigint(value: bigint): string;
  date(value: Date): string;
  map(value: Map<string, number>): string;
  set(value: Set<number>): string;
  bytes(value: Uint8Array): string;
  buffer(value: Buffer): string;
  currency(value: Currency): string;
  address(value: { readonly street: string }): string;
  order(value: Order): string;
  typeOnly(value: Order): string;
  defaulted(value: string, mark?: string): string;
  optional(value?: string): string;
  rest(...values: number[]): string;
  union(value: string | number): string;
  wrapped(value: string): string;
  echo(value: unknown): unknown;
}

export const Shop = defineService<Shop>('Shop', {
  text: {},
  number: {},
  boolean: {},
  bigint: {},
  date: {},
  map: {},
  set: {},
  bytes: {},
  buffer: {},
  currency: {},
  address: {},
  order: {},
  typeOnly: {},
  defaulted: {},
  optional: {},
  rest: {},
  union: {},
  wrapped: {},
  echo: {},
});

export const shop: Shop = {
  text: told,
  number: told,
  boolean: told,
  bigint: told,
  date: told,
  map: told,
  set: told,
  bytes: told,
  buffer: told,
  currency: told,
  address: told,
  order: told,
  typeOnly: told,
  defaulted: (value, mark = '!') => told([value, mark]),
  optional: told,
  rest: (...values) => told(values),
  union: told,
  wrapped: told,
  echo: (value) => value,
};
