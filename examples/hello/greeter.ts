import { RpcMethod, RpcService, rpcContext } from '@rpcudp/core';

@RpcService('Greeter')
export class Greeter {
  @RpcMethod()
  sayHi(name: string): string {
    const { sender } = rpcContext();
    return `Hello ${name}, you live at ${sender.host}:${sender.port}`;
  }
}
