import type { GivenReply, Millis } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import type { EndpointPorts } from '../ports.js';
import type { Dispatcher } from '../serving/dispatcher.js';
import type { EngineSet } from './engine-set.js';
import type { InputFirst } from './input-first.js';

/** What was left when draining ended. */
export interface DrainReport {
  /** Whether nothing was left. */
  readonly complete: boolean;
  /** Handlers that still ran. They go on until `close()`, which gives them its grace time. */
  readonly runningHandlers: number;
  /** Streams that went on. They have been ended with `UNAVAILABLE`. */
  readonly endedStreams: number;
  /** Replies that had not been acknowledged: the reply or its acknowledgement was lost, or its caller has gone. */
  readonly unacknowledgedReplies: number;
}

/** What {@link Draining} works with. */
export interface DrainingParts {
  readonly ports: EndpointPorts;
  readonly input: InputFirst;
  readonly engines: EngineSet;
  readonly dispatcher: Pick<Dispatcher, 'busy' | 'abandonBusyStreams'>;
  /** Called when the engines were given something to do. */
  readonly changed: () => void;
}

/**
 * The time in which an endpoint finishes what it has begun. First its handlers end; then the replies that there are at that
 * moment arrive, refusals among them, but not those that are given later: a caller that tries again and again would make it last
 * for ever.
 */
export class Draining {
  readonly ended: Promise<DrainReport>;
  readonly #parts: DrainingParts;
  readonly #cancelTimer: () => void;
  #resolve: ((report: DrainReport) => void) | undefined;
  /** Those that there were when no handler ran any more. */
  #replies: GivenReply[] | undefined;
  #confirming = false;

  constructor(parts: DrainingParts, timeoutMs: Millis) {
    this.#parts = parts;
    const { ports, input, engines } = parts;
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
    const until = ports.now() + timeoutMs;
    const timeOut = (): void => this.#timeOut();
    this.#cancelTimer = ports.setTimer(timeoutMs, () => input.whenRead(ports.now() - until, timeOut));
    engines.startDraining(ports.now());
  }

  /** Something has happened: nothing may be left. */
  look(): void {
    if (this.#resolve === undefined) return;
    if (this.#parts.dispatcher.busy > 0) this.#replies = undefined;
    else if (this.#replies === undefined) this.#confirm();
    else this.#endIfAllArrived(this.#replies);
  }

  /** Has the replies that there are now acknowledged: later in this turn, for in it others are looked after. */
  #confirm(): void {
    if (this.#confirming) return;
    this.#confirming = true;
    this.#parts.ports.defer(() => {
      this.#confirming = false;
      if (this.#resolve === undefined || this.#parts.dispatcher.busy > 0) return;
      this.#replies = this.#parts.engines.confirmReplies();
      this.#parts.changed();
    });
  }

  #endIfAllArrived(replies: GivenReply[]): void {
    while (replies.at(-1)?.ended === true) replies.pop();
    if (replies.length === 0) this.#end({ runningHandlers: 0, endedStreams: 0, unacknowledgedReplies: 0 });
  }

  /** Waits no longer: the endpoint closes, and ends what is left. */
  stop(): void {
    if (this.#resolve === undefined) return;
    const unacknowledgedReplies = this.#unacknowledged();
    this.#end({ runningHandlers: this.#parts.dispatcher.busy, endedStreams: 0, unacknowledgedReplies });
  }

  #timeOut(): void {
    if (this.#resolve === undefined) return;
    const { dispatcher, changed } = this.#parts;
    const unacknowledgedReplies = this.#unacknowledged();
    const endedStreams = dispatcher.abandonBusyStreams(new RpcError('UNAVAILABLE', DRAINED));
    this.#end({ runningHandlers: dispatcher.busy, endedStreams, unacknowledgedReplies });
    changed();
  }

  #unacknowledged(): number {
    const replies = this.#replies ?? this.#parts.engines.confirmReplies();
    return replies.filter(({ ended }) => !ended).length;
  }

  #end(left: Omit<DrainReport, 'complete'>): void {
    const complete = Object.values(left).every((count) => count === 0);
    this.#cancelTimer();
    this.#resolve?.({ complete, ...left });
    this.#resolve = undefined;
  }
}

const DRAINED = 'The endpoint that serves the stream drained, and its time was over.';
