import { LOSS_REORDER_PACKETS, PROBE_PACKETS } from '../../../native-limits';
import { ACK, RESULT } from '../../../wire/native/frames';
import { End, LARGE, TestItem, itemsIn, types } from '../../../../test/native/transmission-end';

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
    expect([end.flush(), end.now + end.dueInMs]).toEqual([[], sentAt + (9 / 8) * 80]);
    end.wakeWhenDue();
    expect(end.flush().map(itemsIn)).toEqual([[lost!.number]]);
  });

  test('also if what has arrived later is an acknowledgement alone, which asks for none', () => {
    const end = new End();
    end.measure(100);
    const [lost] = end.sendPackets(1);
    end.receives(0, 1);
    expect(end.flush().map(types)).toEqual([[ACK]]);
    end.now += 200;
    end.acknowledged([2]);
    expect(end.flush().map(itemsIn)).toEqual([[lost!.number]]);
  });

  test('and halves the window', () => {
    const end = new End();
    end.measure(100);
    end.sendPackets(1 + LOSS_REORDER_PACKETS);
    const { windowBytes } = end.path.congestion;
    end.acknowledged([1 + LOSS_REORDER_PACKETS]);
    expect(end.path.congestion.windowBytes).toBe(windowBytes / 2);
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
