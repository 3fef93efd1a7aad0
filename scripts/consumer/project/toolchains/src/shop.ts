// One service with all kinds of parameters. Each method tells what it got.
import { RpcMethod, RpcService } from '@rpcudp/core';
import { Currency } from './currency.ts';
import { Logged } from './logged.ts';
import type { Order as OrderType } from './order.ts';
import { Order, type Address } from './order.ts';
import { told } from './told.ts';

@RpcService('Shop')
export class Shop {
  private constructor() {}

  static open(): Shop {
    return new Shop();
  }

  @RpcMethod()
  text(value: string): string {
    return told(value);
  }

  @RpcMethod()
  number(value: number): string {
    return told(value);
  }

  @RpcMethod()
  boolean(value: boolean): string {
    return told(value);
  }

  @RpcMethod()
  bigint(value: bigint): string {
    return told(value);
  }

  @RpcMethod()
  date(value: Date): string {
    return told(value);
  }

  @RpcMethod()
  map(value: Map<string, number>): string {
    return told(value);
  }

  @RpcMethod()
  set(value: Set<number>): string {
    return told(value);
  }

  @RpcMethod()
  bytes(value: Uint8Array): string {
    return told(value);
  }

  @RpcMethod()
  buffer(value: Buffer): string {
    return told(value);
  }

  @RpcMethod()
  currency(value: Currency): string {
    return told(value);
  }

  @RpcMethod()
  address(value: Address): string {
    return told(value);
  }

  @RpcMethod()
  order(value: Order): string {
    return told(value);
  }

  @RpcMethod()
  typeOnly(value: OrderType): string {
    return told(value);
  }

  @RpcMethod()
  defaulted(value: string, mark = '!'): string {
    return told([value, mark]);
  }

  @RpcMethod()
  optional(value?: string): string {
    return told(value);
  }

  @RpcMethod()
  rest(...values: number[]): string {
    return told(values);
  }

  @RpcMethod()
  union(value: string | number): string {
    return told(value);
  }

  @RpcMethod()
  @Logged()
  wrapped(value: string): string {
    return told(value);
  }

  @RpcMethod()
  echo(value: unknown): unknown {
    return value;
  }
}
