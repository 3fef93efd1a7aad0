import { RpcMethod, RpcService } from '@rpcudp/core';

/** What the members of a room call each other by. */
@RpcService('Chat')
export class Chat {
  readonly #heard: (name: string, text: string) => void;

  constructor(heard: (name: string, text: string) => void) {
    this.#heard = heard;
  }

  @RpcMethod({ timeoutMs: 1000 })
  post(name: string, text: string): void {
    this.#heard(name, text);
  }
}
