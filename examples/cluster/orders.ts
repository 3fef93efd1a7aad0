import { setTimeout } from 'node:timers/promises';
import { RpcMethod, RpcService } from '@rpcudp/core';

/** Takes orders. No order may be taken twice, so its method is one that runs once: that is the default. */
@RpcService('Orders')
export class Orders {
  readonly #taken: (order: number) => void;

  /** @param taken Hears of each order, so that somebody can count. */
  constructor(taken: (order: number) => void) {
    this.#taken = taken;
  }

  @RpcMethod()
  async place(order: number): Promise<string> {
    this.#taken(order);
    await setTimeout(5);
    return `order ${order} by process ${process.pid}`;
  }
}
