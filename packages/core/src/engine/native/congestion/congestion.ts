import type { Millis } from '../../engine.js';
import { Bbr } from './bbr.js';
import type { CongestionControl, CongestionController, ControllerParts } from './controller.js';
import { Cubic } from './cubic.js';
import { Flight } from './flight.js';
import type { FlyingPacket } from './flying-packet.js';
import { FreshFlight } from './fresh-flight.js';
import type { LostPacket } from '../packets/lost-packets.js';
import { initialWindowBytes } from './window-bounds.js';
import { NewReno } from './new-reno.js';
import { Pacer } from './pacer.js';
import { RateSample } from './rate-sample.js';

const CONTROLLERS: Readonly<Record<CongestionControl, new (parts: ControllerParts) => CongestionController>> = {
  'new-reno': NewReno,
  'cubic': Cubic,
  'bbr': Bbr,
};

/** Bytes that may be on their way without anybody who watches over them: about two packets. */
const UNCONTROLLED_BYTES_MAX = 2_500;

/** Of the ACK frame that is being taken, whosever it is: peers to which little is sent need none that lasts. */
const SHARED_SAMPLE = new RateSample();

/** What a {@link Congestion} is made of. */
export interface CongestionParts extends Omit<ControllerParts, 'flight'> {
  readonly control: CongestionControl;
}

/** How much may be on its way to one peer, and when it may go out: docs/protocol.md §6.7. */
export class Congestion {
  readonly #parts: CongestionParts;
  readonly #flight = new Flight(SHARED_SAMPLE);
  readonly #initialBytes: number;
  /** Made when so much is on its way that it matters: most peers are never sent more than single packets. */
  #controller: CongestionController | undefined;
  #pacer: Pacer | undefined;
  /** What was sent before tells nothing of where the path leads now. */
  #since: Millis = -Infinity;
  #paced = false;
  /** Made when it is asked for: by streams with best effort alone. */
  #fresh: FreshFlight | undefined;

  constructor(parts: CongestionParts) {
    this.#parts = parts;
    this.#initialBytes = initialWindowBytes(parts.datagramBytes);
  }

  get windowBytes(): number {
    return this.#controller === undefined ? this.#initialBytes : this.#controller.windowBytes;
  }

  /** In which state the controller is, and how fast packets may go out: for those who watch. */
  get state(): string {
    return this.#controller?.state ?? 'uncontrolled';
  }

  /** Bytes in a millisecond; Infinity if the window alone holds back. */
  get pacingRate(): number {
    return this.#controller?.pacingRate ?? Infinity;
  }

  /** Whether a controller watches over what is on its way. Before that, it is an initial window at most. */
  get isControlled(): boolean {
    return this.#controller !== undefined;
  }

  get inFlightBytes(): number {
    return this.#flight.inFlightBytes;
  }

  /** Whether the window has room for one more datagram, or nothing is on its way. */
  get isOpen(): boolean {
    const { inFlightBytes } = this.#flight;
    return inFlightBytes === 0 || inFlightBytes + this.#parts.datagramBytes <= this.windowBytes;
  }

  /** Whether a packet may go out now: the window has room for it, and the pace lets it go. What is little is never held up. */
  maySend(now: Millis): boolean {
    this.#paced = false;
    if (!this.isOpen) return false;
    const controller = this.#controller;
    if (controller === undefined || this.#flight.inFlightBytes < this.#initialBytes) return true;
    this.#paced = !this.#pacer!.isOpen(controller.pacingRate, now);
    return !this.#paced;
  }

  /** Whether what goes out now waits in no queue on its way. @param packets How many are on their way. */
  isFresh(packets: number): boolean {
    this.#fresh ??= new FreshFlight();
    return this.#fresh.allows(this.#flight.inFlightBytes, packets);
  }

  /** How many bytes may go out now, by the window and the pace. */
  roomBytes(now: Millis): number {
    if (!this.maySend(now)) return 0;
    const { inFlightBytes } = this.#flight;
    const windowBytes = Math.max(this.windowBytes - inFlightBytes, this.#parts.datagramBytes);
    const pacer = this.#pacer;
    return pacer === undefined || inFlightBytes < this.#initialBytes
      ? windowBytes
      : Math.min(windowBytes, pacer.budgetBytes);
  }

  /** When the next packet may go out, if the pace has held the last one up; else Infinity. */
  get pacedUntil(): Millis {
    return this.#paced ? this.#pacer!.opensAt(this.#controller!.pacingRate) : Infinity;
  }

  sent(packet: FlyingPacket): void {
    const restarting = this.#flight.inFlightBytes === 0;
    this.#flight.sent(packet);
    this.#fresh?.sent(this.#flight.inFlightBytes);
    if (this.#controller !== undefined) {
      this.#pacer!.sent(packet.bytes);
      this.#controller.sent(restarting, packet.sentAt);
    } else if (this.#flight.inFlightBytes > UNCONTROLLED_BYTES_MAX) {
      this.#control(packet.sentAt);
    }
    if (!this.isOpen) this.#flight.windowIsUsed();
  }

  /** There is nothing more to send, though more might go out. */
  idle(): void {
    this.#flight.applicationIsLimited();
  }

  arrived(packet: FlyingPacket, now: Millis): void {
    if (packet.sentAt < this.#since) this.#flight.forgotten(packet.bytes);
    else this.#flight.arrived(packet, now);
  }

  lost(packet: FlyingPacket, now: Millis): void {
    if (packet.sentAt < this.#since) return this.#flight.forgotten(packet.bytes);
    this.#flight.lost(packet);
    this.#control(now).lost(packet, now);
  }

  /** A packet that was told to be lost, and was sent the way that is still this one, has arrived. */
  arrivedLate(packet: LostPacket): void {
    this.#flight.arrivedLate(packet.bytes);
    this.#controller?.arrivedLate(packet);
  }

  forgotten(bytes: number): void {
    this.#flight.forgotten(bytes);
  }

  /** The round trip that the ACK frame gives which is being taken. */
  sampled(roundTripMs: Millis): void {
    this.#flight.sample.roundTripMs = roundTripMs;
  }

  /** All of an ACK frame has been taken: what it acknowledges, and what is lost by it. */
  acknowledged(now: Millis): void {
    this.#flight.ackTaken(this.#parts.roundTrip.leastMs);
    this.#fresh?.acknowledged(this.#flight.sample.roundTripMs, this.#flight.roundBegan, now);
    this.#controller?.acknowledged(now);
    this.#flight.sample.clear();
  }

  collapse(now: Millis): void {
    this.#control(now).collapse();
  }

  /** The way is another: what was learned of the last does not hold. */
  startAnew(now: Millis): void {
    this.#since = now;
    this.#fresh = undefined;
    this.#controller = undefined;
    if (this.#flight.inFlightBytes > UNCONTROLLED_BYTES_MAX) this.#control(now);
  }

  /** Has a controller from now on, which takes what is on its way for the beginning. */
  #control(now: Millis): CongestionController {
    if (this.#controller !== undefined) return this.#controller;
    const { control, datagramBytes } = this.#parts;
    this.#flight.keepSample();
    this.#pacer = new Pacer(datagramBytes);
    this.#pacer.sent(this.#flight.inFlightBytes);
    this.#controller = new CONTROLLERS[control]({ ...this.#parts, flight: this.#flight });
    this.#controller.sent(true, now);
    return this.#controller;
  }
}
