import type { Millis } from '../../engine.js';

/** When a packet was sent. */
interface Sent {
  readonly sentAt: Millis;
}

/**
 * The packets that were lost together, for which a window is reduced once: RFC 9002 §7.3.2. If all of them arrive after all, the
 * window comes back: RFC 9438 §4.9.
 */
export class Recovery<Before> {
  /** Losses of packets sent before this moment belong to the episode that has been paid for. */
  #since: Millis = -Infinity;
  #sinceBefore: Millis = -Infinity;
  #lost = 0;
  /** What to come back to, if there is anything. */
  before: Before | undefined;

  /** Whether a packet was sent in an episode, or before it. */
  covers(sentAt: Millis): boolean {
    return sentAt <= this.#since;
  }

  /** Takes a loss; gives whether an episode begins with it, so that `before` is to be set, and the window reduced. */
  begins({ sentAt }: Sent, now: Millis): boolean {
    this.#lost += 1;
    if (this.covers(sentAt)) return false;
    this.#sinceBefore = this.#since;
    this.#since = now;
    this.#lost = 1;
    return true;
  }

  /** Takes a packet that was no loss; gives what to come back to, if nothing of the episode was one. */
  undo({ sentAt }: Sent): Before | undefined {
    if (!this.covers(sentAt) || sentAt <= this.#sinceBefore) return undefined;
    this.#lost -= 1;
    if (this.#lost > 0) return undefined;
    const { before } = this;
    this.before = undefined;
    return before;
  }

  /** All that was lost is paid for, by more than an episode costs. */
  end(): void {
    this.#since = -Infinity;
    this.before = undefined;
  }
}
