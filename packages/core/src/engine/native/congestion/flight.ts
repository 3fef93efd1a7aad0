import type { Millis } from '../../engine.js';
import type { FlyingPacket } from './flying-packet.js';
import { RateSample } from './rate-sample.js';

/**
 * What is on its way to one peer, and how fast it arrives: the estimation of delivery rates of
 * draft-ietf-ccwg-bbr §4.1, and round trips reckoned in packets, which all controllers share.
 */
export class Flight {
  /** Of the ACK frame that is being taken. */
  #sample: RateSample;
  /** Whether it has that for itself. */
  #keeps: boolean;
  inFlightBytes = 0;
  /** Bytes that have arrived, in all. */
  deliveredBytes = 0;
  /** Bytes that were lost, in all. */
  lostBytes = 0;
  /** Round trips, each of which ends when a packet arrives that was sent after it had begun. */
  rounds = 0;
  /** Whether one has begun with the ACK frame that is being taken. */
  roundBegan = false;
  #deliveredAt: Millis = 0;
  #firstSentAt: Millis = 0;
  #roundEndsAfterBytes = 0;
  /** Samples of packets that were sent before so many bytes had arrived say little. */
  #limitedUntilBytes = -1;
  #windowUsed = false;
  #windowUsedBefore = false;

  /** @param shared What it may use while it takes an ACK frame, as many others do. Default: it has one for itself. */
  constructor(shared?: RateSample) {
    this.#keeps = shared === undefined;
    this.#sample = shared ?? new RateSample();
  }

  /** Of the ACK frame that is being taken. */
  get sample(): RateSample {
    return this.#sample;
  }

  /** Has a sample for itself from now on: losses count for the next ACK frame. */
  keepSample(): void {
    if (this.#keeps) return;
    this.#keeps = true;
    const shared = this.#sample;
    this.#sample = shared.copy();
    shared.clear();
  }

  /** Whether the window was used up in this round trip or in the last one, so that more of it would be used as well. */
  get windowLimited(): boolean {
    return this.#windowUsed || this.#windowUsedBefore;
  }

  /** A packet goes out. */
  sent(packet: FlyingPacket): void {
    if (this.inFlightBytes === 0) {
      this.#firstSentAt = packet.sentAt;
      this.#deliveredAt = packet.sentAt;
    }
    this.inFlightBytes += packet.bytes;
    packet.deliveredBytes = this.deliveredBytes;
    packet.deliveredAt = this.#deliveredAt;
    packet.firstSentAt = this.#firstSentAt;
    packet.lostBytes = this.lostBytes;
    packet.inFlightBytes = this.inFlightBytes;
    packet.applicationLimited = this.#limitedUntilBytes >= 0;
  }

  /** The window has no room for another datagram. */
  windowIsUsed(): void {
    this.#windowUsed = true;
  }

  /** There is nothing more to send, though more might go out. */
  applicationIsLimited(): void {
    this.#limitedUntilBytes = this.deliveredBytes + this.inFlightBytes;
  }

  /** A packet has arrived: one of those that the ACK frame tells of which is being taken. */
  arrived(packet: FlyingPacket, now: Millis): void {
    this.inFlightBytes -= packet.bytes;
    this.deliveredBytes += packet.bytes;
    this.#deliveredAt = now;
    if (this.sample.take(packet)) this.#firstSentAt = packet.sentAt;
  }

  lost(packet: FlyingPacket): void {
    this.inFlightBytes -= packet.bytes;
    this.lostBytes += packet.bytes;
    this.sample.lostBytes += packet.bytes;
  }

  /** What was told to be lost has arrived. */
  arrivedLate(bytes: number): void {
    this.lostBytes -= bytes;
    this.deliveredBytes += bytes;
  }

  /** Nobody waits for these any more, lost or not. */
  forgotten(bytes: number): void {
    this.inFlightBytes -= bytes;
  }

  /** All packets of an ACK frame have been taken, and what it shows to be lost. */
  ackTaken(leastRoundTripMs: Millis): void {
    const { sample } = this;
    this.roundBegan = false;
    if (sample.ackedBytes === 0) return;
    if (this.#limitedUntilBytes >= 0 && this.deliveredBytes > this.#limitedUntilBytes) this.#limitedUntilBytes = -1;
    sample.finish(this.deliveredBytes, this.#deliveredAt, this.lostBytes, leastRoundTripMs);
    if (sample.priorDeliveredBytes < this.#roundEndsAfterBytes) return;
    this.beginRound();
    this.rounds += 1;
    this.roundBegan = true;
  }

  /** A round trip begins now, whatever the last one was about. */
  beginRound(): void {
    this.#roundEndsAfterBytes = this.deliveredBytes;
    this.#windowUsedBefore = this.#windowUsed;
    this.#windowUsed = false;
  }
}
