import { RpcError, RpcMethod, RpcService } from '@rpcudp/core';
import type { Item } from '@rpcudp-examples/monorepo-shared';

/** What one of each thing costs, in cents. */
const PRICES: ReadonlyMap<string, bigint> = new Map([
  ['eyepatch', 450n],
  ['lighter', 1999n],
]);

/** Knows what there is, and what it costs. */
@RpcService('Stock')
export class Stock {
  readonly #sold = new Map<string, number>();

  /** Takes items out of the stock, and gives what they cost in cents. */
  @RpcMethod()
  take(items: readonly Item[]): bigint {
    const missing = items.find(({ sku }) => !PRICES.has(sku));
    if (missing !== undefined) throw new RpcError('NOT_FOUND', `There is no ${missing.sku}.`);
    for (const { sku, quantity } of items) this.#sold.set(sku, (this.#sold.get(sku) ?? 0) + quantity);
    return items.reduce((sum, { sku, quantity }) => sum + PRICES.get(sku)! * BigInt(quantity), 0n);
  }

  /** What was sold. */
  @RpcMethod({ delivery: 'idempotent' })
  sold(): Item[] {
    return [...this.#sold].map(([sku, quantity]) => ({ sku, quantity }));
  }
}
