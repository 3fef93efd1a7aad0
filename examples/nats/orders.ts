import { setImmediate } from 'node:timers/promises';
import { RpcError, RpcMethod, RpcService } from '@rpcudp/core';

@RpcService('Orders')
export class Orders {
  readonly #placed: string[] = [];

  @RpcMethod()
  place(what: string): number {
    if (what === '') throw new RpcError('INVALID_ARGUMENT', 'An order must say what it is of.');
    return this.#placed.push(what);
  }

  /** All orders so far, one by one. */
  @RpcMethod()
  async *list(): AsyncGenerator<string> {
    for (const what of this.#placed) {
      // Where a real one would ask its database.
      await setImmediate();
      yield what;
    }
  }
}
