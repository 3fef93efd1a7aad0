import { orThrow } from '@rpcudp/client';
import { RpcMethod, RpcService } from '@rpcudp/core';
import type { StockClient } from '@rpcudp-examples/monorepo-client/stock.client';
import type { Item } from '@rpcudp-examples/monorepo-shared';
import { Database } from './database';

/** An order that was placed. */
export interface Order {
  readonly id: bigint;
  readonly items: readonly Item[];
  /** In cents. */
  readonly total: bigint;
  readonly placedAt: Date;
}

const SECOND = 1000;

/** Takes orders, and finds them again. */
@RpcService('Orders')
export class Orders {
  readonly #database = new Database();
  readonly #stock: StockClient;

  constructor(stock: StockClient) {
    this.#stock = stock;
  }

  /** Places an order, and gives its number. */
  @RpcMethod()
  async place(customer: string, items: readonly Item[]): Promise<bigint> {
    const total = await orThrow(this.#stock).take(items);
    return this.#database.insert({ customer, items, total, placedAt: new Date() });
  }

  /** The orders of a customer, the latest first; all of them unless `limit` says how many. */
  @RpcMethod({ delivery: 'idempotent', timeoutMs: 2 * SECOND })
  find(customer: string, limit?: number): Order[] {
    const orders = this.#database
      .select(customer)
      .map(({ id, items, total, placedAt }) => ({ id, items, total, placedAt }));
    return orders.reverse().slice(0, limit);
  }

  /** What all orders came to, in cents. */
  @RpcMethod({ delivery: 'idempotent' })
  turnover(): bigint {
    return this.#database.sum();
  }
}
