import { createClient, type Client } from '@rpcudp/client';
import { RpcError, RpcMethod, RpcService, type RpcChannel } from '@rpcudp/core';

const PIECES: Readonly<Record<string, number>> = { lamp: 3, chair: 0 };

@RpcService('Stock')
export class Stock {
  readonly #pieces = new Map(Object.entries(PIECES));

  @RpcMethod()
  take(article: string): number {
    const left = this.#pieces.get(article) ?? 0;
    if (left === 0) throw new RpcError('FAILED_PRECONDITION', `There is no ${article} left.`);
    this.#pieces.set(article, left - 1);
    return left - 1;
  }

  @RpcMethod()
  // eslint-disable-next-line @typescript-eslint/require-await -- what there is now is there at once
  async *watch(article: string): AsyncGenerator<number> {
    yield this.#pieces.get(article) ?? 0;
  }
}

/** Asks another service for each order. */
@RpcService('Shop')
export class Shop {
  readonly #stock: Client<Stock>;

  constructor(stock: RpcChannel) {
    this.#stock = createClient(Stock, stock);
  }

  @RpcMethod()
  async order(article: string): Promise<string> {
    const left = await this.#stock.take(article).orThrow();
    return `One ${article} is yours, ${left} are left.`;
  }

  @RpcMethod()
  async report(): Promise<string> {
    for await (const left of this.#stock.watch('lamp')) return `${left} lamps`;
    return 'nothing';
  }
}
