import { STREAM_ASKED_MS, STREAM_SILENCE_MS } from '../../../native-limits.js';
import type { Millis } from '../../engine.js';

/**
 * How long a peer may be silent while there are calls with streams: docs/protocol.md §13.7. The silence counts from when it was
 * last heard, but a process that stood still, and has asked nothing, must not blame its peer.
 */
export class Silence {
  /** When the peer was first asked for a sign of life since it gave the last one, and when that was. */
  #askedAt: Millis = -Infinity;
  #heardAt: Millis = -Infinity;

  asked(lastHeardAt: Millis, now: Millis): void {
    if (this.#heardAt === lastHeardAt) return;
    this.#heardAt = lastHeardAt;
    this.#askedAt = now;
  }

  /** When it has lasted for too long; `Infinity` while nothing was asked. */
  endsAt(lastHeardAt: Millis): Millis {
    if (this.#heardAt !== lastHeardAt) return Infinity;
    return Math.max(this.#askedAt + STREAM_ASKED_MS, lastHeardAt + STREAM_SILENCE_MS);
  }
}
