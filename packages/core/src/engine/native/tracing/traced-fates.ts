import { LOSS_REORDER_PACKETS } from '../../../native-limits.js';
import type { Millis } from '../../engine.js';
import type { LostPacket } from '../packets/lost-packets.js';
import type { SentPacket } from '../packets/sent-packet.js';
import type { PacketFates } from '../packets/sent-packets.js';
import type { UntoldEvent } from './untold-event.js';

/** What is looked at of what sends packets. */
export interface TracedFlight {
  readonly sent: { readonly largestAcknowledged: number; readonly nextNumber: number };
  readonly path: { readonly reordering: { readonly seen: boolean } };
}

/** Tells of what becomes of packets, and then whoever has to do with it. */
export class TracedFates implements PacketFates {
  readonly #fates: PacketFates;
  readonly #flight: TracedFlight;
  readonly #tell: (event: UntoldEvent) => void;
  /** Of the event that was told last, if nothing else was since. */
  #acknowledged: number[] | undefined;

  constructor(fates: PacketFates, flight: TracedFlight, tell: (event: UntoldEvent) => void) {
    this.#fates = fates;
    this.#flight = flight;
    this.#tell = tell;
  }

  packetArrived(packet: SentPacket, now: Millis): void {
    // All that one ACK frame tells of is one event, which nobody has seen before the engine is drained.
    if (this.#acknowledged === undefined) {
      this.#acknowledged = [];
      this.#tell({ kind: 'packets-acknowledged', numbers: this.#acknowledged });
    }
    this.#acknowledged.push(packet.number);
    this.#fates.packetArrived(packet, now);
  }

  packetLost(packet: SentPacket, now: Millis): void {
    const { sent, path } = this.#flight;
    const { number, bytes, sentAt } = packet;
    const overtaken = !path.reordering.seen && number <= sent.largestAcknowledged - LOSS_REORDER_PACKETS;
    this.#tell({ kind: 'packet-lost', number, bytes, sentAt, by: overtaken ? 'packets' : 'time' });
    this.#fates.packetLost(packet, now);
  }

  packetArrivedLate(packet: LostPacket, now: Millis): void {
    this.#tell({ kind: 'packet-arrived-late', number: packet.number });
    this.#fates.packetArrivedLate(packet, now);
  }
}
