import fc from 'fast-check';
import {
  ACK_DELAY_MS_MAX,
  AMPLIFICATION_FACTOR,
  INITIAL_PROBE_MS,
  INITIAL_WINDOW_DATAGRAMS,
  LEAST_WINDOW_DATAGRAMS,
  LOSS_REORDER_PACKETS,
  NO_FEEDBACK_PROBE_MS,
  PROBES_UNTIL_PERSISTENT,
  PROBE_JITTER,
  PROBE_PACKETS,
} from '../../../limits';
import { SeededRandom } from '../../../testing/random';
import {
  ACK,
  ACK_RANGES_MAX,
  LATER,
  PART,
  PING,
  RESULT,
  replyBytesMax,
  writeResult,
  type AckFrame,
  type AckRange,
  type Frame,
} from '../../../wire/native/frames';
import { PLAIN_HEADER_BYTES, decodePacket, writePlainHeader, type PlainPacket } from '../../../wire/native/packet';
import { Writer } from '../../../wire/native/writer';
import type { Item } from './item';
import { OutgoingParts } from '../messages/parts';
import { Transmission } from './transmission';

const DATAGRAM_BYTES = 1200;
const OPTIONS = { datagramBytes: DATAGRAM_BYTES, windowBytesMax: 1 << 20, headerBytesMax: PLAIN_HEADER_BYTES };
const ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
/** The middle of the jitter, nearly. */
const MIDDLE = 128;
/** A lost packet of one item this large takes a packet of its own. */
const LARGE = 1000;

let nextItem = 0;

/** A result with a number of its own, by which it is known again in a packet. */
class TestItem implements Item {
  readonly number = nextItem++ % 64;
  readonly bytesMax: number;
  readonly answersPlace: number | undefined;
  readonly reliable: boolean;
  readonly #value: Uint8Array;
  wanted = true;
  copies = 0;
  written = 0;
  arrivals = 0;
  givenUps = 0;

  constructor({ bytes = 8, answersPlace, reliable = true }: ItemOptions = {}) {
    this.#value = new Uint8Array(bytes);
    this.bytesMax = replyBytesMax(bytes);
    this.answersPlace = answersPlace;
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

interface ItemOptions {
  readonly bytes?: number;
  readonly answersPlace?: number | undefined;
  readonly reliable?: boolean;
}

/** One end of a way, and what it has sent over it. */
class End {
  now = 1000;
  /** What every random byte is. */
  chance = MIDDLE;
  /** Of each packet that was built, whether the system's refusal of it would be told. */
  readonly watched: boolean[] = [];
  readonly transmission: Transmission;
  readonly #writer = new Writer(DATAGRAM_BYTES);

  constructor({ validated = true } = {}) {
    this.transmission = new Transmission(OPTIONS, (length) => new Uint8Array(length).fill(this.chance));
    this.transmission.validation.validated = validated;
  }

  get dueInMs(): number {
    return this.transmission.nextWake - this.now;
  }

  push(...items: Item[]): void {
    for (const item of items) this.transmission.queue.push(item);
  }

  /** Builds what may go out. */
  flush(): PlainPacket[] {
    return this.flushDatagrams().map((datagram) => decodePacket(datagram) as PlainPacket);
  }

  flushDatagrams(): Uint8Array[] {
    const datagrams: Uint8Array[] = [];
    const built = this.transmission.flush(this.now, this.#writer, {
      writeHeader: (writer, number) => writePlainHeader(writer, ID, number),
      transmit: (datagram, watched) => {
        datagrams.push(datagram);
        this.watched.push(watched);
      },
    });
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

  /** An acknowledgement of these comes in; gives whether it is honest. */
  acknowledged(numbers: readonly number[], delayMs = 0): boolean {
    const frame: AckFrame = { type: ACK, delayMicros: delayMs * 1000, ranges: rangesOf(numbers) };
    return this.transmission.acknowledge(frame, this.now);
  }

  /** Lets time pass until something is due, does it, and gives how long that took. */
  wakeWhenDue(): number {
    const { dueInMs } = this;
    this.now += dueInMs;
    this.transmission.wake(this.now);
    return dueInMs;
  }

  /** Makes the distance to the other side known, with one packet. */
  measure(roundTripMs: number): void {
    const { nextNumber } = this.transmission.sent;
    this.sendPackets(1);
    this.now += roundTripMs;
    must(this.acknowledged([nextNumber]));
    must(this.transmission.roundTrip.smoothedMs === roundTripMs);
  }
}

/** What holds whatever a test does. */
function must(condition: boolean): void {
  if (!condition) throw new Error('This must not be.');
}

function rangesOf(numbers: readonly number[]): AckRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const number of [...numbers].sort((a, b) => b - a)) {
    const last = ranges.at(-1);
    if (last?.start === number + 1) last.start = number;
    else ranges.push({ start: number, end: number });
  }
  return ranges;
}

const types = ({ frames }: { frames: readonly Frame[] }): number[] => frames.map(({ type }) => type);
const ackIn = ({ frames }: { frames: readonly Frame[] }): AckFrame | undefined =>
  frames.find((frame): frame is AckFrame => frame.type === ACK);
const itemsIn = ({ frames }: { frames: readonly Frame[] }): number[] =>
  frames.flatMap((frame) => (frame.type === RESULT ? [frame.number] : []));
const numbersOf = (packets: readonly PlainPacket[]): number[] => packets.map(({ number }) => number);

describe('packet numbers', () => {
  test('count up by one, those of lone acknowledgements too, and what was lost gets a new one', () => {
    const end = new End();
    end.measure(100);
    end.receives(0, 1);
    expect(end.flush()).toMatchObject([{ number: 1, frames: [{ type: ACK }] }]);
    const [lost] = end.sendPackets(1);
    end.sendPackets(LOSS_REORDER_PACKETS);
    expect(end.acknowledged([5])).toBe(true);
    expect(end.flush()).toMatchObject([{ number: 6, frames: [{ type: RESULT, number: lost!.number }] }]);
  });

  test('nothing goes out when there is nothing to send', () => {
    const end = new End();
    expect([end.flush(), end.dueInMs]).toEqual([[], Infinity]);
  });

  test('what is small shares a packet', () => {
    const end = new End();
    const items = [new TestItem(), new TestItem(), new TestItem()];
    end.push(...items);
    expect(end.flush().map(itemsIn)).toEqual([items.map(({ number }) => number)]);
  });

  test('what nobody wants any more is not sent', () => {
    const end = new End();
    const item = new TestItem();
    end.push(item);
    item.wanted = false;
    expect([end.flush(), item.written]).toEqual([[], 0]);
  });
});

describe('an acknowledgement', () => {
  test('rides with what goes out anyway, once', () => {
    const end = new End();
    end.receives(0);
    end.now += 4;
    end.push(new TestItem());
    expect(end.flush()).toMatchObject([{ frames: [{ type: ACK, delayMicros: 4000 }, { type: RESULT }] }]);
    end.push(new TestItem());
    expect(end.flush().map(types)).toEqual([[RESULT]]);
  });

  test('goes alone after 25 ms, and then wants no acknowledgement itself', () => {
    const end = new End();
    end.receives(0);
    expect([end.flush(), end.dueInMs]).toEqual([[], ACK_DELAY_MS_MAX]);
    end.wakeWhenDue();
    expect(end.flush().map(types)).toEqual([[ACK]]);
    expect([end.transmission.sent.size, end.transmission.window.inFlightBytes, end.dueInMs]).toEqual([0, 0, Infinity]);
  });

  test('goes alone at once after two packets', () => {
    const end = new End();
    end.receives(0, 1);
    expect(end.flush().map(types)).toEqual([[ACK]]);
  });

  test('goes alone at once after a gap', () => {
    const end = new End();
    end.receives(0, 1);
    end.flush();
    end.receives(3);
    expect(end.flush().map((packet) => ackIn(packet)?.ranges)).toEqual([rangesOf([0, 1, 3])]);
  });

  test('of a packet with LATER waits for what goes out anyway, however long that takes', () => {
    const end = new End();
    end.receivesLater(0);
    expect(end.dueInMs).toBe(Infinity);
    end.now += 60_000;
    expect(end.flush()).toEqual([]);
    end.push(new TestItem());
    expect(end.flush()).toMatchObject([{ frames: [{ type: ACK, delayMicros: 1_000_000 }, { type: RESULT }] }]);
  });

  test('of a packet with LATER goes at once if it shows a gap', () => {
    const end = new End();
    end.receives(0, 1);
    end.flush();
    end.receivesLater(3);
    expect(end.flush().map(types)).toEqual([[ACK]]);
  });

  test('tells at most 32 ranges, the most recent ones', () => {
    const end = new End();
    end.receives(...Array.from({ length: ACK_RANGES_MAX + 8 }, (_, index) => 2 * index));
    const [packet] = end.flush();
    const { ranges } = ackIn(packet!)!;
    expect([ranges.length, ranges[0], ranges.at(-1)]).toEqual([32, { start: 78, end: 78 }, { start: 16, end: 16 }]);
  });

  test('leaves room for an item that fits no packet but an empty one', () => {
    const end = new End();
    end.receives(...Array.from({ length: ACK_RANGES_MAX }, (_, index) => 2 * index));
    const largest = DATAGRAM_BYTES - PLAIN_HEADER_BYTES - 14 - 1;
    const item = new TestItem({ bytes: largest - replyBytesMax(1000) + 1000 });
    expect(item.bytesMax).toBe(largest);
    end.push(item);
    const [packet, ...further] = end.flush();
    expect([further, types(packet!), ackIn(packet!)?.ranges]).toEqual([[], [ACK, RESULT], [{ start: 62, end: 62 }]]);
  });

  test('of what was never sent is a lie, and changes nothing', () => {
    const end = new End();
    const [item] = end.sendPackets(1);
    expect([end.acknowledged([0, 1]), item!.arrivals, end.transmission.sent.size]).toEqual([false, 0, 1]);
  });

  test('of a packet tells each of its items, and frees its place in the window', () => {
    const end = new End();
    const items = [new TestItem(), new TestItem()];
    end.push(...items);
    end.flush();
    expect([items.map(({ copies }) => copies), end.transmission.window.inFlightBytes > 0]).toEqual([[1, 1], true]);
    end.acknowledged([0]);
    expect(items.map(({ copies, arrivals }) => [copies, arrivals])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(end.transmission.window.inFlightBytes).toBe(0);
  });

  test('that has arrived is not told again', () => {
    const end = new End();
    end.receives(0, 2);
    end.sendPackets(1);
    end.now += 50;
    end.acknowledged([0]);
    end.receives(3);
    end.push(new TestItem());
    expect(end.flush().map((packet) => ackIn(packet)?.ranges)).toEqual([rangesOf([2, 3])]);
  });
});

describe('the round trip', () => {
  test('is measured by the largest number, and only when that is acknowledged for the first time', () => {
    const end = new End();
    end.sendPackets(2);
    end.now += 50;
    end.acknowledged([1]);
    end.now += 450;
    expect(end.acknowledged([0, 1])).toBe(true);
    expect(end.transmission.roundTrip.smoothedMs).toBe(50);
  });

  test('does not count the time that the peer waited on purpose, up to 25 ms', () => {
    const end = new End();
    end.measure(100);
    end.sendPackets(1);
    end.now += 180;
    end.acknowledged([1], 900);
    expect(end.transmission.roundTrip.smoothedMs).toBe((7 * 100 + 180 - ACK_DELAY_MS_MAX) / 8);
  });
});

describe('a packet is lost', () => {
  test('when three later ones were sent and the last has arrived, not before', () => {
    const end = new End();
    end.measure(100);
    const [lost] = end.sendPackets(1 + LOSS_REORDER_PACKETS);
    end.acknowledged([LOSS_REORDER_PACKETS]);
    expect(end.flush()).toEqual([]);
    end.acknowledged([1 + LOSS_REORDER_PACKETS]);
    expect([end.flush().map(itemsIn), end.transmission.retransmitted]).toEqual([[[lost!.number]], 1]);
  });

  test('nine eighths of a round trip after it went, if a later one has arrived', () => {
    const end = new End();
    end.measure(80);
    const [lost] = end.sendPackets(2);
    const sentAt = end.now;
    end.now += 80;
    end.acknowledged([2]);
    expect([end.flush(), end.transmission.nextWake]).toEqual([[], sentAt + (9 / 8) * 80]);
    end.wakeWhenDue();
    expect(end.flush().map(itemsIn)).toEqual([[lost!.number]]);
  });

  test('and halves the window', () => {
    const end = new End();
    end.measure(100);
    end.sendPackets(1 + LOSS_REORDER_PACKETS);
    const { windowBytes } = end.transmission.window;
    end.acknowledged([1 + LOSS_REORDER_PACKETS]);
    expect(end.transmission.window.windowBytes).toBe(windowBytes / 2);
  });

  test('but what is on its way in another packet, too, is not sent a third time', () => {
    const end = new End();
    const [item] = end.sendPackets(1);
    end.wakeWhenDue();
    end.flush();
    expect([item!.written, item!.copies]).toEqual([1 + PROBE_PACKETS, 1 + PROBE_PACKETS]);
    end.sendPackets(3);
    // Of packets 0 to 2, which carry it, two are lost, and then the third.
    end.acknowledged([4]);
    expect([end.flush(), item!.copies]).toEqual([[], 1]);
    end.acknowledged([5]);
    expect([end.flush().map(itemsIn), item!.copies]).toEqual([[[item!.number]], 1]);
  });

  test('and what is sent once is given up with it', () => {
    const end = new End();
    end.measure(100);
    const [once] = end.sendPackets(1, { bytes: LARGE, reliable: false });
    end.sendPackets(LOSS_REORDER_PACKETS);
    end.acknowledged([1 + LOSS_REORDER_PACKETS]);
    expect([end.flush(), once!.givenUps, once!.copies, end.transmission.retransmitted]).toEqual([[], 1, 0, 0]);
  });

  test('with its ACK frame, which the next packet repeats', () => {
    const end = new End();
    end.measure(100);
    end.receives(0);
    const [once] = end.sendPackets(1, { bytes: LARGE, reliable: false });
    end.sendPackets(LOSS_REORDER_PACKETS);
    end.acknowledged([1 + LOSS_REORDER_PACKETS]);
    expect(once!.givenUps).toBe(1);
    // It waits for what goes out anyway.
    expect([end.flush(), end.transmission.received.dueAt]).toEqual([[], Infinity]);
    end.push(new TestItem());
    expect(end.flush().map(types)).toEqual([[ACK, RESULT]]);
  });
});

describe('a packet with LATER', () => {
  /** A peer's call has come in one packet; gives a reply to it. */
  const called = (end: End, number = 0): TestItem => {
    end.receives(number);
    return new TestItem({ answersPlace: end.transmission.received.place });
  };
  const LATER_FRAMES = [ACK, RESULT, LATER];
  const ORDINARY = [ACK, RESULT];

  test('carries whole replies to calls that it is the first to acknowledge', () => {
    const end = new End();
    end.push(called(end));
    expect(end.flush().map(types)).toEqual([LATER_FRAMES]);
    expect(end.transmission.sent.later).toBe(1);
  });

  test('may carry several of them, to calls of several packets', () => {
    const end = new End();
    end.push(called(end, 0), called(end, 1));
    expect(end.flush().map(types)).toEqual([[ACK, RESULT, RESULT, LATER]]);
  });

  test('may carry the reply to a best-effort call, whose loss nobody minds, also if the call has been acknowledged', () => {
    const end = new End();
    end.receives(0, 1);
    expect(end.flush().map(types)).toEqual([[ACK]]);
    end.push(new TestItem({ answersPlace: Infinity }));
    expect(end.flush().map(types)).toEqual([[RESULT, LATER]]);
  });

  test('carries no reply to a call that was acknowledged before', () => {
    const end = new End();
    const reply = called(end);
    end.now += ACK_DELAY_MS_MAX;
    expect(end.flush().map(types)).toEqual([[ACK]]);
    end.push(reply);
    expect(end.flush().map(types)).toEqual([[RESULT]]);
  });

  test('carries no reply to a call of which several packets were needed', () => {
    const end = new End();
    end.receives(0);
    end.push(new TestItem({ answersPlace: undefined }));
    expect(end.flush().map(types)).toEqual([ORDINARY]);
  });

  test('carries nothing else beside the replies', () => {
    const end = new End();
    end.push(called(end), new TestItem());
    expect(end.flush().map(types)).toEqual([[ACK, RESULT, RESULT]]);
  });

  test('carries no part of a reply', () => {
    const end = new End();
    const reply = called(end);
    const owner = { number: 0, side: 1, wanted: true, reliable: true, partsAcknowledged: () => {} };
    const toParts = (): OutgoingParts => new OutgoingParts(owner, new Uint8Array(1500));
    end.push({
      wanted: true,
      bytesMax: 1500,
      copies: 0,
      answersPlace: reply.answersPlace,
      write: () => {},
      acknowledged: () => {},
      lost: () => true,
      toParts,
    });
    expect(end.flush().map(types)).toEqual([[ACK, PART], [PART]]);
  });

  test('is not sent while something is missing of what the peer sent', () => {
    const end = new End();
    end.receives(0);
    end.push(called(end, 2));
    expect(end.flush().map(types)).toEqual([ORDINARY]);
    end.receives(1);
    end.push(called(end, 3));
    expect(end.flush().map(types)).toEqual([LATER_FRAMES]);
  });

  test('is not sent while another waits for its acknowledgement', () => {
    const end = new End();
    end.push(called(end, 0));
    end.flush();
    end.push(called(end, 1));
    expect(end.flush().map(types)).toEqual([ORDINARY]);
    end.acknowledged([0, 1]);
    end.push(called(end, 2));
    expect(end.flush().map(types)).toEqual([LATER_FRAMES]);
  });

  test('is no probe', () => {
    const end = new End();
    const [other] = end.sendPackets(1);
    other!.wanted = false;
    end.now += INITIAL_PROBE_MS;
    end.push(called(end));
    end.transmission.wake(end.now);
    expect(end.flush().map(types)).toEqual([ORDINARY, [RESULT]]);
  });

  test('is not one that was asked to want an answer', () => {
    const end = new End();
    end.transmission.ping();
    end.push(called(end));
    expect(end.flush().map(types)).toEqual([[ACK, RESULT, PING]]);
  });

  test('is not probed', () => {
    const end = new End();
    end.push(called(end));
    end.flush();
    expect(end.dueInMs).toBe(Infinity);
  });

  test('makes a lone acknowledgement after it want an answer', () => {
    const end = new End();
    end.push(called(end));
    end.flush();
    end.receives(1, 2);
    expect(end.flush().map(types)).toEqual([[ACK, PING]]);
  });

  test('is forgotten when nobody wants its replies any more', () => {
    const end = new End();
    const reply = called(end);
    end.push(reply);
    end.flush();
    expect([end.flush(), end.transmission.sent.size]).toEqual([[], 1]);
    reply.wanted = false;
    const { windowBytes } = end.transmission.window;
    expect([end.flush(), end.transmission.sent.size, reply.copies]).toEqual([[], 0, 0]);
    expect(end.transmission.window).toMatchObject({ inFlightBytes: 0, windowBytes });
    end.push(called(end, 1));
    expect(end.flush().map(types)).toEqual([LATER_FRAMES]);
  });

  test('measures the round trip without the delay that its acknowledgement tells, if that is below a second', () => {
    const end = new End();
    end.push(called(end));
    end.flush();
    end.now += 990;
    end.acknowledged([0], 940);
    expect(end.transmission.roundTrip.smoothedMs).toBe(50);
  });

  test('measures nothing if the delay is not told whole, or cannot be true', () => {
    for (const [elapsedMs, delayMs] of [
      [1200, 1000],
      [100, 100],
    ] as const) {
      const end = new End();
      end.push(called(end));
      end.flush();
      end.now += elapsedMs;
      end.acknowledged([0], delayMs);
      expect([end.transmission.sent.size, end.transmission.roundTrip.smoothedMs]).toEqual([0, undefined]);
    }
  });
});

describe('a probe', () => {
  test('goes a second after a packet to a peer of unknown distance: two packets with the oldest that waits', () => {
    const end = new End();
    const [first, second] = end.sendPackets(3);
    expect(end.wakeWhenDue()).toBe(INITIAL_PROBE_MS);
    expect(end.flush().map(itemsIn)).toEqual([[first!.number], [second!.number]]);
    expect(end.transmission.retransmitted).toBe(PROBE_PACKETS);
  });

  test('sends the same twice if there is nothing else', () => {
    const end = new End();
    const [only] = end.sendPackets(1);
    end.wakeWhenDue();
    expect(end.flush().map(itemsIn)).toEqual([[only!.number], [only!.number]]);
  });

  test('sends what is new rather than the same twice', () => {
    const end = new End();
    const [old] = end.sendPackets(1);
    end.wakeWhenDue();
    const fresh = new TestItem({ bytes: LARGE });
    end.push(fresh);
    expect(end.flush().map(itemsIn)).toEqual([[old!.number], [fresh.number]]);
  });

  test('goes after srtt + 4 · rttvar + 25 ms once the distance is known', () => {
    const end = new End();
    end.measure(80);
    end.sendPackets(1);
    expect(end.wakeWhenDue()).toBe(80 + 4 * 40 + ACK_DELAY_MS_MAX);
  });

  test('is counted from the packet that went last', () => {
    const end = new End();
    end.sendPackets(1);
    end.now += 700;
    end.sendPackets(1);
    expect(end.dueInMs).toBe(INITIAL_PROBE_MS);
  });

  test('goes out although the window is full', () => {
    const end = new End();
    end.push(...Array.from({ length: 40 }, () => new TestItem({ bytes: LARGE })));
    end.flush();
    expect(end.transmission.window.isOpen).toBe(false);
    end.wakeWhenDue();
    expect(end.flush()).toHaveLength(PROBE_PACKETS);
    expect(end.flush()).toEqual([]);
  });

  test('repeats the last acknowledgement, which may have been lost', () => {
    const end = new End();
    end.receives(0);
    end.sendPackets(1);
    end.wakeWhenDue();
    expect(end.flush().map(types)).toEqual([[ACK, RESULT], [RESULT]]);
  });

  test('is a PING where nothing that waits is to be sent again, and then it is given up', () => {
    const end = new End();
    const [once] = end.sendPackets(1, { reliable: false });
    end.wakeWhenDue();
    expect(end.flush().map(types)).toEqual([[PING]]);
    end.wakeWhenDue();
    expect([end.flush(), end.transmission.sent.size, once!.copies]).toEqual([[], 0, 0]);
    expect([end.transmission.window.inFlightBytes, end.dueInMs]).toEqual([0, Infinity]);
  });

  test('waits twice as long after each that nobody answers, with jitter, and at least three seconds from the third on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (chance) => {
        const end = new End();
        end.chance = chance;
        end.sendPackets(1);
        expect(end.wakeWhenDue()).toBe(INITIAL_PROBE_MS);
        for (let probes = 1; probes < 9; probes += 1) {
          end.flush();
          const backedOffMs = INITIAL_PROBE_MS * 2 ** probes;
          const waitedMs = end.wakeWhenDue();
          expect(Math.abs(waitedMs / backedOffMs - 1)).toBeLessThanOrEqual(PROBE_JITTER + 1e-9);
          const leastMs = probes >= PROBES_UNTIL_PERSISTENT ? NO_FEEDBACK_PROBE_MS : 0;
          expect(waitedMs).toBeGreaterThanOrEqual(leastMs);
        }
      }),
    );
  });

  test('is put off by all of the jitter at most, and brought forward by as much', () => {
    const waitsMs = [0, 255].map((chance) => {
      const end = new End();
      end.chance = chance;
      end.sendPackets(1);
      end.wakeWhenDue();
      end.flush();
      return end.dueInMs;
    });
    expect(waitsMs).toEqual([2000 * (1 - PROBE_JITTER), 2000 * (1 + PROBE_JITTER)]);
  });

  test('is slowed to one in three seconds only where no distance was ever measured', () => {
    const end = new End();
    end.measure(8);
    end.sendPackets(1);
    let waitedMs = 0;
    for (let probe = 0; probe <= PROBES_UNTIL_PERSISTENT; probe += 1) {
      waitedMs = end.wakeWhenDue();
      end.flush();
    }
    expect(waitedMs).toBeLessThan(NO_FEEDBACK_PROBE_MS / 2);
  });

  test('waits no longer and longer without end', () => {
    const end = new End();
    end.sendPackets(1);
    let waitedMs = 0;
    for (let probe = 0; probe < 20; probe += 1) {
      waitedMs = end.wakeWhenDue();
      end.flush();
    }
    expect(waitedMs).toBeLessThanOrEqual(INITIAL_PROBE_MS * 2 ** 10 * (1 + PROBE_JITTER));
  });

  test('that is answered begins the back-off anew; an acknowledgement of nothing new does not', () => {
    const end = new End();
    end.sendPackets(1);
    end.now += 100;
    end.acknowledged([0]);
    end.sendPackets(1);
    const firstMs = end.wakeWhenDue();
    end.flush();
    end.acknowledged([0]);
    expect(end.wakeWhenDue()).toBeGreaterThan(1.5 * firstMs);
    end.flush();
    end.acknowledged([1]);
    end.sendPackets(1);
    expect(end.dueInMs).toBeLessThan(1.5 * end.transmission.roundTrip.probeMs);
  });

  test('that is the third without an answer shrinks the window to the least', () => {
    const end = new End();
    end.sendPackets(1);
    for (let probe = 1; probe < PROBES_UNTIL_PERSISTENT; probe += 1) {
      end.wakeWhenDue();
      end.flush();
    }
    expect(end.transmission.window.windowBytes).toBe(INITIAL_WINDOW_DATAGRAMS * DATAGRAM_BYTES);
    end.wakeWhenDue();
    expect(end.transmission.window.windowBytes).toBe(LEAST_WINDOW_DATAGRAMS * DATAGRAM_BYTES);
  });
});

test('no more goes out than the window holds, and as much more as has arrived', () => {
  const end = new End();
  const items = Array.from({ length: 30 }, () => new TestItem({ bytes: LARGE }));
  end.push(...items);
  const packets = end.flush();
  expect(packets).toHaveLength(Math.ceil((INITIAL_WINDOW_DATAGRAMS * DATAGRAM_BYTES) / (LARGE + 17)));
  expect(end.flush()).toEqual([]);
  end.now += 50;
  end.acknowledged([0, 1, 2]);
  expect(end.flush()).toHaveLength(3);
});

test('the system is asked what became of a packet only while the peer is not heard', () => {
  const end = new End();
  end.sendPackets(2);
  expect(end.watched.splice(0)).toEqual([true, true]);
  end.receives(0);
  expect(end.acknowledged([0, 1])).toBe(true);
  end.sendPackets(2);
  expect(end.watched.splice(0)).toEqual([false, false]);
  end.wakeWhenDue();
  expect([end.flush().length, end.watched.splice(0)]).toEqual([2, [true, true]]);
  end.sendPackets(1);
  expect(end.acknowledged([4])).toBe(true);
  end.sendPackets(1);
  expect(end.watched).toEqual([true, false]);
});

test('a ping goes out once, also without anything to send', () => {
  const end = new End();
  end.transmission.ping();
  expect(end.flush().map(types)).toEqual([[PING]]);
  expect([end.flush(), end.transmission.sent.size]).toEqual([[], 1]);
});

describe('an address that is not proven', () => {
  test('gets at most three times the bytes that came from it, and no timer waits for more', () => {
    const end = new End({ validated: false });
    end.push(...Array.from({ length: 20 }, () => new TestItem({ bytes: LARGE })));
    end.receives(0);
    expect([end.flush(), end.transmission.blocked, end.dueInMs]).toEqual([[], true, Infinity]);
    end.transmission.arrived(1100);
    const { length } = end.flushDatagrams();
    expect(length).toBe(AMPLIFICATION_FACTOR);
    expect([end.transmission.blocked, end.transmission.allows(AMPLIFICATION_FACTOR * 1100)]).toEqual([false, false]);
  });

  test('gets no probes while nothing may be sent to it: what another timer wakes leaves it as it was', () => {
    const end = new End({ validated: false });
    end.transmission.arrived(384);
    end.push(new TestItem({ bytes: 1100 }));
    end.receives(0);
    end.flush();
    expect(end.transmission.blocked).toBe(true);
    end.now += 60_000;
    end.transmission.wake(end.now);
    expect([end.transmission.retransmitted, end.transmission.queue.hasWork]).toEqual([0, false]);
    end.transmission.arrived(1000);
    end.transmission.wake(end.now);
    expect([end.transmission.retransmitted, end.flush().length]).toEqual([1, PROBE_PACKETS]);
  });

  test('gets no byte too many, whatever comes in and is to go out', () => {
    const step = fc.record({ arrived: fc.integer({ min: 0, max: 400 }), pushed: fc.array(fc.integer({ max: 1100 })) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const end = new End({ validated: false });
        let [received, sent] = [0, 0];
        for (const { arrived, pushed } of steps) {
          received += arrived;
          end.transmission.arrived(arrived);
          end.receives(end.transmission.received.largest + 1);
          end.push(...pushed.map((bytes) => new TestItem({ bytes: Math.max(0, bytes) })));
          for (const { length } of end.flushDatagrams()) sent += length;
          expect(sent).toBeLessThanOrEqual(AMPLIFICATION_FACTOR * received);
          expect(end.transmission.allows(AMPLIFICATION_FACTOR * received - sent)).toBe(true);
          expect(end.transmission.allows(AMPLIFICATION_FACTOR * received - sent + 1)).toBe(false);
        }
        expect(end.transmission.datagrams).toMatchObject({ bytesSent: sent, bytesReceived: received });
      }),
    );
  });

  test('gets a PING with its first lone acknowledgement, for it to prove itself', () => {
    const end = new End({ validated: false });
    end.transmission.arrived(1000);
    end.receives(0, 1);
    expect(end.flush().map(types)).toEqual([[ACK, PING]]);
    end.receives(2, 3);
    expect(end.flush().map(types)).toEqual([[ACK]]);
  });

  test('is what a peer that has moved has, until it acknowledges something that was sent there', () => {
    const end = new End();
    end.sendPackets(2);
    end.chance = 3;
    end.transmission.moved();
    expect([end.transmission.blocked, end.transmission.sent.nextNumber]).toEqual([true, 2 + 1 + 3 * 256 + 3]);
    end.transmission.arrived(100);
    end.push(new TestItem());
    const [packet] = end.flush();
    end.acknowledged([0]);
    expect(end.transmission.validation.validated).toBe(false);
    end.acknowledged([packet!.number]);
    expect([end.transmission.validation.validated, end.transmission.blocked]).toEqual([true, false]);
  });

  test('is not proven by numbers that were left out for those who guess', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.nat(), (chance, guess) => {
        const end = new End();
        end.sendPackets(2);
        end.chance = chance;
        end.transmission.moved();
        const leftOut = end.transmission.sent.nextNumber - 2;
        end.transmission.arrived(100);
        end.push(new TestItem());
        expect(end.flush()).toHaveLength(1);
        expect(end.acknowledged([2 + (guess % leftOut)])).toBe(false);
        expect(end.transmission.validation.validated).toBe(false);
      }),
    );
  });
});

/** Two ends on one clock, with a way between them that loses and delays; the first sends items to the second. */
class Way {
  readonly #random: SeededRandom;
  readonly #ends = [new End(), new End()] as const;
  readonly #loss: number;
  readonly #items: readonly TestItem[];
  #flights: { at: number; to: End; datagram: Uint8Array }[] = [];

  constructor(seed: number, loss: number, items: readonly TestItem[]) {
    this.#random = new SeededRandom(seed);
    this.#loss = loss;
    this.#items = items;
    this.#ends[0].push(...items);
  }

  /** Lets everything happen until nothing is left to; gives the sender. */
  run(): End {
    const [sender] = this.#ends;
    this.#flush();
    for (let step = 0; step < 20_000; step += 1) {
      const wakes = this.#ends.map(({ transmission }) => transmission.nextWake);
      const at = Math.min(...wakes, ...this.#flights.map((flight) => flight.at));
      if (at === Infinity) return sender;
      for (const end of this.#ends) end.now = Math.max(end.now, at);
      this.#arrive(at);
      for (const end of this.#ends) if (end.transmission.nextWake <= at) end.transmission.wake(at);
      this.#flush();
    }
    throw new Error(`${this.#items.filter(({ wanted }) => wanted).length} items have not arrived`);
  }

  #arrive(at: number): void {
    const due = this.#flights.filter((flight) => flight.at <= at);
    this.#flights = this.#flights.filter((flight) => flight.at > at);
    for (const { to, datagram } of due) {
      const { number, frames } = decodePacket(datagram) as PlainPacket;
      const { received } = to.transmission;
      to.transmission.arrived(datagram.length);
      if (!received.add(number, at)) continue;
      for (const frame of frames) if (frame.type === ACK) must(to.transmission.acknowledge(frame, at));
      if (frames.some(({ type }) => type !== ACK)) received.elicited(at);
      else received.notElicited();
    }
  }

  #flush(): void {
    for (const end of this.#ends) {
      const to = end === this.#ends[0] ? this.#ends[1] : this.#ends[0];
      for (const datagram of end.flushDatagrams()) {
        if (this.#random.chance(this.#loss)) continue;
        this.#flights.push({ at: end.now + 20 + this.#random.next() * 40, to, datagram });
      }
    }
  }
}

test('whatever gets lost or overtaken, every item arrives, and nothing is counted as on its way any more', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.array(fc.integer({ min: 0, max: LARGE }), { minLength: 1, maxLength: 60 }),
      (seed, loss, sizes) => {
        const items = sizes.map((bytes) => new TestItem({ bytes }));
        const { transmission } = new Way(seed, loss, items).run();
        expect(items.every(({ arrivals, copies }) => arrivals > 0 && copies === 0)).toBe(true);
        expect([transmission.sent.size, transmission.window.inFlightBytes, transmission.queue.hasWork]).toEqual([
          0,
          0,
          false,
        ]);
      },
    ),
    { numRuns: 60 },
  );
});

test('the numbers of the packets of one flush are in order', () => {
  const end = new End();
  end.push(...Array.from({ length: 5 }, () => new TestItem({ bytes: LARGE })));
  expect(numbersOf(end.flush())).toEqual([0, 1, 2, 3, 4]);
});
