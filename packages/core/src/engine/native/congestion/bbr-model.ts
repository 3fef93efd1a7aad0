import type { Millis } from '../../engine.js';
import type { ControllerParts } from './controller.js';
import type { FlyingPacket } from './flying-packet.js';
import { initialWindowBytes } from './window-bounds.js';
import { TIMER_GRANULARITY_MS } from '../../../native-limits.js';
import { RecentMaximum } from './recent-maximum.js';
import {
  BBR_AGGREGATION_ROUNDS,
  BBR_BETA,
  BBR_HEADROOM,
  BBR_LEAST_DATAGRAMS,
  BBR_LOSS_SHARE_MAX,
  BBR_LOSS_SHARE_MAX_WITHOUT_QUEUE,
  BBR_QUEUE_BETA,
  BBR_QUEUE_GROWTH,
  BBR_MIN_ROUND_TRIP_MS,
  BBR_PROBE_ROUND_TRIP_EVERY_MS,
} from './parameters.js';

/**
 * What BBR believes of the way: draft-ietf-ccwg-bbr §5.5. Its long-term model is the bandwidth and the round trip without a
 * queue, and how much may be on its way without much loss; its short-term model is what losses since the last probe leave.
 */
export class BbrModel {
  /** The least round trip of the last ten seconds; Infinity before there is one. */
  leastRoundTripMs: Millis = Infinity;
  /** The least of the last five seconds, and whether it is that old. */
  probedRoundTripMs: Millis = Infinity;
  probedAt: Millis = -Infinity;
  roundTripIsOld = false;
  /** How much may be on its way: as probes for bandwidth have shown, and as losses since the last one have. */
  longTermBytesMax = Infinity;
  shortTermBytesMax = Infinity;
  /** Whether something was lost in this round trip, and whether the one has begun in which that is looked at. */
  lossInRound = false;
  lossRoundBegan = false;
  /** Holes in what arrived in this round trip. */
  lossEvents = 0;
  readonly #parts: ControllerParts;
  readonly #bandwidths = new RecentMaximum();
  readonly #aggregation = new RecentMaximum();
  #shortTermBandwidth = Infinity;
  #leastAt: Millis = -Infinity;
  /** The most of one round trip. */
  #latestBandwidth = 0;
  #latestBytes = 0;
  /** Whether there was not enough to send in this round trip. */
  #limited = false;
  #lossRoundEndsAfterBytes = 0;
  #lastLost = -2;
  readonly #beforeLoss = { bandwidth: Infinity, shortTermBytesMax: Infinity, longTermBytesMax: Infinity };
  #aggregatedSince: Millis = 0;
  #aggregatedBytes = 0;
  #aggregationRounds = 0;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
  }

  /** The most that was delivered in a millisecond, of this probe and the last one: 0 if nothing is known. */
  get bandwidthMax(): number {
    return this.#bandwidths.value;
  }

  /** What may go out in a millisecond. */
  get bandwidth(): number {
    return Math.min(this.#bandwidths.value, this.#shortTermBandwidth);
  }

  /** Bytes that fill the way and no queue, times a gain; an initial window while nothing is known. */
  pipeBytes(bandwidth: number, gain = 1): number {
    if (this.leastRoundTripMs === Infinity || bandwidth === 0) return initialWindowBytes(this.#parts.datagramBytes);
    return gain * bandwidth * this.leastRoundTripMs;
  }

  get leastBytes(): number {
    return BBR_LEAST_DATAGRAMS * this.#parts.datagramBytes;
  }

  /** How many bytes more arrive at once than the bandwidth says, because the way or the peer bunches acknowledgements up. */
  get aggregatedBytes(): number {
    return this.#aggregation.value;
  }

  /** What may be on its way if others are to find room. */
  get bytesWithHeadroom(): number {
    const { datagramBytes } = this.#parts;
    const headroom = Math.max(datagramBytes, BBR_HEADROOM * this.longTermBytesMax);
    return this.longTermBytesMax === Infinity ? Infinity : Math.max(this.longTermBytesMax - headroom, this.leastBytes);
  }

  /** Takes the sample of an ACK frame, before what follows from it. */
  acknowledged(windowBytes: number, growsShortTerm: boolean, now: Millis): void {
    this.#takeLatest();
    this.takeRate();
    this.#limited ||= this.#parts.flight.sample.applicationLimited;
    if (this.lossRoundBegan && this.lossInRound && !growsShortTerm) this.#adaptShortTerm(windowBytes);
    this.#takeAggregation(windowBytes, now);
  }

  /** Takes the rate of a sample, which says little of the way if there was not enough to send, unless it is more. */
  takeRate(): void {
    const { rate, applicationLimited } = this.#parts.flight.sample;
    if (rate > 0 && (rate >= this.bandwidthMax || !applicationLimited)) this.#bandwidths.take(rate);
  }

  /** After what follows from a sample: the next round trip begins with what this one ends with. */
  advance(): void {
    if (!this.lossRoundBegan) return;
    const { rate, deliveredBytes } = this.#parts.flight.sample;
    this.lossInRound = false;
    this.lossEvents = 0;
    this.#limited = false;
    this.#latestBandwidth = rate;
    this.#latestBytes = deliveredBytes;
  }

  takeRoundTrip(now: Millis): void {
    const { roundTripMs } = this.#parts.flight.sample;
    this.roundTripIsOld = now > this.probedAt + BBR_PROBE_ROUND_TRIP_EVERY_MS && this.probedAt !== -Infinity;
    if (roundTripMs < this.probedRoundTripMs || (this.roundTripIsOld && !Number.isNaN(roundTripMs))) {
      this.probedRoundTripMs = roundTripMs;
      this.probedAt = now;
    }
    if (this.probedRoundTripMs < this.leastRoundTripMs || now > this.#leastAt + BBR_MIN_ROUND_TRIP_MS) {
      this.leastRoundTripMs = this.probedRoundTripMs;
      this.#leastAt = this.probedAt;
    }
  }

  /**
   * Whether more of what was on its way was lost than is tolerated. Where round trips are as short as they ever were, there is no
   * queue that overflows, and what is lost is lost whatever is sent: more of that is tolerated.
   */
  isTooMuch(lostBytes: number, inFlightBytes: number): boolean {
    const { smoothedMs = 0 } = this.#parts.roundTrip;
    const queued = smoothedMs > BBR_QUEUE_GROWTH * this.leastRoundTripMs + TIMER_GRANULARITY_MS;
    return lostBytes > (queued ? BBR_LOSS_SHARE_MAX : BBR_LOSS_SHARE_MAX_WITHOUT_QUEUE) * inFlightBytes;
  }

  /** Notes a loss. */
  lost({ number }: FlyingPacket): void {
    if (!this.lossInRound) {
      this.#lossRoundEndsAfterBytes = this.#parts.flight.deliveredBytes;
      this.#saveBeforeLoss();
    }
    this.lossInRound = true;
    if (number !== this.#lastLost + 1) this.lossEvents += 1;
    this.#lastLost = number;
  }

  /** Takes back what the losses of this round trip, or of the last one with any, have changed. */
  undoLoss(): void {
    this.lossInRound = false;
    this.#shortTermBandwidth = Math.max(this.#shortTermBandwidth, this.#beforeLoss.bandwidth);
    this.shortTermBytesMax = Math.max(this.shortTermBytesMax, this.#beforeLoss.shortTermBytesMax);
    this.longTermBytesMax = Math.max(this.longTermBytesMax, this.#beforeLoss.longTermBytesMax);
  }

  /** Forgets what losses have shown since the last probe. */
  resetShortTerm(): void {
    this.#shortTermBandwidth = Infinity;
    this.shortTermBytesMax = Infinity;
  }

  /** Forgets what this round trip has shown. */
  resetRound(): void {
    this.lossInRound = false;
    this.lossEvents = 0;
    this.#latestBandwidth = 0;
    this.#latestBytes = 0;
  }

  /** A probe for bandwidth is over: what the one before the last has shown is too old. */
  endProbe(): void {
    this.#bandwidths.advance();
  }

  /**
   * A queue stands, and what arrives in a round trip is all that this sender gets through it. Sends no more until the next probe,
   * but not much less than was thought, for the queue may be of others. Gives whether there was enough to send to say so.
   */
  slowDown(rate: number): boolean {
    if (this.#limited) return false;
    const least = BBR_QUEUE_BETA * this.bandwidthMax;
    this.#shortTermBandwidth = Math.min(this.#shortTermBandwidth, Math.max(rate, least));
    return true;
  }

  /** The most that was delivered in this round trip, in bytes. */
  get latestBytes(): number {
    return this.#latestBytes;
  }

  beginAggregation(now: Millis): void {
    this.#aggregatedSince = now;
    this.#aggregatedBytes = 0;
  }

  #takeLatest(): void {
    const { sample, deliveredBytes } = this.#parts.flight;
    this.lossRoundBegan = false;
    this.#latestBandwidth = Math.max(this.#latestBandwidth, sample.rate);
    this.#latestBytes = Math.max(this.#latestBytes, sample.deliveredBytes);
    if (sample.priorDeliveredBytes < this.#lossRoundEndsAfterBytes) return;
    this.#lossRoundEndsAfterBytes = deliveredBytes;
    this.lossRoundBegan = true;
  }

  #saveBeforeLoss(): void {
    const before = this.#beforeLoss;
    before.bandwidth = this.#shortTermBandwidth;
    before.shortTermBytesMax = this.shortTermBytesMax;
    before.longTermBytesMax = this.longTermBytesMax;
  }

  /** Losses outside of a probe: sends no more than has got through, but falls by no more than a share in a round trip. */
  #adaptShortTerm(windowBytes: number): void {
    // Who does not use the way up cannot have filled it: RFC 9002 §7.8.
    if (this.#limited) return;
    // The draft falls with each loss. On a link that always loses a few, that would be a bit in each round trip, and all of it in the end.
    const { lostMeanwhileBytes, inFlightBytes } = this.#parts.flight.sample;
    if (!this.isTooMuch(lostMeanwhileBytes, inFlightBytes)) return;
    const bandwidth = this.#shortTermBandwidth === Infinity ? this.bandwidthMax : this.#shortTermBandwidth;
    const bytes = this.shortTermBytesMax === Infinity ? windowBytes : this.shortTermBytesMax;
    this.#shortTermBandwidth = Math.max(this.#latestBandwidth, BBR_BETA * bandwidth);
    this.shortTermBytesMax = Math.max(this.#latestBytes, BBR_BETA * bytes);
  }

  #takeAggregation(windowBytes: number, now: Millis): void {
    const { sample, roundBegan } = this.#parts.flight;
    const expected = this.bandwidth * (now - this.#aggregatedSince);
    const ahead = this.#aggregatedBytes > expected;
    if (!ahead) this.beginAggregation(now);
    this.#aggregatedBytes += sample.ackedBytes;
    this.#aggregation.take(Math.min(this.#aggregatedBytes - (ahead ? expected : 0), windowBytes));
    if (!roundBegan) return;
    this.#aggregationRounds += 1;
    if (this.#aggregationRounds % (BBR_AGGREGATION_ROUNDS / 2) === 0) this.#aggregation.advance();
  }
}

/** How much was on its way when the losses of a flight became too much, within its last packet: BBRInflightAtLoss. */
export function inFlightAtLoss(inFlightBytes: number, lostBytes: number, packetBytes: number): number {
  const before = inFlightBytes - packetBytes;
  const lostBefore = lostBytes - packetBytes;
  const share = (BBR_LOSS_SHARE_MAX * before - lostBefore) / (1 - BBR_LOSS_SHARE_MAX);
  return before + Math.max(0, share);
}
