import { ACK_DELAY_MS_MAX } from '../../../limits';
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

test('what the peer has been told is not told again, and still counts as received', () => {
  const packets = new ReceivedPackets();
  receive(packets, 0, 0, 1, 3, 4);
  packets.confirmed(0);
  expect(packets.ranges).toHaveLength(2);
  packets.confirmed(3);
  expect(packets.ranges).toEqual([{ start: 3, end: 4 }]);
  expect([packets.add(0, 1), packets.add(2, 1), packets.largest]).toEqual([false, false, 4]);
});
