import fc from 'fast-check';
import type { AckRange } from '../../../wire/native/frames';
import { Reordering } from './reordering';
import { RoundTrip } from './round-trip';
import { SentPackets, type PacketFates } from './sent-packets';

const distance = (ms: number): Reordering => {
  const roundTrip = new RoundTrip();
  roundTrip.sample(ms, 0);
  return new Reordering(roundTrip);
};

const IGNORED: PacketFates = {
  packetArrived: () => undefined,
  packetLost: () => undefined,
  packetArrivedLate: () => undefined,
};
const PACKET = { bytes: 100, items: [], ackLargest: -1, later: false };

function sent(...numbers: number[]): SentPackets {
  const packets = new SentPackets();
  for (const number of numbers) {
    packets.add({ ...PACKET, number, sentAt: number });
  }
  return packets;
}

const numbers = (packets: readonly { number: number }[]): number[] => packets.map(({ number }) => number);

/** What an acknowledgement takes out. */
function acknowledge(packets: SentPackets, ranges: readonly AckRange[]): number[] {
  const numbers: number[] = [];
  packets.acknowledge(ranges, 0, { ...IGNORED, packetArrived: ({ number }) => numbers.push(number) });
  return numbers;
}

/** Everything that waits. */
function takeAll(packets: SentPackets): number[] {
  const numbers: number[] = [];
  packets.takeAll(({ number }) => numbers.push(number));
  return numbers;
}

/** What is lost by now. */
function lost(packets: SentPackets, now: number, reordering: Reordering): number[] {
  const numbers: number[] = [];
  packets.takeLost(now, reordering, { ...IGNORED, packetLost: ({ number }) => numbers.push(number) });
  return numbers;
}

test('numbers count up by one, those of packets that nobody acknowledges too', () => {
  const packets = sent(0, 1);
  expect([packets.nextNumber, packets.size, packets.lastSentAt]).toEqual([2, 2, 1]);
  packets.useNumber();
  expect([packets.nextNumber, packets.size, packets.lastSentAt]).toEqual([3, 2, 1]);
});

test('numbers beyond 2^32 are numbers like all others', () => {
  const first = 2 ** 32 - 2;
  const packets = new SentPackets(first);
  expect(packets.nextNumber).toBe(first);
  for (let number = first; number < first + 4; number += 1) packets.add({ ...PACKET, number, sentAt: 0 });
  expect(acknowledge(packets, [{ start: first + 1, end: first + 3 }])).toEqual([first + 1, first + 2, first + 3]);
  expect([lost(packets, 0, distance(100)), packets.nextNumber]).toEqual([[first], first + 4]);
});

test('an acknowledgement takes the packets of its ranges out, once', () => {
  const packets = sent(0, 1, 2, 3, 4, 5);
  const ranges = [
    { start: 4, end: 5 },
    { start: 1, end: 2 },
  ];
  expect(packets.get(5)?.sentAt).toBe(5);
  expect(acknowledge(packets, ranges)).toEqual([4, 5, 1, 2]);
  expect([packets.size, packets.get(5), packets.get(3)?.sentAt, packets.get(9)]).toEqual([2, undefined, 3, undefined]);
  expect(packets.acknowledge(ranges, 0, IGNORED)).toBe(0);
});

test('a range that is far larger than what waits costs no more than what waits', () => {
  const packets = sent(4_000_000_000, 4_000_000_001);
  expect(acknowledge(packets, [{ start: 0, end: 4_000_000_001 }])).toEqual([4_000_000_000, 4_000_000_001]);
});

test('a large range takes nothing that lies outside of it', () => {
  const packets = sent(1, 50, 99);
  expect(acknowledge(packets, [{ start: 10, end: 90 }])).toEqual([50]);
});

test('an acknowledgement of what was never sent says that the peer is guessing', () => {
  const packets = sent(0, 1);
  expect(packets.acknowledge([{ start: 2, end: 2 }], 0, IGNORED)).toBeUndefined();
  expect(packets.size).toBe(2);
});

test('a packet is lost when three later ones have been sent and the last has arrived', () => {
  const packets = sent(0, 1, 2, 3);
  acknowledge(packets, [{ start: 3, end: 3 }]);
  expect(lost(packets, 4, distance(100))).toEqual([0]);
  expect(lost(packets, 4, distance(100))).toEqual([]);
});

test('a packet before one that has arrived is lost after nine eighths of a round trip', () => {
  const packets = sent(0, 1, 2);
  expect([lost(packets, 1000, distance(80)), packets.lossAt]).toEqual([[], Infinity]);
  acknowledge(packets, [{ start: 1, end: 1 }]);
  expect([lost(packets, 50, distance(80)), packets.lossAt]).toEqual([[], 90]);
  expect([lost(packets, 90, distance(80)), packets.lossAt]).toEqual([[0], Infinity]);
  expect(packets.size).toBe(1);
});

test('the oldest packets are those to probe with', () => {
  const packets = sent(3, 4, 5);
  expect(packets.first?.number).toBe(3);
  expect(numbers(packets.oldest(2))).toEqual([3, 4]);
  acknowledge(packets, [{ start: 4, end: 4 }]);
  expect(numbers(packets.oldest(2))).toEqual([3, 5]);
  expect(numbers(packets.oldest(Infinity))).toEqual([3, 5]);
  expect([takeAll(packets), packets.size, packets.first]).toEqual([[3, 5], 0, undefined]);
});

test('packets whose acknowledgement may come later are told apart from those that are waited for', () => {
  const packets = new SentPackets();
  packets.add({ ...PACKET, number: 0, sentAt: 5, later: true });
  expect([packets.later, packets.hurriedSince, packets.lastSentAt]).toEqual([1, undefined, 5]);
  packets.add({ ...PACKET, number: 1, sentAt: 6, later: false });
  packets.add({ ...PACKET, number: 2, sentAt: 7, later: true });
  expect([packets.later, packets.hurriedSince, packets.lastSentAt]).toEqual([2, 6, 7]);
  acknowledge(packets, [{ start: 1, end: 2 }]);
  expect([packets.later, packets.hurriedSince]).toEqual([1, undefined]);
  expect([takeAll(packets), packets.later]).toEqual([[0], 0]);
});

test('whatever is sent and acknowledged in whatever order, it keeps what a map would', () => {
  const step = fc.record({ send: fc.nat(40), start: fc.nat(200), length: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const packets = sent();
      const waiting = new Map<number, { number: number; sentAt: number }>();
      for (const { send, start, length } of steps) {
        for (let count = 0; count < send; count += 1) {
          const number = packets.nextNumber;
          packets.add({ ...PACKET, number, sentAt: 3 * number });
          waiting.set(number, { number, sentAt: 3 * number });
        }
        const end = Math.min(start + length, packets.nextNumber - 1);
        if (end < start) continue;
        const there = [...waiting.keys()].filter((number) => number >= start && number <= end);
        expect(acknowledge(packets, [{ start, end }])).toEqual(there);
        for (const number of there) waiting.delete(number);
        expect(packets.size).toBe(waiting.size);
        expect(packets.oldest(Infinity)).toMatchObject([...waiting.values()]);
        expect(packets.get(start)).toBeUndefined();
      }
    }),
  );
});

test('packets that are never all acknowledged take no more memory, however many there are', () => {
  const packets = new SentPackets();
  // So far up that places could not be told apart by bits, if they were counted from the first packet.
  const first = 2 ** 32 - 100_000;
  for (let number = first; number < first + 200_000; number += 1) {
    packets.add({ ...PACKET, number, sentAt: number });
    if (number >= first + 100) packets.acknowledge([{ start: number - 100, end: number - 100 }], 0, IGNORED);
  }
  expect([packets.size, packets.slots, packets.first?.number]).toEqual([100, 128, first + 199_900]);
  expect(numbers(packets.oldest(2))).toEqual([first + 199_900, first + 199_901]);
});

test('the memory of a burst is given back while one still waits', () => {
  const packets = new SentPackets();
  for (let number = 0; number < 5_000; number += 1) packets.add({ ...PACKET, number, sentAt: number });
  expect(packets.slots).toBe(8_192);
  packets.acknowledge([{ start: 0, end: 4_998 }], 0, IGNORED);
  expect([packets.size, packets.slots, packets.first?.number]).toEqual([1, 64, 4_999]);
  packets.acknowledge([{ start: 4_999, end: 4_999 }], 0, IGNORED);
  for (let number = 5_000; number < 5_064; number += 1) packets.add({ ...PACKET, number, sentAt: number });
  expect(packets.acknowledge([{ start: 5_000, end: 5_063 }], 0, IGNORED)).toBe(64);
});

test('a packet that was told to be lost and is acknowledged after all is told to have arrived late, once', () => {
  const packets = sent(0, 1, 2, 3, 4);
  const late: number[] = [];
  const fates: PacketFates = { ...IGNORED, packetArrivedLate: ({ number }) => late.push(number) };
  packets.acknowledge([{ start: 3, end: 4 }], 10, fates);
  expect(lost(packets, 10, distance(100))).toEqual([0, 1]);
  packets.acknowledge([{ start: 1, end: 4 }], 20, fates);
  packets.acknowledge([{ start: 1, end: 4 }], 30, fates);
  expect(late).toEqual([1]);
});

test('where packets overtake each other, how many have is no sign of a loss, only how long ago', () => {
  const reordering = distance(100);
  reordering.arrivedLate(0, 110);
  const packets = sent(0, 1, 2, 3, 4, 5);
  packets.acknowledge([{ start: 5, end: 5 }], 106, IGNORED);
  expect(lost(packets, 106, reordering)).toEqual([]);
  expect(packets.lossAt).toBe(reordering.lossMs);
  expect(lost(packets, reordering.lossMs + 1, reordering)).toEqual([0, 1]);
});

test('a peer to which nothing is on its way leaves the memory of its packet to the next', () => {
  const [one, other] = [new SentPackets(), new SentPackets()];
  const record = one.add({ ...PACKET, number: 0, sentAt: 1 });
  expect(acknowledge(one, [{ start: 0, end: 0 }])).toEqual([0]);
  expect([one.settled, one.lossAt, other.add({ ...PACKET, number: 5, sentAt: 2 })]).toEqual([true, Infinity, record]);
  expect(one.get(0)).toBeUndefined();
  expect(numbers([other.get(5)!])).toEqual([5]);
  expect(one.add({ ...PACKET, number: 1, sentAt: 3 })).not.toBe(record);
});
