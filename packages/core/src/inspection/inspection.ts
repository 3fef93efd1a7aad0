import { rpcContext } from '../context.js';
import type { Millis } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import { INSPECTION_INTERVAL_MS_DEFAULT, INSPECTION_WATCHERS_MAX } from '../limits.js';
import { RpcMethod, RpcService } from '../service/decorators.js';
import { BusiestPeers } from './busiest-peers.js';
import { INSPECTION_NAME } from './call-recorder.js';
import type { InspectionSource } from './inspection-source.js';
import type { InspectionOptions, InspectionUpdate } from './inspection-update.js';
import { Onlooker } from './onlooker.js';
import { PacketLog } from './packet-log.js';
import type { PacketsUpdate } from './packets-update.js';

/**
 * Shows what an endpoint does: its peers, its calls, and how long they take. An endpoint serves it with the option
 * `inspection: true`, on the native wire; for a client the class is enough:
 *
 * ```ts
 * const inspection = createClient(Inspection, endpoint.peer('127.0.0.1:1234'));
 * for await (const { latency, peers } of inspection.watch({ intervalMs: 1000 })) console.log(latency.server, peers);
 * ```
 */
@RpcService({ name: INSPECTION_NAME, version: '1', doc: 'Shows what this endpoint does.' })
export class Inspection {
  readonly #source: InspectionSource;
  readonly #peers: BusiestPeers;
  readonly #bornAt: Millis;
  #watchers = 0;

  /** Endpoints make it; clients need the class alone. */
  constructor(source: InspectionSource) {
    this.#source = source;
    this.#peers = new BusiestPeers(source);
    this.#bornAt = source.clocks.now();
  }

  /** What the endpoint does now, with the times of all calls since it was bound, and the last calls. */
  @RpcMethod({ delivery: 'idempotent', doc: 'What the endpoint does now, and all that is remembered of its calls.' })
  snapshot(): InspectionUpdate {
    return this.#newOnlooker().look();
  }

  /**
   * The same at once, and then what has changed, at every interval. With best effort: an update that is lost, or comes late, is
   * overtaken by the next, and `missed` counts it.
   *
   * @throws RpcError `RESOURCE_EXHAUSTED` if 16 watch already.
   */
  @RpcMethod({ delivery: 'best-effort', stream: true, doc: 'The same at once, and then what has changed.' })
  async *watch(options: InspectionOptions = {}): AsyncGenerator<InspectionUpdate, void> {
    const onlooker = this.#newOnlooker();
    yield* this.#updates(options, () => onlooker.look());
  }

  /**
   * The packets of calls that begin from now on, at every interval. Nothing of packets is worked out while nobody asks for it. Of
   * best effort, too: `missed` counts updates that were lost.
   *
   * @throws RpcError `RESOURCE_EXHAUSTED` if 16 watch already.
   */
  @RpcMethod({ delivery: 'best-effort', stream: true, doc: 'The packets of calls that begin from now on.' })
  async *packets(options: InspectionOptions = {}): AsyncGenerator<PacketsUpdate, void> {
    const log = new PacketLog(this.#source);
    const stop = this.#source.observe(log.tell);
    try {
      yield* this.#updates(options, () => log.take());
    } finally {
      stop();
    }
  }

  async *#updates<T>(options: InspectionOptions, look: () => T): AsyncGenerator<T, void> {
    const { intervalMs = INSPECTION_INTERVAL_MS_DEFAULT } = options;
    const { signal } = rpcContext();
    this.#admit();
    try {
      while (!signal.aborted) {
        const next = this.#source.clocks.now() + intervalMs;
        yield look();
        await this.#until(next, signal);
      }
    } finally {
      this.#watchers -= 1;
    }
  }

  #newOnlooker(): Onlooker {
    return new Onlooker(this.#source, this.#peers, this.#bornAt);
  }

  #admit(): void {
    if (this.#watchers >= INSPECTION_WATCHERS_MAX) {
      const message = `${INSPECTION_WATCHERS_MAX} watch this endpoint already, which is as many as may. Ask again later.`;
      throw new RpcError('RESOURCE_EXHAUSTED', message);
    }
    this.#watchers += 1;
  }

  /** Resolves at a moment, or when nobody watches any more. */
  #until(then: Millis, signal: AbortSignal): Promise<void> {
    const { clocks } = this.#source;
    return new Promise((resolve) => {
      const ended = (): void => {
        cancel();
        resolve();
      };
      const cancel = clocks.setTimer(Math.max(0, then - clocks.now()), () => {
        signal.removeEventListener('abort', ended);
        resolve();
      });
      signal.addEventListener('abort', ended, { once: true });
      if (signal.aborted) ended();
    });
  }
}
