/** What `@RpcUse` stands before, and what is a compile error, under each decorator kind: compiled three times, never run. */
import { RpcMethod, RpcService } from '@rpcudp/core';
import { retry, RpcUse, type ServerInterceptor } from '@rpcudp/core/interceptors';

declare const one: ServerInterceptor;
declare const other: ServerInterceptor;

@RpcUse(one)
@RpcService('Used')
export class Used {
  @RpcUse(one, other)
  @RpcMethod()
  run(name: string): string {
    return name;
  }

  @RpcMethod()
  @RpcUse(async (call, next) => next(call))
  async later(): Promise<void> {}

  @RpcUse((call, next) => next({ ...call, args: [] }))
  @RpcMethod()
  async *stream(to: number): AsyncGenerator<number> {
    yield to;
  }
}

@RpcUse(one)
@RpcService('Single')
export class Single {
  static readonly instance = new Single();
  private constructor() {}
  @RpcMethod()
  run(): void {}
}

export class Misused {
  // @ts-expect-error -- an interceptor is needed
  @RpcUse()
  nothing(): void {}

  // @ts-expect-error -- a word is none
  @RpcUse('auth')
  word(): void {}

  // @ts-expect-error -- retries are for clients
  @RpcUse(retry())
  retried(): void {}

  // @ts-expect-error -- interceptors stand around methods
  @RpcUse(one)
  field = 1;

  // @ts-expect-error -- a static method is not remote
  @RpcUse(one)
  static fixed(): void {}
}
