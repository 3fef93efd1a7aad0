import { RpcMethod, RpcService } from '@rpcudp/core';

/** What is measured of workers that share a port: work for a processor, and next to none. */
@RpcService('Desk')
export class Desk {
  /** So many steps of arithmetic. */
  @RpcMethod()
  work(steps: number): number {
    return spin(steps);
  }

  @RpcMethod()
  add(a: number, b: number): number {
    return a + b;
  }
}

/** The same for whoever does it: time that a processor gives to others does not count as done. */
export function spin(steps: number): number {
  let value = 1;
  for (let step = 0; step < steps; step += 1) value = Math.imul(value ^ step, 0x9e3779b1);
  return value;
}
