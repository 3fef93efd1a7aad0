import { Congestion } from '../../src/engine/native/congestion/congestion';
import type { CongestionControl } from '../../src/engine/native/congestion/controller';
import type { FlyingPacket } from '../../src/engine/native/congestion/flying-packet';
import { RoundTrip } from '../../src/engine/native/packets/round-trip';
import { Fifo } from '../../src/engine/tables/fifo';
import { SeededRandom } from '../../src/testing/random';

/** A packet that goes out. */
export function packetOf(number: number, sentAt: number, bytes = 1200): FlyingPacket {
  const record = { deliveredBytes: 0, deliveredAt: 0, firstSentAt: 0, lostBytes: 0, inFlightBytes: 0 };
  return { number, sentAt, bytes, ...record, applicationLimited: false };
}

/** How often something begins to hold acknowledgements up, where anything does: in this share of half milliseconds. */
const HELD_SHARE = 0.02;

interface Fate {
  readonly packet: FlyingPacket;
  readonly at: number;
}

/** What a {@link CongestedWay} is like. */
export interface WayOptions {
  readonly control: CongestionControl;
  readonly datagramBytes?: number;
  readonly windowBytesMax?: number;
  /** There and back without a queue. */
  readonly roundTripMs?: number;
  /** Bytes a millisecond. */
  readonly rate?: number;
  readonly queueBytesMax?: number;
  readonly loss?: number;
  /** Share of packets that are taken for lost, and arrive a little later. */
  readonly overtaken?: number;
  /** Up to how long acknowledgements wait now and then, to come one right after the other, as where a process stood still. */
  readonly bunchMs?: number;
  readonly seed?: number;
  /** If it is shared with others, instead of a rate and a queue. */
  readonly bottleneck?: Bottleneck;
}

/** A link that is narrower than all others: what waits before it is a queue, and what does not fit that is lost. */
export class Bottleneck {
  #freeAt = 0;

  constructor(
    readonly rate: number,
    readonly queueBytesMax: number,
  ) {}

  /** How long something that comes now waits, when it has passed, and whether it is lost instead. */
  pass(bytes: number, now: number): { waitingMs: number; passedAt: number; isLost: boolean } {
    const waitingMs = Math.max(0, this.#freeAt - now);
    const isLost = waitingMs * this.rate > this.queueBytesMax;
    const passedAt = now + waitingMs + bytes / this.rate;
    if (!isLost) this.#freeAt = passedAt;
    return { waitingMs, passedAt, isLost };
  }
}

/** Lets several senders share a way for so long; gives what part of what arrived is each one's. */
export function share(ways: readonly CongestedWay[], ms: number): number[] {
  const before = ways.map(({ arrivedBytes }) => arrivedBytes);
  // Each goes first as often as the others: who does finds more room.
  for (let step = 0; step < 2 * ms; step += 1) {
    for (const index of ways.keys()) ways[(index + step) % ways.length]!.run(0.5);
  }
  const bytes = ways.map(({ arrivedBytes }, index) => arrivedBytes - before[index]!);
  const all = bytes.reduce((sum, each) => sum + each, 0);
  return bytes.map((each) => each / all);
}

/** A sender with one window, and a way with one bottleneck; packets and acknowledgements without anything in them. */
export class CongestedWay {
  now = 1000;
  /** Bytes that have arrived. */
  arrivedBytes = 0;
  lostPackets = 0;
  /** The longest that a packet waited before the bottleneck. */
  queuedMsMax = 0;
  readonly congestion: Congestion;
  readonly roundTrip = new RoundTrip();
  readonly #options: Required<Omit<WayOptions, 'bottleneck'>>;
  readonly #random: SeededRandom;
  /** On their way, in the order in which their fate is known. */
  readonly #arriving = new Fifo<Fate>();
  readonly #missing = new Fifo<Fate>();
  readonly #late = new Fifo<Fate>();
  #number = 0;
  /** Until when acknowledgements are held up. */
  #heldUntil = -Infinity;
  readonly #bottleneck: Bottleneck;

  constructor(options: WayOptions) {
    const defaults = {
      datagramBytes: 1200,
      windowBytesMax: 1 << 24,
      roundTripMs: 50,
      rate: 12_500,
      queueBytesMax: 600_000,
    };
    this.#options = { ...defaults, loss: 0, overtaken: 0, bunchMs: 0, seed: 1, ...options };
    const { rate, queueBytesMax } = this.#options;
    this.#bottleneck = options.bottleneck ?? new Bottleneck(rate, queueBytesMax);
    this.#random = new SeededRandom(this.#options.seed);
    const { control, datagramBytes, windowBytesMax } = this.#options;
    const random = (length: number): Uint8Array => this.#random.bytes(length);
    this.congestion = new Congestion({ control, datagramBytes, windowBytesMax, random, roundTrip: this.roundTrip });
  }

  /** Sends as much as may go out, or so many packets at most; gives how many. */
  send(most = Infinity): number {
    let packets = 0;
    while (packets < most && this.congestion.maySend(this.now)) {
      const packet = packetOf(this.#number++, this.now, this.#options.datagramBytes);
      this.congestion.sent(packet);
      this.#travel(packet);
      packets += 1;
    }
    if (packets === most) this.congestion.idle();
    return packets;
  }

  /** Sends as much as it may for so long, or so many packets in each millisecond. */
  run(ms: number, packetsPerMs = Infinity): void {
    const until = this.now + ms;
    for (; this.now < until; this.now += 0.5) {
      this.#take();
      this.send(packetsPerMs);
    }
  }

  /** Bytes a millisecond that arrive within so long. */
  rateOver(ms: number): number {
    const before = this.arrivedBytes;
    this.run(ms);
    return (this.arrivedBytes - before) / ms;
  }

  #travel(packet: FlyingPacket): void {
    const { roundTripMs, loss, overtaken } = this.#options;
    const { waitingMs, passedAt, ...passed } = this.#bottleneck.pass(packet.bytes, this.now);
    this.queuedMsMax = Math.max(this.queuedMsMax, waitingMs);
    const isLost = passed.isLost || this.#random.chance(loss);
    const at = passedAt + roundTripMs;
    if (!isLost && overtaken > 0 && this.#random.chance(overtaken)) {
      this.#missing.push({ packet, at: at + 1 });
      this.#late.push({ packet, at: at + 5 });
      return;
    }
    // A loss is known when three later packets have arrived.
    if (isLost) this.#missing.push({ packet, at: at + 1 });
    else this.#arriving.push({ packet, at });
  }

  #take(): void {
    if (this.#isHeldUp()) return;
    let taken = false;
    for (let fate = this.#known(this.#arriving); fate !== undefined; fate = this.#known(this.#arriving)) {
      const { packet } = fate;
      taken = true;
      this.arrivedBytes += packet.bytes;
      this.congestion.arrived(packet, this.now);
      this.roundTrip.sample(this.now - packet.sentAt, 0);
      this.congestion.sampled(this.roundTrip.latestMs);
      // In a bunch, more goes out in between.
      if (this.#options.bunchMs > 0 && packet.number % 2 === 0) {
        this.congestion.acknowledged(this.now);
        this.send();
      }
    }
    for (let fate = this.#known(this.#missing); fate !== undefined; fate = this.#known(this.#missing)) {
      taken = true;
      this.lostPackets += 1;
      this.congestion.lost(fate.packet, this.now);
    }
    for (let fate = this.#known(this.#late); fate !== undefined; fate = this.#known(this.#late)) {
      this.arrivedBytes += fate.packet.bytes;
      this.congestion.arrivedLate({ ...fate.packet, lostAt: fate.at - 4 });
    }
    if (taken) this.congestion.acknowledged(this.now);
  }

  #isHeldUp(): boolean {
    if (this.now < this.#heldUntil) return true;
    const { bunchMs } = this.#options;
    if (bunchMs > 0 && this.#random.chance(HELD_SHARE)) this.#heldUntil = this.now + this.#random.next() * bunchMs;
    return false;
  }

  /** The next packet whose fate is known by now. */
  #known(fates: Fifo<Fate>): Fate | undefined {
    return fates.first !== undefined && fates.first.at <= this.now ? fates.shift() : undefined;
  }
}
