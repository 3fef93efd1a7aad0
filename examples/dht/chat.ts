import { RpcMethod, RpcService } from '@rpcudp/core';

/** What the members of a room call each other by. */
@RpcService('Chat')
export class Chat {
  readonly #heard: (line: string) => void;

  constructor(heard: (line: string) => void) {
    this.#heard = heard;
  }

  @RpcMethod({ timeoutMs: 1000 })
  post(line: string): void {
    this.#heard(line);
  }
}

/** What was said lately. Every node serves it, and that of a room is kept by the one nearest to the room's name. */
@RpcService('History')
export class History {
  readonly #rooms = new Map<string, string[]>();

  @RpcMethod()
  add(room: string, line: string): void {
    this.#rooms.set(room, [...this.last(room), line].slice(-10));
  }

  @RpcMethod({ delivery: 'idempotent' })
  last(room: string): string[] {
    return this.#rooms.get(room) ?? [];
  }
}
