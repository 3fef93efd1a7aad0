import { RpcMethod, RpcService } from '@rpcudp/core';

@RpcService('Store')
export class Store {
  readonly files = new Map<string, Uint8Array>();

  /** Keeps a file whose parts come one by one, and tells how much of it has come. */
  @RpcMethod({ stream: 'both' })
  async *upload(name: string, parts: AsyncIterable<Uint8Array>): AsyncGenerator<number> {
    const kept: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of parts) {
      kept.push(part);
      bytes += part.length;
      yield bytes;
    }
    // Only now is it all there: an upload that breaks off leaves nothing behind.
    this.files.set(name, Buffer.concat(kept));
  }
}
