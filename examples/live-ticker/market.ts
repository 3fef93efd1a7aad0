import { RpcMethod, RpcService } from '@rpcudp/core';

export interface Tick {
  readonly price: number;
  /** When it was true, by the clock of the market. */
  readonly at: number;
}

/** A market with one price, which changes all the time. */
@RpcService('Market')
export class Market {
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;

  constructor(now: () => number, sleep: (ms: number) => Promise<void>) {
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Every price, one after the other: none is left out, and the later ones wait for those that were lost. */
  @RpcMethod()
  async *history(): AsyncGenerator<Tick> {
    for (;;) {
      yield this.#tick();
      await this.#sleep(5);
    }
  }

  /** The price as it is now: what was lost is of no use any more. */
  @RpcMethod({ delivery: 'best-effort' })
  async *price(): AsyncGenerator<Tick> {
    for (;;) {
      await this.#sleep(5);
      yield this.#tick();
    }
  }

  #tick(): Tick {
    const at = this.#now();
    return { price: Math.round(100 + 10 * Math.sin(at / 300)), at };
  }
}
