import { RpcMethod, RpcService } from '@rpcudp/core';

/** What the load calls: arguments of any size, a small answer. */
@RpcService('Soaked')
export class Soaked {
  runs = 0;

  @RpcMethod()
  size(bytes: Uint8Array): number {
    this.runs += 1;
    return bytes.length;
  }
}
