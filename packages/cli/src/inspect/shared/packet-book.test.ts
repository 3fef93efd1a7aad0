import type { InspectedFrame, InspectedPacket, PacketsUpdate, CallPackets } from '@rpcudp/core/inspection';
import { CALLS_MAX, PACKETS_PER_CALL_MAX, PacketBook, fateText, packetText, titleOf } from './packet-book.js';

function call(number: number): CallPackets {
  return { association: 'ab', side: 'server', number, service: 'Box', method: 'put', startedAt: 0 };
}

function packet(number: number, ...frames: Partial<InspectedFrame>[]): InspectedPacket {
  const told = frames.map((frame) => ({ type: 'CALL', side: 'server' as const, number: 0, ...frame }));
  return { at: 10, association: 'ab', peer: 'a:1', direction: 'sent', number, bytes: 100, sealed: false, frames: told };
}

function update(fields: Partial<PacketsUpdate>): PacketsUpdate {
  return { at: 0, calls: [], packets: [], fates: [], packetsOmitted: 0, ...fields };
}

test('a packet of several calls is booked for each, with its own frames', () => {
  const book = new PacketBook();
  const shared = packet(7, { bytes: 5 }, { number: 1, type: 'RESULT' }, { number: 9 });
  expect(book.take(update({ calls: [call(0), call(1)], packets: [shared] }))).toBe(true);
  expect(
    book.calls.map(({ call: { number }, packets }) => [number, packets.map(({ frames }) => frames.length)]),
  ).toEqual([
    [1, [1]],
    [0, [1]],
  ]);
  expect(book.take(update({}))).toBe(false);
});

test('what became of a packet is told later', () => {
  const book = new PacketBook();
  book.take(update({ calls: [call(0)], packets: [packet(7, { bytes: 5, detail: '0 of 9' })] }));
  book.take(update({ fates: [{ at: 12.5, association: 'ab', number: 7, fate: 'lost' }] }));
  const [booked] = book.calls;
  expect(packetText(booked!.packets[0]!)).toBe('#7 CALL 5 B (0 of 9), 100 B');
  expect(fateText(booked!.packets[0]!)).toBe('lost after 2.50 ms');
  expect(titleOf(booked!)).toBe('← Box.put #0 (1 packets)');
});

test('no more is kept than one can look through', () => {
  const book = new PacketBook();
  const calls = Array.from({ length: CALLS_MAX + 5 }, (_, number) => call(number));
  const packets = Array.from({ length: PACKETS_PER_CALL_MAX + 5 }, (_, number) =>
    packet(number, { number: CALLS_MAX }),
  );
  book.take(update({ calls, packets, packetsOmitted: 3 }));
  expect(book.calls).toHaveLength(CALLS_MAX);
  expect(book.calls.find(({ call: { number } }) => number === CALLS_MAX)!.packets).toHaveLength(PACKETS_PER_CALL_MAX);
  expect(book.omitted).toBe(3);
});
