import { setTimeout as sleep } from 'node:timers/promises';
import { RpcMethod, RpcService } from '@rpcudp/core';

@RpcService('Orders')
export class Orders {
  /** Must not run twice, so it is nothing to try again when nobody knows whether it ran. */
  @RpcMethod()
  async place(id: number): Promise<string> {
    await sleep(500); // a database
    return `order ${id} is placed`;
  }
}
