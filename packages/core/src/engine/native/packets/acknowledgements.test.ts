import { ACK_DELAY_MS_MAX } from '../../../native-limits';
import { ACK, ACK_RANGES_MAX, PATH_RESPONSE, RESULT, replyBytesMax } from '../../../wire/native/frames';
import { PLAIN_HEADER_BYTES } from '../../../wire/native/packet';
import { DATAGRAM_BYTES, End, PEER, TestItem, ackIn, rangesOf, types } from '../../../../test/native/transmission-end';

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
    expect([end.transmission.sent.size, end.path.congestion.inFlightBytes, end.dueInMs]).toEqual([0, 0, Infinity]);
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
    expect([items.map(({ copies }) => copies), end.path.congestion.inFlightBytes > 0]).toEqual([[1, 1], true]);
    end.acknowledged([0]);
    expect(items.map(({ copies, arrivals }) => [copies, arrivals])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(end.path.congestion.inFlightBytes).toBe(0);
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
    expect(end.path.roundTrip.smoothedMs).toBe(50);
  });

  test('is not that of packets that were sent where another host was', () => {
    for (const [to, roundTripMs] of [
      [{ ...PEER, port: 2 }, 50],
      [{ host: '10.0.0.9', port: 1 }, undefined],
    ] as const) {
      const end = new End();
      end.sendPackets(2);
      end.now += 10;
      end.path.move(to, end.random, end.now);
      end.now += 40;
      end.acknowledged([0, 1]);
      expect(end.path.roundTrip.smoothedMs).toBe(roundTripMs);
      end.path.receive({ type: PATH_RESPONSE, bytes: end.random(8) });
      end.sendPackets(1);
      end.now += 50;
      end.acknowledged([2]);
      expect(end.path.roundTrip.smoothedMs).toBe(50);
    }
  });

  test('is spoiled once by a peer that stood still, not by each packet that it kept waiting', () => {
    const end = new End();
    end.measure(20);
    for (let packet = 0; packet < 30; packet += 1) {
      end.sendPackets(1, { bytes: 8 });
      end.now += 1;
    }
    end.now += 4000;
    for (let number = 1; number <= 30; number += 1) end.acknowledged([number]);
    expect(end.path.roundTrip.probeMs).toBeLessThan(200);
    const { nextNumber } = end.transmission.sent;
    end.sendPackets(1);
    end.now += 20;
    end.acknowledged([nextNumber]);
    expect(end.path.roundTrip.smoothedMs).toBeLessThan(40);
  });

  test('does not count the time that the peer waited on purpose, up to 25 ms', () => {
    const end = new End();
    end.measure(100);
    end.sendPackets(1);
    end.now += 180;
    end.acknowledged([1], 900);
    expect(end.path.roundTrip.smoothedMs).toBe((7 * 100 + 180 - ACK_DELAY_MS_MAX) / 8);
  });
});
