import type { Deadlined, Executed, Millis, OutgoingCall } from '@rpcudp/core/endpoint';
import { READY_PAUSE_MS_FIRST, READY_PAUSE_MS_MAX } from './limits.js';
import type { Window } from './request-head.js';
import { NatsStreamEnd, type StreamEndOwner } from './stream-end.js';

/** A call of ours, and what is known of whether it ran. */
export class OutgoingNatsCall<C extends OutgoingCall> implements Deadlined {
  readonly call: C;
  /** The last token of the subject that it is answered on. */
  readonly id: string;
  stream: NatsStreamEnd | undefined;
  /** Whether it was sent, and nobody has said that it did not arrive. */
  isOut = false;
  over = false;
  /** Whether the next thing to do is to ask again whether anybody serves it. */
  paused = false;
  /** By when whoever reads its stream wants something to have come. */
  expectedBy: Millis = Infinity;
  heapIndex = -1;
  deadline: Millis;
  #mayHaveRun = false;
  #arrivesBy: Millis;
  #pauseMs = READY_PAUSE_MS_FIRST;
  #tryAt: Millis = Infinity;

  constructor(call: C, id: string) {
    this.call = call;
    this.id = id;
    this.#arrivesBy = call.streams?.arrivesBy ?? call.deadline;
    this.deadline = this.endsBy;
  }

  /** When it ends in silence. */
  get endsBy(): Millis {
    return Math.min(this.call.deadline, this.#arrivesBy, this.expectedBy);
  }

  /** Whether it may have run: it is out, or was when the connection was lost. */
  get mayHaveRun(): boolean {
    return this.isOut || this.#mayHaveRun;
  }

  get executed(): Executed {
    if (this.stream?.started === true) return 'yes';
    return this.mayHaveRun ? 'unknown' : 'no';
  }

  /** What the other side says of this attempt, with what is known of those before. */
  executedAsTold(told: Executed): Executed {
    return told === 'no' && this.#mayHaveRun ? 'unknown' : told;
  }

  openStream(window: Window, owner: StreamEndOwner): void {
    const { streams, delivery } = this.call;
    if (streams === undefined) return;
    const { answers, takes } = streams;
    const bestEffort = delivery === 'best-effort';
    this.stream = new NatsStreamEnd({ isCaller: true, answers, takes, bestEffort, window }, owner);
  }

  /** Its stream is open on the other side. */
  arrived(): void {
    this.#arrivesBy = Infinity;
  }

  /** The connection was lost. */
  lose(): void {
    this.#mayHaveRun ||= this.isOut;
    this.isOut = false;
  }

  /** Nobody serves it yet. */
  pause(now: Millis): void {
    this.paused = true;
    this.#tryAt = now + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, READY_PAUSE_MS_MAX);
  }

  /** Works out when something is due. */
  settle(): void {
    this.deadline = this.paused ? Math.min(this.endsBy, this.#tryAt) : this.endsBy;
  }
}
