import type { Millis } from '../../engine.js';
import type { FlyingPacket } from './flying-packet.js';

/** What one ACK frame tells of how fast things arrive: the rate sample of draft-ietf-ccwg-bbr §4.1. Used again for each. */
export class RateSample {
  /** Bytes that it acknowledges for the first time, and that it shows to be lost. */
  ackedBytes = 0;
  lostBytes = 0;
  /** Its round trip; NaN if it gives none. */
  roundTripMs: Millis = NaN;
  /** Bytes in a millisecond; 0 if the time was too short to tell. */
  rate = 0;
  /** Bytes that arrived between the sending of the newest packet and its acknowledgement. */
  deliveredBytes = 0;
  /** Bytes that were lost in that time. */
  lostMeanwhileBytes = 0;
  /** Of the newest packet: when it went out, and what was true then. */
  newestSentAt: Millis = -Infinity;
  priorDeliveredBytes = 0;
  inFlightBytes = 0;
  applicationLimited = false;
  #priorDeliveredAt: Millis = 0;
  #priorLostBytes = 0;
  #sendMs: Millis = 0;

  /** Makes room for the next ACK frame. */
  clear(): void {
    this.ackedBytes = 0;
    this.lostBytes = 0;
    this.roundTripMs = NaN;
    this.rate = 0;
    this.newestSentAt = -Infinity;
  }

  /** Another that tells the same. */
  copy(): RateSample {
    const copy = new RateSample();
    copy.ackedBytes = this.ackedBytes;
    copy.lostBytes = this.lostBytes;
    copy.roundTripMs = this.roundTripMs;
    copy.newestSentAt = this.newestSentAt;
    copy.priorDeliveredBytes = this.priorDeliveredBytes;
    copy.inFlightBytes = this.inFlightBytes;
    copy.applicationLimited = this.applicationLimited;
    copy.#priorDeliveredAt = this.#priorDeliveredAt;
    copy.#priorLostBytes = this.#priorLostBytes;
    copy.#sendMs = this.#sendMs;
    return copy;
  }

  /** Takes a packet that has arrived; gives whether it is the newest so far. */
  take(packet: FlyingPacket): boolean {
    this.ackedBytes += packet.bytes;
    if (packet.sentAt < this.newestSentAt) return false;
    this.newestSentAt = packet.sentAt;
    this.priorDeliveredBytes = packet.deliveredBytes;
    this.inFlightBytes = packet.inFlightBytes;
    this.applicationLimited = packet.applicationLimited;
    this.#priorDeliveredAt = packet.deliveredAt;
    this.#priorLostBytes = packet.lostBytes;
    this.#sendMs = packet.sentAt - packet.firstSentAt;
    return true;
  }

  /** Works out the rate: over the longer of the times that sending and acknowledging took, for either may be bunched up. */
  finish(deliveredBytes: number, deliveredAt: Millis, lostBytes: number, leastRoundTripMs: Millis): void {
    this.deliveredBytes = deliveredBytes - this.priorDeliveredBytes;
    this.lostMeanwhileBytes = lostBytes - this.#priorLostBytes;
    const intervalMs = Math.max(this.#sendMs, deliveredAt - this.#priorDeliveredAt);
    this.rate = intervalMs > 0 && intervalMs >= leastRoundTripMs ? this.deliveredBytes / intervalMs : 0;
  }
}
