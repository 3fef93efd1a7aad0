import { sameAddress, type Address } from '../../../address.js';
import { ADDRESSES_REMEMBERED } from '../../../native-limits.js';
import { CHALLENGE_BYTES, PATH_CHALLENGE, PATH_RESPONSE, type PathFrame } from '../../../wire/native/frame-types.js';
import { writePath } from '../../../wire/native/encode-frames.js';
import type { Writer } from '../../../wire/native/writer.js';
import type { Millis, RandomBytes } from '../../engine.js';
import { AddressValidation } from './address-validation.js';
import { Congestion } from '../congestion/congestion.js';
import type { CongestionControl } from '../congestion/controller.js';
import { DELAY_TOLD_MS_MAX } from './received-packets.js';
import type { LostPacket } from './lost-packets.js';
import { PathSize } from './path-size.js';
import { Reordering } from './reordering.js';
import { RoundTrip } from './round-trip.js';
import type { SentPacket } from './sent-packet.js';

/** What a {@link Path} is told once. */
export interface PathOptions {
  /** Bytes of the largest packet; if its size is probed, of the largest that is known to get through whatever the path. */
  readonly datagramBytes: number;
  /** Whether to find out what the path carries: docs/protocol.md §2.3. */
  readonly probesSize: boolean;
  readonly windowBytesMax: number;
  readonly congestionControl: CongestionControl;
}

/** What a {@link Path} is made of. */
export interface PathParts {
  readonly address: Address;
  readonly validated: boolean;
  readonly options: PathOptions;
  /** How long to wait for an acknowledgement while nothing is known of the round trip. */
  readonly firstProbeMs: Millis;
  readonly random: RandomBytes;
}

/** What a round trip is measured by. */
interface MeasuredPacket {
  readonly sentAt: Millis;
  /** Whether its acknowledgement was free to come with the next packet that goes out anyway. */
  readonly later: boolean;
}

/** Bytes of a PATH_CHALLENGE or PATH_RESPONSE frame. */
const PATH_FRAME_BYTES = 1 + CHALLENGE_BYTES;

/** Most peers never move. */
const NO_OTHERS: readonly AddressValidation[] = [];

/** The way to one peer: its address and whether that is proven, the round trip and the window. docs/protocol.md §5 and §6. */
export class Path {
  readonly roundTrip: RoundTrip;
  readonly congestion: Congestion;
  /** How large packets may be, where that is found out. */
  readonly size: PathSize | undefined;
  /** Since when it leads where it leads, and nobody stood still: what was sent before tells nothing of its round trip. */
  since: Millis = -Infinity;
  #validation: AddressValidation;
  /** Made when it may matter what is lost: of most peers, nothing is. */
  #reordering: Reordering | undefined;
  /** Where the peer was before, the last one last, so that one that sends from several addresses in turn proves each once. */
  #others: readonly AddressValidation[] = NO_OTHERS;
  readonly #datagramBytes: number;
  #challengeDue = false;
  /** What the peer challenged us with, if that is still to be repeated. */
  #response: Uint8Array | undefined;

  constructor({ address, validated, options, firstProbeMs, random }: PathParts) {
    const { datagramBytes, probesSize, windowBytesMax, congestionControl: control } = options;
    this.#datagramBytes = datagramBytes;
    this.size = probesSize ? new PathSize(address.host) : undefined;
    this.#validation = new AddressValidation(address, validated);
    this.roundTrip = new RoundTrip(firstProbeMs);
    const { roundTrip } = this;
    this.congestion = new Congestion({ control, roundTrip, datagramBytes, windowBytesMax, random });
  }

  get address(): Address {
    return this.#validation.address;
  }

  get validated(): boolean {
    return this.#validation.validated;
  }

  /** How far packets overtake each other on the way to it. */
  get reordering(): Reordering {
    return (this.#reordering ??= new Reordering(this.roundTrip));
  }

  /** Bytes of the largest packet that may go out. */
  get datagramBytes(): number {
    return this.size === undefined ? this.#datagramBytes : this.size.bytes;
  }

  /** The same of one that has to get through: what the path carries may just have become less. */
  get safeDatagramBytes(): number {
    return this.#datagramBytes;
  }

  /** How many bytes may be sent to the address, as long as the peer has not proved that it hears there. */
  get allowanceBytes(): number {
    return this.#validation.allowanceBytes;
  }

  /** Whether a PATH_CHALLENGE or PATH_RESPONSE is to be sent. */
  get hasFrames(): boolean {
    return this.#challengeDue || this.#response !== undefined;
  }

  /** Counts bytes that came from the address. */
  received(bytes: number): void {
    this.#validation.received(bytes);
  }

  sent(bytes: number): void {
    this.#validation.sent(bytes);
  }

  /** The peer has addressed us, from here, by an id that only who heard us knows. What has moved has to prove more. */
  addressed(): void {
    if (this.#validation.challenge === undefined) this.#validation.validated = true;
  }

  /** The peer sends from another address. Round trip and window start anew if the host is another: RFC 9000 §9.4. */
  move(to: Address, random: RandomBytes, now: Millis): void {
    this.#lead(this.#known(to) ?? new AddressValidation(to, false, random(CHALLENGE_BYTES)), now);
  }

  /** Whether the peer was at an address before that is proven. */
  get canTurnBack(): boolean {
    return this.#others.some(({ validated }) => validated);
  }

  /** The peer proves nothing where it seems to be: goes back to the last address that is proven, if there is one. */
  turnBack(now: Millis): void {
    const proven = this.#others.findLast(({ validated }) => validated);
    if (proven !== undefined) this.#lead(proven, now);
  }

  /** A packet has been acknowledged, `delayMs` after it arrived: a sample of the round trip if it was sent since this leads here. */
  measured({ sentAt, later }: MeasuredPacket, delayMs: Millis, now: Millis): void {
    if (sentAt < this.since) return;
    const elapsed = now - sentAt;
    if (!later) return this.#sample(elapsed, delayMs, now);
    // Here the delay was agreed on, so it is no part of the way; if it is not told whole, nothing can be learned.
    if (delayMs < DELAY_TOLD_MS_MAX && delayMs < elapsed) this.#sample(elapsed - delayMs, 0, now);
  }

  #sample(measured: Millis, peerDelay: Millis, now: Millis): void {
    // Somebody stood still, and all that was sent before that would tell of it once more.
    if (measured > this.roundTrip.probeMs) this.since = now;
    this.roundTrip.sample(measured, peerDelay);
    this.congestion.sampled(this.roundTrip.latestMs);
  }

  /** A packet has arrived. */
  arrived(packet: SentPacket, now: Millis): void {
    this.congestion.arrived(packet, now);
    this.size?.arrived(packet, now);
  }

  /** A packet was lost. That of a probe for the size is no sign of a full queue: RFC 8899 §3. */
  lost(packet: SentPacket, now: Millis): void {
    if (this.size?.lost(packet, now) === true) return this.congestion.forgotten(packet.bytes);
    this.reordering.lost(packet.sentAt, now);
    this.congestion.lost(packet, now);
  }

  /** A packet that was taken for lost has arrived: it tells of this path if it was sent since that leads here. */
  arrivedLate(packet: LostPacket, now: Millis): void {
    if (packet.sentAt < this.since) return;
    this.reordering.arrivedLate(packet.sentAt, now);
    this.congestion.arrivedLate(packet);
  }

  /** Nobody waits for a packet any more. */
  forgotten(packet: SentPacket): void {
    this.congestion.forgotten(packet.bytes);
    this.size?.forgotten(packet);
  }

  /** Takes a PATH_CHALLENGE or PATH_RESPONSE. */
  receive({ type, bytes }: PathFrame): void {
    if (type === PATH_CHALLENGE) {
      this.#response = bytes.slice();
      return;
    }
    this.#validation.answered(bytes);
    for (const other of this.#others) other.answered(bytes);
    if (this.validated) this.#challengeDue = false;
  }

  /** Writes the frames that are due, as far as there is room; gives whether there were any. */
  writeFrames(writer: Writer, limit: number): boolean {
    const before = writer.length;
    if (this.#response !== undefined && before + PATH_FRAME_BYTES <= limit) {
      writePath(writer, { type: PATH_RESPONSE, bytes: this.#response });
      this.#response = undefined;
    }
    // In every packet to an address that is not proven: one that arrives may be answered in vain.
    const { challenge, validated } = this.#validation;
    if (!validated && challenge !== undefined && writer.length + PATH_FRAME_BYTES <= limit) {
      writePath(writer, { type: PATH_CHALLENGE, bytes: challenge });
      this.#challengeDue = false;
    }
    return writer.length > before;
  }

  #lead(to: AddressValidation, now: Millis): void {
    const before = this.#validation;
    this.#validation = to;
    this.#remember(before, to.address);
    this.#challengeDue = !to.validated;
    this.size?.startAnew(to.address.host);
    if (before.address.host === to.address.host) return;
    this.since = now;
    this.roundTrip.startAnew();
    this.#reordering = undefined;
    this.congestion.startAnew(now);
  }

  /** Keeps what is known of where the peer was before it went to `to`. What was proven is kept longest. */
  #remember(before: AddressValidation, to: Address): void {
    const others = this.#others.filter(({ address }) => !sameAddress(address, to));
    others.push(before);
    if (others.length > ADDRESSES_REMEMBERED) {
      const unproven = others.findIndex(({ validated }) => !validated);
      others.splice(Math.max(0, unproven), 1);
    }
    this.#others = others;
  }

  /** What is known of an address that it comes back to. Where it only had to name us, it could have heard our id elsewhere. */
  #known(address: Address): AddressValidation | undefined {
    const known = this.#others.find((other) => sameAddress(other.address, address));
    return known?.validated === true || known?.challenge !== undefined ? known : undefined;
  }
}
