import {
  NO_FEEDBACK_PROBE_MS,
  PROBES_UNTIL_PERSISTENT,
  PROBE_JITTER,
  PROBE_MS_MAX,
  PROBE_PACKETS,
} from '../../../native-limits.js';
import type { Millis, RandomBytes } from '../../engine.js';
import type { RoundTrip } from './round-trip.js';

/** When a peer that does not acknowledge is probed, and with how many packets: docs/protocol.md §6, RFC 9002 §6.2. */
export class Probes {
  readonly #random: RandomBytes;
  /** How many probes in a row have had no answer. */
  #unanswered = 0;
  #packetsLeft = 0;
  #jitter = 1;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  /** Packets of the present probe that are still to be sent. */
  get packetsLeft(): number {
    return this.#packetsLeft;
  }

  /** When the next probe is due, for packets that wait since a moment. */
  dueAt(since: Millis, roundTrip: RoundTrip): Millis {
    const backedOff = roundTrip.probeMs * 2 ** Math.min(this.#unanswered, 10) * this.#jitter;
    // However long the outage: what waits would wait on when the network is back.
    const waitMs = Math.min(backedOff, PROBE_MS_MAX);
    return since + (this.#isBlind(roundTrip) ? Math.max(waitMs, NO_FEEDBACK_PROBE_MS) : waitMs);
  }

  /** Begins a probe: of one packet where nothing was ever heard of the peer's distance, for RFC 8085 counts datagrams. */
  begin(roundTrip: RoundTrip): void {
    this.#packetsLeft = this.#isBlind(roundTrip) ? 1 : PROBE_PACKETS;
    this.#unanswered += 1;
    this.#jitter = 1 + PROBE_JITTER * (this.#random(1)[0]! / 127.5 - 1);
  }

  /** A packet of the present probe has been built. */
  packetBuilt(): void {
    this.#packetsLeft -= 1;
  }

  /** The peer has acknowledged something, or nothing is waited for any more. */
  end(): void {
    this.#unanswered = 0;
    this.#packetsLeft = 0;
  }

  /** Whether nothing was ever heard of how far away the peer is, after probes enough. */
  #isBlind(roundTrip: RoundTrip): boolean {
    return this.#unanswered >= PROBES_UNTIL_PERSISTENT && roundTrip.smoothedMs === undefined;
  }
}
