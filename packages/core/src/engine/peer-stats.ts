import type { Address } from '../address.js';

/** How calls ended. */
export type CallOutcome = 'answered' | 'failed' | 'silent' | 'cancelled';

/** What an engine knows of one peer. */
export interface PeerStats {
  readonly address: Address;
  /** Our calls to it by outcome; `queued` have not been sent yet, `pending` wait for an answer, those included. */
  readonly calls: Readonly<Record<CallOutcome, number>> & { readonly pending: number; readonly queued: number };
  /** Its calls that have not been answered, or whose answer has not been acknowledged. */
  readonly requests: number;
  readonly datagrams: {
    readonly sent: number;
    readonly received: number;
    readonly bytesSent: number;
    readonly bytesReceived: number;
  };
  /** Calls, answers and parts that went out again. */
  readonly retransmitted: number;
  /** Packets to it that were taken for lost, those that turned out to be overtaken included. */
  readonly lostPackets: number;
  /** Packets and calls that came again and were not run again. */
  readonly duplicates: number;
  /** Smoothed round-trip time in milliseconds; undefined before the first sample. */
  readonly roundTripMs: number | undefined;
  /** Bytes of the largest datagram that is sent to it now: what `datagramBytes` says, or what probes found out. */
  readonly datagramBytes: number;
  /** Congestion window, and how much of it is on its way, in bytes. */
  readonly windowBytes: number;
  readonly inFlightBytes: number;
  /**
   * Bytes that are held for messages of which parts are still missing: what has come of them, and what it costs to keep
   * it, so that many small parts count as what they take.
   */
  readonly reassemblyBytes: number;
}
