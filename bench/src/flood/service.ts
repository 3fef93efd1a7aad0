import { RpcMethod, RpcService } from '@rpcudp/core';

/** What everybody calls: it costs next to nothing, so that what is measured is the endpoint. */
@RpcService('Flooded')
export class Flooded {
  runs = 0;

  @RpcMethod({ delivery: 'idempotent' })
  next(value: number): number {
    this.runs += 1;
    return value + 1;
  }
}
