import type { Millis, TraceEvent } from '../../engine/engine.js';
import { QLOG_BATCH_CHARACTERS_MAX, QLOG_WAITING_BYTES_MAX } from '../../limits.js';
import { qlogEvent } from './qlog-events.js';
import type { NameOf } from './qlog-frames.js';
import { eventRecord, headRecord } from './qlog-record.js';
import type { QlogSink } from './qlog-sink.js';

/** What a {@link QlogWriter} works with. */
export interface QlogParts {
  readonly sink: QlogSink;
  readonly nameOf: NameOf;
  now(): Millis;
  wallClock(): Millis;
  /** Calls back at the end of this turn of the event loop. */
  defer(callback: () => void): void;
  /** The sink has thrown: nothing is written any more. */
  failed(error: unknown): void;
}

/** What became of events. */
export interface QlogCounts {
  written: number;
  dropped: number;
}

/**
 * Writes what happens in an endpoint to a sink, as a qlog. What comes in one turn of the event loop is written at once. While the
 * sink has more to do than it should, events are dropped, and how many is written when it has caught up.
 */
export class QlogWriter {
  readonly #parts: QlogParts;
  readonly #counts: QlogCounts;
  readonly #beganAt: Millis;
  #batch: string;
  /** Events in the batch. */
  #events = 0;
  #deferred = false;
  /** Dropped since the sink was last told. */
  #untold = 0;
  #failed = false;

  constructor(parts: QlogParts, counts: QlogCounts) {
    this.#parts = parts;
    this.#counts = counts;
    this.#beganAt = parts.now();
    this.#batch = headRecord('rpcudp endpoint', parts.wallClock());
    this.#flushLater();
  }

  readonly write = (event: TraceEvent): void => {
    if (this.#failed) return;
    this.#batch += eventRecord(event.at - this.#beganAt, qlogEvent(event, this.#parts.nameOf));
    this.#events += 1;
    if (this.#batch.length >= QLOG_BATCH_CHARACTERS_MAX) this.flush();
    else this.#flushLater();
  };

  /** Hands the sink what has come. */
  readonly flush = (): void => {
    this.#deferred = false;
    const batch = this.#batch;
    if (batch === '' || this.#failed) return;
    const events = this.#events;
    this.#batch = '';
    this.#events = 0;
    if (this.#isBehind()) {
      this.#counts.dropped += events;
      this.#untold += events;
      return;
    }
    this.#counts.written += events;
    this.#hand(this.#droppedRecord() + batch);
  };

  #flushLater(): void {
    if (this.#deferred) return;
    this.#deferred = true;
    this.#parts.defer(this.flush);
  }

  /** Whether the sink takes nothing now. */
  #isBehind(): boolean {
    const { writableLength = 0, destroyed, writableEnded } = this.#parts.sink;
    return writableLength > QLOG_WAITING_BYTES_MAX || destroyed === true || writableEnded === true;
  }

  #droppedRecord(): string {
    if (this.#untold === 0) return '';
    const count = this.#untold;
    this.#untold = 0;
    return eventRecord(this.#parts.now() - this.#beganAt, { name: 'rpcudp:events_dropped', data: { count } });
  }

  #hand(text: string): void {
    try {
      this.#parts.sink.write(text);
    } catch (error) {
      this.#failed = true;
      this.#parts.failed(error);
    }
  }
}
