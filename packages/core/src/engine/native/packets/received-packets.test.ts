import { ACK_DELAY_MS_MAX, PACKET_NUMBERS_REMEMBERED } from '../../../native-limits';
import { ACK_RANGES_MAX } from '../../../wire/native/frames';
import { ReceivedPackets } from './received-packets';

/** Takes in packets that want to be acknowledged. */
function receive(packets: ReceivedPackets, now: number, ...numbers: number[]): void {
  for (const number of numbers) {
    packets.add(number, now);
    packets.elicited(now);
  }
}

test('a packet is taken once', () => {
  const packets = new ReceivedPackets();
  expect([packets.add(0, 0), packets.add(0, 1), packets.add(1, 2), packets.add(0, 3)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('one packet is acknowledged after 25 ms', () => {
  const packets = new ReceivedPackets();
  expect([packets.pending, packets.dueAt]).toEqual([false, Infinity]);
  receive(packets, 100, 0);
  expect([packets.pending, packets.dueAt]).toEqual([true, 100 + ACK_DELAY_MS_MAX]);
  packets.acknowledged();
  expect([packets.pending, packets.dueAt]).toEqual([false, Infinity]);
});

test('two packets are acknowledged at once', () => {
  const packets = new ReceivedPackets();
  receive(packets, 100, 0);
  receive(packets, 110, 1);
  expect(packets.dueAt).toBe(110);
});

test('a packet after a gap, and one that fills it, are acknowledged at once', () => {
  const packets = new ReceivedPackets();
  receive(packets, 100, 0);
  packets.acknowledged();
  receive(packets, 110, 2);
  expect(packets.dueAt).toBe(110);
  packets.acknowledged();
  receive(packets, 120, 1);
  expect(packets.dueAt).toBe(120);
  packets.acknowledged();
  receive(packets, 130, 3);
  expect(packets.dueAt).toBe(130 + ACK_DELAY_MS_MAX);
});

test('a gap before a packet that wants no acknowledgement makes none due', () => {
  const packets = new ReceivedPackets();
  packets.add(5, 100);
  packets.notElicited();
  expect(packets.dueAt).toBe(Infinity);
  receive(packets, 101, 6);
  packets.add(9, 102);
  packets.notElicited();
  expect(packets.dueAt).toBe(102);
});

test('the delay is that of the largest number, in microseconds', () => {
  const packets = new ReceivedPackets();
  receive(packets, 100, 0);
  receive(packets, 103, 2);
  receive(packets, 104, 1);
  expect(packets.delayMicros(104.5)).toBe(1500);
  expect(packets.delayMicros(90)).toBe(0);
});

test('what the peer has been told is not told again, and still counts as received; what is late is taken, and not told', () => {
  const packets = new ReceivedPackets();
  receive(packets, 0, 0, 1, 3, 4);
  packets.confirmed(0);
  expect(packets.ranges).toHaveLength(2);
  packets.confirmed(3);
  expect(packets.ranges).toEqual([{ start: 3, end: 4 }]);
  expect([packets.add(0, 1), packets.add(2, 1), packets.add(2, 2)]).toEqual([false, true, false]);
  expect([packets.ranges, packets.largest]).toEqual([[{ start: 3, end: 4 }], 4]);
});

test('an acknowledgement tells fewer ranges than duplicates are recognised by', () => {
  const packets = new ReceivedPackets();
  for (let range = 0; range < 2 * ACK_RANGES_MAX; range += 1) packets.add(2 * range, 0);
  expect(packets.ranges).toHaveLength(ACK_RANGES_MAX);
  expect(packets.ranges.at(-1)).toEqual({ start: 64, end: 64 });
  // Late, and in none of the ranges that are told: taken once, and told no more.
  expect([packets.add(5, 1), packets.add(5, 2), packets.add(4, 3), packets.ranges.length]).toEqual([
    true,
    false,
    false,
    ACK_RANGES_MAX,
  ]);
});

test('however many are missing, each packet is told from a duplicate that is not far below the largest', () => {
  const packets = new ReceivedPackets();
  const largest = 100_000;
  for (let number = largest - PACKET_NUMBERS_REMEMBERED; number <= largest; number += 2) packets.add(number, 0);
  for (let number = largest - PACKET_NUMBERS_REMEMBERED; number <= largest; number += 1)
    expect([packets.add(number, 1), packets.add(number, 2)]).toEqual([number % 2 === 1, false]);
  expect(packets.add(largest - PACKET_NUMBERS_REMEMBERED - 64, 3)).toBe(false);
});

test('the last arrival, and the last that an acknowledgement told of, are known', () => {
  const packets = new ReceivedPackets();
  expect([packets.arrivals, packets.arrivalsTold, packets.lastAt]).toEqual([0, 0, -Infinity]);
  receive(packets, 10, 0, 7);
  packets.add(7, 20);
  expect([packets.arrivals, packets.arrivalsTold, packets.lastAt]).toEqual([2, 0, 10]);
  packets.acknowledged();
  expect(packets.arrivalsTold).toBe(2);
});
