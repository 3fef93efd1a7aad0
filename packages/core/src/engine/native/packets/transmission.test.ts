import fc from 'fast-check';
import { FLUSH_BYTES, INITIAL_WINDOW_DATAGRAMS, LOSS_REORDER_PACKETS } from '../../../native-limits';
import { SeededRandom } from '../../../testing/random';
import { ACK, PING, RESULT, ackBytesMax, replyBytesMax } from '../../../wire/native/frames';
import { PLAIN_HEADER_BYTES, decodePacket, type PlainPacket } from '../../../wire/native/packet';
import { DATAGRAM_BYTES, End, LARGE, TestItem, itemsIn, must, types } from '../../../../test/native/transmission-end';

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

test('the numbers of the packets of one flush are in order', () => {
  const end = new End();
  end.push(...Array.from({ length: 5 }, () => new TestItem({ bytes: LARGE })));
  expect(end.flush().map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
});

test('no more goes out than the window holds, and twice as much as has arrived while that doubles', () => {
  const end = new End();
  const items = Array.from({ length: 30 }, () => new TestItem({ bytes: LARGE }));
  end.push(...items);
  const packets = end.flush();
  // One more whole datagram must fit, each time.
  const others = Math.floor(((INITIAL_WINDOW_DATAGRAMS - 1) * DATAGRAM_BYTES) / (LARGE + 17));
  expect(packets).toHaveLength(1 + others);
  expect(end.flush()).toEqual([]);
  end.now += 50;
  end.acknowledged([0, 1, 2]);
  expect(end.flush()).toHaveLength(6);
});

test('of what a wide window lets go, a flush builds some at a time', () => {
  const end = new End();
  const bytesOf = (datagrams: readonly Uint8Array[]): number => datagrams.reduce((sum, { length }) => sum + length, 0);
  end.push(...Array.from({ length: 700 }, () => new TestItem({ bytes: LARGE })));
  let number = 0;
  const flushes: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const first = number;
    do {
      const datagrams = end.flushDatagrams();
      number += datagrams.length;
      flushes.push(bytesOf(datagrams));
      expect(end.transmission.leftOff).toBe(bytesOf(datagrams) >= FLUSH_BYTES);
    } while (end.transmission.leftOff);
    end.now += 1;
    end.acknowledged(Array.from({ length: number - first }, (_, index) => first + index));
  }
  expect(Math.max(...flushes)).toBeGreaterThanOrEqual(FLUSH_BYTES);
  expect(Math.max(...flushes)).toBeLessThan(FLUSH_BYTES + DATAGRAM_BYTES);
});

test('the first flight is ten whole datagrams', () => {
  const end = new End();
  // The largest that is not cut into parts: beside it there is room for an acknowledgement.
  const wholeBytes = DATAGRAM_BYTES - PLAIN_HEADER_BYTES - ackBytesMax(1) - 1 - replyBytesMax(100) + 100 - 1;
  end.push(...Array.from({ length: 30 }, () => new TestItem({ bytes: wholeBytes })));
  expect(end.flush()).toHaveLength(INITIAL_WINDOW_DATAGRAMS);
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
      const wakes = this.#ends.map((end) => end.now + end.dueInMs);
      const at = Math.min(...wakes, ...this.#flights.map((flight) => flight.at));
      if (at === Infinity) return sender;
      for (const end of this.#ends) end.now = Math.max(end.now, at);
      this.#arrive(at);
      for (const end of this.#ends) end.wake();
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
      to.arrived(datagram.length);
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
        const { transmission, path } = new Way(seed, loss, items).run();
        expect(items.every(({ arrivals, copies }) => arrivals > 0 && copies === 0)).toBe(true);
        expect([transmission.sent.size, path.congestion.inFlightBytes, transmission.queue.hasWork]).toEqual([
          0,
          0,
          false,
        ]);
      },
    ),
    { numRuns: 60 },
  );
});
