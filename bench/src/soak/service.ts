import { RpcMethod, RpcService } from '@rpcudp/core';
import { readSlowly, valueAt } from './stream-reading';

/** What the load calls: arguments of any size and a small answer, and streams either way. */
@RpcService('Soaked')
export class Soaked {
  runs = 0;
  /** How many values were pulled out of `values`, and who hears of each. */
  pulled = 0;
  pulling: ((pulled: number) => void) | undefined;
  /** How long `count` rests after so many values. */
  restAfter: (taken: number) => Promise<void> | undefined = () => undefined;

  @RpcMethod()
  size(bytes: Uint8Array): number {
    this.runs += 1;
    return bytes.length;
  }

  @RpcMethod()
  // eslint-disable-next-line @typescript-eslint/require-await -- a source that has everything at once
  async *values(count: number, bytes: number): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index += 1) {
      this.pulled += 1;
      this.pulling?.(this.pulled);
      yield valueAt(index, bytes);
    }
  }

  @RpcMethod({ stream: 'client' })
  count(values: AsyncIterable<Uint8Array>): Promise<number> {
    return readSlowly(values, this.restAfter);
  }
}
