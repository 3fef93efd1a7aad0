import type { Millis } from '../../engine.js';
import { BbrBounds } from './bbr-bounds.js';
import { GAINS, isProbing, type State } from './bbr-states.js';
import { BbrPacing } from './bbr-pacing.js';
import { BbrModel, inFlightAtLoss } from './bbr-model.js';
import type { CongestionController, ControllerParts } from './controller.js';
import type { FlyingPacket } from './flying-packet.js';
import { FullPipe } from './full-pipe.js';
import { initialWindowBytes } from './window-bounds.js';
import { ProbeTurn } from './probe-turn.js';
import { RoundTripProbe } from './round-trip-probe.js';
import { ProbeSlope } from './probe-slope.js';
import { StandingQueue } from './standing-queue.js';
import { BBR_BETA, BBR_DRAIN_ROUNDS, BBR_STARTUP_LOSSES } from './parameters.js';

/** BBR, version 3: draft-ietf-ccwg-bbr, without ECN, which Node cannot read. */
export class Bbr implements CongestionController {
  readonly #parts: ControllerParts;
  readonly #model: BbrModel;
  readonly #queue: StandingQueue;
  readonly #full: FullPipe;
  readonly #slope: ProbeSlope;
  readonly #turn: ProbeTurn;
  #state: State = 'startup';
  #windowBytes: number;
  #windowBytesBefore = 0;
  readonly #pacing: BbrPacing;
  readonly #bounds: BbrBounds;
  #restarted = false;
  #drainRounds = 0;
  /** Whether losses now may come of the last probe, and whether that has just ended. */
  #probeIsJudged = false;
  #probeEnds = false;
  readonly #roundTripProbe: RoundTripProbe;
  #stateAtLoss: State = 'startup';

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#model = new BbrModel(parts);
    this.#queue = new StandingQueue(parts.flight);
    this.#full = new FullPipe(parts.flight, this.#queue);
    this.#slope = new ProbeSlope(parts.datagramBytes);
    this.#turn = new ProbeTurn(parts.random);
    this.#roundTripProbe = new RoundTripProbe(parts.flight);
    this.#windowBytes = initialWindowBytes(parts.datagramBytes);
    this.#pacing = new BbrPacing(parts, this.#model);
    this.#bounds = new BbrBounds(parts, this.#model, this.#pacing);
  }

  get state(): State {
    return this.#state;
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  get pacingRate(): number {
    return this.#pacing.rate;
  }

  sent(restarting: boolean, now: Millis): void {
    if (!restarting) return;
    this.#restarted = true;
    this.#model.beginAggregation(now);
    if (isProbing(this.#state)) this.#pacing.set(1, this.#full.ever);
    else if (this.#state === 'probe-round-trip' && this.#roundTripProbe.isLongEnough(now)) this.#endRoundTripProbe(now);
  }

  lost(packet: FlyingPacket, now: Millis): void {
    if (!this.#model.lossInRound) this.#stateAtLoss = this.#state;
    this.#model.lost(packet);
    if (!this.#probeIsJudged || packet.applicationLimited) return;
    const lostBytes = this.#parts.flight.lostBytes - packet.lostBytes;
    if (!this.#model.isTooMuch(lostBytes, packet.inFlightBytes)) return;
    this.#probeIsJudged = false;
    const held = inFlightAtLoss(packet.inFlightBytes, lostBytes, packet.bytes);
    this.#model.longTermBytesMax = Math.max(held, BBR_BETA * this.#targetBytes());
    if (this.#state === 'up') this.#goDown(now);
  }

  /** What a loss has changed is taken back: BBRHandleSpuriousLossDetection. */
  arrivedLate(): void {
    this.#model.undoLoss();
    this.#full.lookFor(0);
    if (this.#state === 'probe-round-trip' || this.#state === this.#stateAtLoss) return;
    if (this.#stateAtLoss === 'startup') {
      this.#state = 'startup';
      this.#full.ever = false;
    } else if (this.#stateAtLoss === 'up') {
      this.#goUp();
    }
  }

  acknowledged(now: Millis): void {
    const { sample, roundBegan } = this.#parts.flight;
    if (sample.ackedBytes === 0) return;
    const model = this.#model;
    if (this.#isIdleTraffic()) return this.#takeIdleTraffic(now);
    if (roundBegan) this.#turn.roundBegan();
    const growing = this.#state === 'startup' || this.#state === 'refill' || this.#state === 'up';
    model.acknowledged(this.#windowBytes, growing, now);
    this.#queue.acknowledged(model.leastRoundTripMs, now);
    this.#full.acknowledged();
    this.#checkStartupLoss();
    this.#leaveStartup(now);
    this.#takeTurns(now);
    model.takeRoundTrip(now);
    this.#checkRoundTripProbe(now);
    model.advance();
    this.#pacing.acknowledged();
    this.#pacing.set(GAINS[this.#state].pacing, this.#full.ever);
    this.#setWindow();
  }

  /** Whether what was sent came and went with nothing else on its way: that tells how far it is, and little else. */
  #isIdleTraffic(): boolean {
    const { sample, inFlightBytes } = this.#parts.flight;
    return this.#restarted && inFlightBytes === 0 && sample.applicationLimited && !this.#model.lossInRound;
  }

  #takeIdleTraffic(now: Millis): void {
    this.#restarted = false;
    this.#model.takeRate();
    this.#model.takeRoundTrip(now);
    this.#pacing.acknowledged();
  }

  collapse(): void {
    this.#saveWindow();
    this.#windowBytes = this.#model.leastBytes;
  }

  /** Much was lost in a round trip of the start: the queue is full. §5.3.1.3. */
  #checkStartupLoss(): void {
    const model = this.#model;
    if (this.#full.ever || !model.lossRoundBegan || model.lossEvents < BBR_STARTUP_LOSSES) return;
    const { sample } = this.#parts.flight;
    if (!model.isTooMuch(sample.lostMeanwhileBytes, sample.inFlightBytes)) return;
    this.#full.ever = true;
    model.longTermBytesMax = Math.max(model.pipeBytes(model.bandwidthMax), model.latestBytes);
  }

  #leaveStartup(now: Millis): void {
    const { flight } = this.#parts;
    if (this.#state === 'startup' && this.#full.ever) {
      this.#state = 'drain';
      this.#drainRounds = flight.rounds;
    }
    if (this.#state !== 'drain') return;
    const drained = flight.inFlightBytes <= this.#bounds.heldBytes(this.#state, 1);
    if (drained || flight.rounds > this.#drainRounds + BBR_DRAIN_ROUNDS) this.#goDown(now);
  }

  /** The turns of probing for bandwidth: §5.3.3. */
  #takeTurns(now: Millis): void {
    if (!this.#full.ever || !isProbing(this.#state)) return;
    this.#judgeProbe();
    if (this.#state === 'down' || this.#state === 'cruise') this.#waitForProbe(now);
    else if (this.#state === 'refill' && this.#parts.flight.roundBegan) this.#goUp();
    else if (this.#state === 'up' && this.#isTimeToGoDown()) this.#goDown(now);
  }

  #waitForProbe(now: Millis): void {
    if (this.#isTimeToProbe(now)) this.#refill();
    else if (this.#state === 'down' && this.#isTimeToCruise()) this.#state = 'cruise';
    // If nothing probes, the bandwidth was taken for more than it is, or others have filled the queue: ours, docs/decisions/0023.
    else if (this.#queue.stood && this.#model.slowDown(this.#queue.rate)) this.#state = 'down';
  }

  /** What the round trip after a probe shows, and how far the next one may go: BBRAdaptLongTermModel. */
  #judgeProbe(): void {
    const { sample, roundBegan } = this.#parts.flight;
    const model = this.#model;
    if (this.#probeEnds && roundBegan) {
      this.#probeEnds = false;
      this.#probeIsJudged = false;
      if (!sample.applicationLimited) model.endProbe();
    }
    if (model.isTooMuch(sample.lostMeanwhileBytes, sample.inFlightBytes) || model.longTermBytesMax === Infinity) return;
    model.longTermBytesMax = Math.max(model.longTermBytesMax, sample.inFlightBytes);
    if (this.#state === 'up') this.#raise();
  }

  /** Lets more be on its way: twice as much more with each round trip. */
  #raise(): void {
    const { flight } = this.#parts;
    const model = this.#model;
    if (!flight.windowLimited || this.#windowBytes < model.longTermBytesMax) return;
    model.longTermBytesMax += this.#slope.grow(flight.sample.ackedBytes);
    if (flight.roundBegan) this.#slope.steepen(this.#windowBytes);
  }

  #isTimeToProbe(now: Millis): boolean {
    return this.#turn.isOver(this.#targetBytes() / this.#parts.datagramBytes, now);
  }

  #isTimeToCruise(): boolean {
    const { inFlightBytes } = this.#parts.flight;
    return inFlightBytes <= this.#model.bytesWithHeadroom && inFlightBytes <= this.#bounds.heldBytes(this.#state, 1);
  }

  #isTimeToGoDown(): boolean {
    const { flight } = this.#parts;
    // Ours, as well: the draft waits for three round trips.
    if (this.#queue.grewInProbe) return true;
    if (flight.windowLimited && this.#windowBytes >= this.#model.longTermBytesMax) {
      this.#full.lookFor(flight.sample.rate);
      return false;
    }
    return this.#full.now;
  }

  #goDown(now: Millis): void {
    this.#state = 'down';
    this.#model.resetRound();
    this.#slope.end();
    this.#turn.begin(now);
    this.#probeEnds = true;
    this.#parts.flight.beginRound();
  }

  #refill(): void {
    this.#state = 'refill';
    this.#model.resetShortTerm();
    this.#slope.begin();
    this.#probeEnds = false;
    this.#parts.flight.beginRound();
  }

  #goUp(): void {
    this.#state = 'up';
    this.#probeIsJudged = true;
    this.#queue.beginProbe();
    this.#full.lookFor(this.#parts.flight.sample.rate);
    this.#parts.flight.beginRound();
    this.#slope.steepen(this.#windowBytes);
  }

  /** Sends little for a moment, so that the queue empties and the round trip without it shows: §5.3.4. */
  #checkRoundTripProbe(now: Millis): void {
    if (this.#state !== 'probe-round-trip') {
      if (this.#model.roundTripIsOld && !this.#restarted) this.#probeRoundTrip();
    } else if (this.#roundTripProbe.acknowledged(this.#bounds.roundTripProbeBytes, now)) {
      this.#endRoundTripProbe(now);
    }
    this.#restarted = false;
  }

  #probeRoundTrip(): void {
    this.#saveWindow();
    this.#state = 'probe-round-trip';
    this.#roundTripProbe.begin();
  }

  #endRoundTripProbe(now: Millis): void {
    this.#model.probedAt = now;
    this.#windowBytes = Math.max(this.#windowBytes, this.#windowBytesBefore);
    this.#model.resetShortTerm();
    if (!this.#full.ever) {
      this.#state = 'startup';
      return;
    }
    this.#goDown(now);
    this.#state = 'cruise';
  }

  #setWindow(): void {
    const { flight, windowBytesMax } = this.#parts;
    const held = this.#bounds.heldBytes(this.#state, GAINS[this.#state].window, this.#model.aggregatedBytes);
    const { ackedBytes } = flight.sample;
    let bytes = this.#windowBytes;
    if (this.#full.ever) bytes = Math.min(bytes + ackedBytes, held);
    else if (bytes < held || flight.deliveredBytes < initialWindowBytes(this.#parts.datagramBytes)) bytes += ackedBytes;
    if (this.#state === 'probe-round-trip') bytes = Math.min(bytes, this.#bounds.roundTripProbeBytes);
    bytes = Math.min(bytes, this.#bounds.modelBytesMax(this.#state), windowBytesMax);
    this.#windowBytes = Math.max(bytes, this.#model.leastBytes);
  }

  #targetBytes(): number {
    return Math.min(this.#model.pipeBytes(this.#model.bandwidth), this.#windowBytes);
  }

  #saveWindow(): void {
    const undisturbed = !this.#model.lossInRound && this.#state !== 'probe-round-trip';
    this.#windowBytesBefore = undisturbed ? this.#windowBytes : Math.max(this.#windowBytesBefore, this.#windowBytes);
  }
}
