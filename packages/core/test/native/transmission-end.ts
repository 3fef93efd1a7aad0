import { FIRST_PROBE_MS_MAX } from '../../src/native-limits';
import { nextTimerAt, runTimers, type TimedAssociation } from '../../src/engine/native/associations/association-timers';
import type { Item } from '../../src/engine/native/packets/item';
import type { PacketHeaders } from '../../src/engine/native/packets/packet-builder';
import { Path } from '../../src/engine/native/packets/path';
import { PLAIN } from '../../src/engine/native/protection/protection';
import { Transmission } from '../../src/engine/native/packets/transmission';
import type { PacketOwner, TransmissionOptions } from '../../src/engine/native/packets/transmission-parts';
import {
  ACK,
  RESULT,
  replyBytesMax,
  writeResult,
  type AckFrame,
  type AckRange,
  type Frame,
} from '../../src/wire/native/frames';
import { PLAIN_HEADER_BYTES, decodePacket, writePlainHeader, type PlainPacket } from '../../src/wire/native/packet';
import { Writer } from '../../src/wire/native/writer';

export const DATAGRAM_BYTES = 1200;
/** A lost packet of one item this large takes a packet of its own. */
export const LARGE = 1000;
/** Where the peer of an end is. */
export const PEER = { host: '10.0.0.1', port: 1 };

const OPTIONS: TransmissionOptions = {
  datagramBytes: DATAGRAM_BYTES,
  probesSize: false,
  windowBytesMax: 1 << 20,
  congestionControl: 'new-reno',
  firstPacketNumber: 0,
};
const ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
/** The middle of the jitter, nearly. */
const MIDDLE = 128;

let nextItem = 0;

export interface ItemOptions {
  readonly bytes?: number;
  readonly answersArrival?: number | undefined;
  readonly reliable?: boolean;
}

/** A result with a number of its own, by which it is known again in a packet. */
export class TestItem implements Item {
  readonly number = nextItem++ % 64;
  readonly bytesMax: number;
  readonly answersArrival: number | undefined;
  readonly reliable: boolean;
  readonly #value: Uint8Array;
  wanted = true;
  copies = 0;
  written = 0;
  arrivals = 0;
  givenUps = 0;

  constructor({ bytes = 8, answersArrival, reliable = true }: ItemOptions = {}) {
    this.#value = new Uint8Array(bytes);
    this.bytesMax = replyBytesMax(bytes);
    this.answersArrival = answersArrival;
    this.reliable = reliable;
  }

  write(writer: Writer): void {
    this.written += 1;
    writeResult(writer, this.number, this.#value);
  }

  acknowledged(): void {
    this.arrivals += 1;
    this.wanted = false;
  }

  lost(): boolean {
    return this.reliable && this.wanted;
  }

  givenUp(): void {
    this.givenUps += 1;
  }
}

/** One end of a way, and what it has sent over it. */
export class End implements PacketOwner, PacketHeaders, TimedAssociation {
  now = 1000;
  /** What every random byte is. */
  chance = MIDDLE;
  awaitsPeer = false;
  mayHoldPeerUp = false;
  readonly packetKind = 'plain';
  readonly headerBytes = PLAIN_HEADER_BYTES;
  readonly headerBytesMax = PLAIN_HEADER_BYTES;
  paddedBytes = 0;
  readonly answersDueAt = Infinity;
  readonly livenessAt = Infinity;
  readonly silenceAt = Infinity;
  readonly messages = { endStreams: (): void => undefined };
  readonly idleAt = Infinity;
  /** Of each packet that was built, whether the system's refusal of it would be told. */
  readonly watched: boolean[] = [];
  readonly transmission: Transmission;
  readonly #datagrams: Uint8Array[] = [];

  constructor({ validated = true } = {}) {
    this.transmission = new Transmission({
      options: OPTIONS,
      owner: this,
      headers: this,
      path: new Path({
        address: PEER,
        validated,
        options: OPTIONS,
        firstProbeMs: FIRST_PROBE_MS_MAX,
        random: this.random,
      }),
      protection: PLAIN,
      writer: new Writer(DATAGRAM_BYTES),
      random: this.random,
    });
  }

  get path(): Path {
    return this.transmission.path;
  }

  get dueInMs(): number {
    return nextTimerAt(this) - this.now;
  }

  readonly random = (length: number): Uint8Array => new Uint8Array(length).fill(this.chance);

  writeHeader(writer: Writer, number: number): number {
    writePlainHeader(writer, ID, number);
    return PLAIN_HEADER_BYTES;
  }

  transmit(datagram: Uint8Array, watched: boolean): void {
    this.#datagrams.push(datagram);
    this.watched.push(watched);
  }

  expireAnswers(): void {}

  checkLiveness(): void {}

  asked(): void {}

  idle(): void {}

  push(...items: Item[]): void {
    for (const item of items) this.transmission.queue.push(item);
  }

  /** Builds what may go out. */
  flush(): PlainPacket[] {
    return this.flushDatagrams().map((datagram) => decodePacket(datagram) as PlainPacket);
  }

  flushDatagrams(): Uint8Array[] {
    const built = this.transmission.flush(this.now);
    const datagrams = this.#datagrams.splice(0);
    must(built === datagrams.length > 0);
    must(datagrams.every(({ length }) => length <= DATAGRAM_BYTES));
    return datagrams;
  }

  /** Sends an item for each packet that is to be on its way. */
  sendPackets(count: number, options: ItemOptions = { bytes: LARGE }): TestItem[] {
    const items = Array.from({ length: count }, () => new TestItem(options));
    for (const item of items) {
      this.push(item);
      must(this.flush().length === 1);
    }
    return items;
  }

  /** Packets come in that want to be acknowledged. */
  receives(...numbers: number[]): void {
    for (const number of numbers) {
      must(this.transmission.received.add(number, this.now));
      this.transmission.received.elicited(this.now);
    }
  }

  /** A packet comes in whose acknowledgement may come later. */
  receivesLater(number: number): void {
    must(this.transmission.received.add(number, this.now));
    this.transmission.received.elicitedLater();
  }

  /** Bytes come in from where the peer is. */
  arrived(bytes: number): void {
    this.transmission.arrived(bytes, true);
  }

  /** An acknowledgement of these comes in; gives whether it is honest. */
  acknowledged(numbers: readonly number[], delayMs = 0): boolean {
    const frame: AckFrame = { type: ACK, delayMicros: delayMs * 1000, ranges: rangesOf(numbers) };
    return this.transmission.acknowledge(frame, this.now);
  }

  /** Does what is due. */
  wake(): void {
    runTimers(this, this.now);
  }

  /** Lets time pass until something is due, does it, and gives how long that took. */
  wakeWhenDue(): number {
    const { dueInMs } = this;
    this.now += dueInMs;
    this.wake();
    return dueInMs;
  }

  /** Makes the distance to the other side known: with one packet, or two if it is further away than expected. */
  measure(roundTripMs: number): void {
    while (this.path.roundTrip.smoothedMs === undefined) {
      const { nextNumber } = this.transmission.sent;
      this.sendPackets(1);
      this.now += roundTripMs;
      must(this.acknowledged([nextNumber]));
    }
    must(this.path.roundTrip.smoothedMs === roundTripMs);
  }
}

/** What holds whatever a test does. */
export function must(condition: boolean): void {
  if (!condition) throw new Error('This must not be.');
}

export function rangesOf(numbers: readonly number[]): AckRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const number of [...numbers].sort((a, b) => b - a)) {
    const last = ranges.at(-1);
    if (last?.start === number + 1) last.start = number;
    else ranges.push({ start: number, end: number });
  }
  return ranges;
}

type Framed = Pick<PlainPacket, 'frames'>;

export const types = ({ frames }: Framed): number[] => frames.map(({ type }) => type);
export const ackIn = ({ frames }: Framed): AckFrame | undefined =>
  frames.find((frame: Frame): frame is AckFrame => frame.type === ACK);
export const itemsIn = ({ frames }: Framed): number[] =>
  frames.flatMap((frame) => (frame.type === RESULT ? [frame.number] : []));
