/** What a run of pings came to. */
export interface PingSummary {
  readonly sent: number;
  readonly received: number;
  readonly lossPercent: number;
  /** Undefined if nothing was answered. */
  readonly roundTrips:
    { readonly minMs: number; readonly avgMs: number; readonly maxMs: number; readonly stddevMs: number } | undefined;
}

/** Counts pings in constant memory, for a run may go on for days. */
export class PingStatistics {
  #sent = 0;
  #received = 0;
  #min = Infinity;
  #max = 0;
  #mean = 0;
  /** Sum of the squared differences from the mean, after Welford: exact also for small differences of large times. */
  #squares = 0;

  addSent(): void {
    this.#sent += 1;
  }

  addAnswer(ms: number): void {
    this.#received += 1;
    this.#min = Math.min(this.#min, ms);
    this.#max = Math.max(this.#max, ms);
    const before = ms - this.#mean;
    this.#mean += before / this.#received;
    this.#squares += before * (ms - this.#mean);
  }

  get summary(): PingSummary {
    const sent = this.#sent;
    const received = this.#received;
    return {
      sent,
      received,
      lossPercent: sent === 0 ? 0 : round(((sent - received) * 100) / sent, 1),
      roundTrips:
        received === 0
          ? undefined
          : {
              minMs: milliseconds(this.#min),
              avgMs: milliseconds(this.#mean),
              maxMs: milliseconds(this.#max),
              stddevMs: milliseconds(Math.sqrt(this.#squares / received)),
            },
    };
  }
}

/** Milliseconds as they are shown: to the microsecond, which is about what the clock and the event loop are good for. */
export function milliseconds(ms: number): number {
  return round(ms, 3);
}

function round(number: number, digits: number): number {
  return Number(number.toFixed(digits));
}
