import { withOptions, type Client } from '@rpcudp/client';
import { RpcError, type RpcStream } from '../../../src/index';
import { STREAM_ITEMS_MAX } from '../../../src/native-limits';
import type { StreamService } from './stream-ledger';
import { isBestEffort, type StreamPlan } from './stream-plan';
import { Giver, Taker, type Witness } from './values';

/** A call with streams at its caller: makes it, reads it, and knows what became of it. */
export class MadeStream {
  /** How it ended; `left` if its caller had had enough. */
  outcome: 'done' | 'left' | 'silence' | RpcError | undefined;
  /** Whether the process that made it was killed meanwhile. */
  gone = false;
  /** Whether its caller has ended it from outside. */
  cancelled = false;
  /** What the handler answered with, if that is one value. */
  answer: number | undefined;
  missed = 0;
  readonly plan: StreamPlan;
  readonly giver: Giver | undefined;
  readonly taker: Taker | undefined;
  readonly #witness: Witness;

  /** @param handlerTaken How far the handler has read what the caller gives. */
  constructor(plan: StreamPlan, witness: Witness, handlerTaken: (plan: StreamPlan) => number) {
    this.plan = plan;
    this.#witness = witness;
    const uploads = plan.method === 'upload' || plan.method === 'uploadNewest';
    if (!uploads) this.taker = new Taker(plan, 1, witness);
    if (uploads || plan.method === 'chat') {
      this.giver = new Giver(plan, 0, witness, (pulled) => {
        const ahead = pulled - handlerTaken(plan);
        if (ahead > STREAM_ITEMS_MAX + 1 && !isBestEffort(plan))
          witness.complain(`stream ${plan.id}: pulled ${ahead} ahead of its handler`);
      });
    }
  }

  /** Makes it and waits for its end. */
  async run(stub: Client<StreamService>): Promise<void> {
    try {
      if (this.taker === undefined) await this.#upload(stub);
      else await this.#read(this.#open(stub), this.taker);
    } catch (error) {
      this.outcome = RpcError.from(error);
    }
  }

  #open(stub: Client<StreamService>): RpcStream<Uint8Array> {
    const { id, method } = this.plan;
    if (method === 'chat') return stub.chat(id, this.giver!.values());
    return stub[method as 'watch' | 'watchAgain' | 'newest'](id);
  }

  async #read(values: RpcStream<Uint8Array>, taker: Taker): Promise<void> {
    this.#cancelLater(() => values.cancel());
    const iterator = values[Symbol.asyncIterator]();
    try {
      await taker.all({ [Symbol.asyncIterator]: () => iterator });
      this.outcome = taker.over === 'enough' || this.cancelled ? 'left' : 'done';
    } finally {
      this.missed = values.missed;
      const after = await iterator.next();
      if (after.done !== true) this.#witness.complain(`stream ${this.plan.id} gives values after its end`);
    }
  }

  async #upload(stub: Client<StreamService>): Promise<void> {
    const { id, method } = this.plan;
    const abort = new AbortController();
    this.#cancelLater(() => abort.abort());
    const given = this.giver!.values();
    const reply = await withOptions(stub, { signal: abort.signal })[method as 'upload' | 'uploadNewest'](id, given);
    this.answer = reply.received ? reply.value : undefined;
    this.outcome = reply.received ? 'done' : 'silence';
  }

  #cancelLater(cancel: () => void): void {
    const { cancelledAfterMs } = this.plan;
    if (cancelledAfterMs === Infinity) return;
    this.#witness.clock.setTimer(cancelledAfterMs, () => {
      this.cancelled ||= this.outcome === undefined;
      cancel();
    });
  }
}
