import { RpcMethod, RpcService } from '@rpcudp/core';
import { Database } from './database';

/** One thing of an order. */
export interface Item {
  readonly sku: string;
  readonly quantity: number;
  /** What one of it costs. */
  readonly priceCents: number;
}

/** An order that was placed. */
export interface Order {
  readonly id: bigint;
  readonly totalCents: number;
  readonly placedAt: Date;
}

/** Takes orders, and finds them again. */
@RpcService('Orders')
export class Orders {
  readonly #database = new Database();

  /** Places an order, and gives its number. */
  @RpcMethod()
  place(customer: string, items: readonly Item[]): bigint {
    const totalCents = items.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
    return this.#database.insert({ customer, totalCents, placedAt: new Date() });
  }

  /** The orders of a customer, the latest first; all of them unless `limit` says how many. */
  @RpcMethod({ delivery: 'idempotent', timeoutMs: 2000 })
  find(customer: string, limit?: number): Order[] {
    const orders = this.#database
      .select(customer)
      .map(({ id, totalCents, placedAt }) => ({ id, totalCents, placedAt }));
    return orders.reverse().slice(0, limit);
  }
}
