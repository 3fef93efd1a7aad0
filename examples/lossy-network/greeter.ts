import { RpcMethod, RpcService } from '@rpcudp/core';

@RpcService('Greeter')
export class Greeter {
  /** How often each name was greeted. */
  readonly greeted = new Map<string, number>();

  @RpcMethod()
  sayHi(name: string): string {
    this.greeted.set(name, (this.greeted.get(name) ?? 0) + 1);
    return `Hello ${name}`;
  }
}
