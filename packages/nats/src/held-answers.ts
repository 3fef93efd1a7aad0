import { Fifo, type Millis } from '@rpcudp/core/endpoint';
import { HELD_ANSWERS_MAX } from './limits.js';
import type { Link, Outgoing } from './link.js';

interface HeldAnswer {
  readonly message: Outgoing;
  /** When nobody waits for it any more. */
  readonly deadline: Millis;
}

/** Answers that came while the connection was down, and go out when it is there again, to those who still wait. */
export class HeldAnswers {
  readonly #link: Link;
  readonly #now: () => Millis;
  readonly #held = new Fifo<HeldAnswer>();

  constructor(link: Link, now: () => Millis) {
    this.#link = link;
    this.#now = now;
  }

  /** Sends an answer, now or later. @throws RpcError `PAYLOAD_TOO_LARGE` */
  send(message: Outgoing, deadline: Millis): void {
    if (this.#link.state === 'connected') return this.#link.send(message);
    if (this.#held.size >= HELD_ANSWERS_MAX) this.#held.shift();
    this.#held.push({ message, deadline });
  }

  sendAll(): void {
    for (let answer = this.#held.shift(); answer !== undefined; answer = this.#held.shift())
      if (answer.deadline > this.#now()) sendSafely(this.#link, answer.message);
  }
}

/** What does not fit a message of the server that is there now is lost, as an answer on a lost connection is. */
function sendSafely(link: Link, message: Outgoing): void {
  try {
    link.send(message);
  } catch {
    // Its caller hears nothing.
  }
}
