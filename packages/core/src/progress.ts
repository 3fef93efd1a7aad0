/**
 * How much of a call's arguments its peer has, at the moment that it was asked for:
 *
 * ```ts
 * const call = files.put('film.mp4', bytes);
 * for await (const { acknowledgedBytes, totalBytes } of call.progress) bar.update(acknowledgedBytes / totalBytes);
 * const reply = await call;
 * ```
 *
 * Iterated, it tells at once how far the call is, then whenever that changes, and ends with the call, whatever came of it.
 * Whoever is slow to ask again misses steps in between, never the last one.
 */
export interface CallProgress extends AsyncIterable<CallProgress> {
  /**
   * How many bytes of the arguments are known to have arrived. On the rpcudp wire, which acknowledges nothing, 0 until the
   * answer comes. It falls to 0 where a call starts over, for its peer was restarted.
   */
  readonly acknowledgedBytes: number;
  /** How many bytes the arguments take, encoded. 0 where they were never encoded, or the channel does not say. */
  readonly totalBytes: number;
}

/** How much of something that travels in parts has arrived. */
export interface Transferred {
  readonly acknowledgedBytes: number;
  readonly totalBytes: number;
}

/** The same in words, which go on with a sentence: `4096 of 8192 bytes of its arguments were acknowledged`. */
export function describeProgress({ acknowledgedBytes, totalBytes }: Transferred): string {
  const acknowledged = acknowledgedBytes === totalBytes ? 'all' : `${acknowledgedBytes} of`;
  return `${acknowledged} ${totalBytes} bytes of its arguments were acknowledged`;
}

/** A call that can be watched. */
export interface ProgressSource {
  readonly progress: CallProgress;
  /** Whether nothing changes any more. */
  readonly ended: boolean;
  /** Resolves when there may be something new. */
  advanced(): Promise<void>;
}

/** The progress of a call at one moment, and the way to what comes after. */
export class ProgressSnapshot implements CallProgress {
  readonly acknowledgedBytes: number;
  readonly totalBytes: number;
  readonly #source: ProgressSource;

  constructor(source: ProgressSource, acknowledgedBytes: number, totalBytes: number) {
    this.#source = source;
    this.acknowledgedBytes = acknowledgedBytes;
    this.totalBytes = totalBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CallProgress, void, undefined> {
    const source = this.#source;
    for (let told = -1; ;) {
      const { progress, ended } = source;
      if (progress.acknowledgedBytes !== told) {
        told = progress.acknowledgedBytes;
        yield progress;
      } else if (ended) {
        return;
      } else {
        await source.advanced();
      }
    }
  }
}

/** That of a call of which nobody says how far it is. */
export const PROGRESS_UNKNOWN: CallProgress = new ProgressSnapshot(
  {
    get progress() {
      return PROGRESS_UNKNOWN;
    },
    ended: true,
    advanced: () => Promise.resolve(),
  },
  0,
  0,
);

/** What those wait for who watch a call. */
export class NextStep {
  readonly taken: Promise<void>;
  #take!: () => void;

  constructor() {
    this.taken = new Promise((resolve) => (this.#take = resolve));
  }

  take(): void {
    this.#take();
  }
}
