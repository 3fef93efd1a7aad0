import fc from 'fast-check';
import {
  ACK_DELAY_MS_MAX,
  FIRST_PROBE_MS_MAX,
  INITIAL_WINDOW_DATAGRAMS,
  LEAST_WINDOW_DATAGRAMS,
  NO_FEEDBACK_PROBE_MS,
  PINGS_REMEMBERED_MAX,
  PROBES_UNTIL_PERSISTENT,
  PROBE_JITTER,
  PROBE_MS_MAX,
  PROBE_PACKETS,
} from '../../../native-limits';
import { ACK, PATH_CHALLENGE, PING, RESULT } from '../../../wire/native/frames';
import { DATAGRAM_BYTES, End, LARGE, PEER, TestItem, itemsIn, types } from '../../../../test/native/transmission-end';

describe('a probe', () => {
  test('goes a third of a second after a packet to a peer of unknown distance: two packets with the oldest that waits', () => {
    const end = new End();
    const [first, second] = end.sendPackets(3);
    expect(end.wakeWhenDue()).toBe(FIRST_PROBE_MS_MAX);
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
    expect(end.dueInMs).toBe(FIRST_PROBE_MS_MAX);
  });

  test('goes out although the window is full', () => {
    const end = new End();
    end.push(...Array.from({ length: 40 }, () => new TestItem({ bytes: LARGE })));
    end.flush();
    expect(end.path.congestion.isOpen).toBe(false);
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
    expect([end.path.congestion.inFlightBytes, end.dueInMs]).toEqual([0, Infinity]);
  });

  test('waits twice as long after each that nobody answers, with jitter, and three seconds from the third on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (chance) => {
        const end = new End();
        end.chance = chance;
        end.sendPackets(1);
        expect(end.wakeWhenDue()).toBe(FIRST_PROBE_MS_MAX);
        for (let probes = 1; probes < 9; probes += 1) {
          end.flush();
          const waitedMs = end.wakeWhenDue();
          const slowed = probes >= PROBES_UNTIL_PERSISTENT;
          const meantMs = slowed ? NO_FEEDBACK_PROBE_MS : FIRST_PROBE_MS_MAX * 2 ** probes;
          expect(Math.abs(waitedMs / meantMs - 1)).toBeLessThanOrEqual(slowed ? 1e-9 : PROBE_JITTER + 1e-9);
        }
      }),
    );
  });

  test('has two packets, and one from the fourth on while no distance was ever measured', () => {
    const packetsOf = (end: End): number[] =>
      Array.from({ length: 6 }, () => {
        end.wakeWhenDue();
        return end.flush().length;
      });
    const blind = new End();
    blind.sendPackets(3);
    expect(packetsOf(blind)).toEqual([2, 2, 2, 1, 1, 1]);
    const known = new End();
    known.measure(20);
    known.sendPackets(3);
    expect(packetsOf(known)).toEqual([2, 2, 2, 2, 2, 2]);
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
    expect(waitsMs).toEqual(
      [1 - PROBE_JITTER, 1 + PROBE_JITTER].map(
        (jitter) => expect.closeTo(2 * FIRST_PROBE_MS_MAX * jitter, 6) as number,
      ),
    );
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

  test.each([0, 128, 255])('waits at most three seconds, whatever the distance and the jitter (%d)', (chance) => {
    for (const roundTripMs of [5, 100, 900]) {
      const end = new End();
      end.measure(roundTripMs);
      end.chance = chance;
      end.sendPackets(1);
      let waitedMs = 0;
      for (let probe = 0; probe < 20; probe += 1) {
        waitedMs = end.wakeWhenDue();
        expect(waitedMs).toBeLessThanOrEqual(PROBE_MS_MAX + 1e-9);
        end.flush();
      }
      expect(waitedMs).toBeCloseTo(PROBE_MS_MAX);
    }
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
    expect(end.dueInMs).toBeLessThan(1.5 * end.path.roundTrip.probeMs);
  });

  test('that is the third without an answer shrinks the window to the least', () => {
    const end = new End();
    end.sendPackets(1);
    for (let probe = 1; probe < PROBES_UNTIL_PERSISTENT; probe += 1) {
      end.wakeWhenDue();
      end.flush();
    }
    expect(end.path.congestion.windowBytes).toBe(INITIAL_WINDOW_DATAGRAMS * DATAGRAM_BYTES);
    end.wakeWhenDue();
    expect(end.path.congestion.windowBytes).toBe(LEAST_WINDOW_DATAGRAMS * DATAGRAM_BYTES);
  });

  test('is followed by no further packets once it is answered', () => {
    const end = new End();
    end.measure(100);
    const [once] = end.sendPackets(1, { reliable: false });
    end.wakeWhenDue();
    expect(end.flush().map(types)).toEqual([[PING]]);
    expect([end.acknowledged([1, 2]), once!.arrivals]).toEqual([true, 1]);
    // What a probe left over is neither a reason for a PING nor for more than the window holds.
    end.receives(0, 1);
    expect(end.flush().map(types)).toEqual([[ACK]]);
    end.push(...Array.from({ length: 40 }, () => new TestItem({ bytes: LARGE })));
    end.flush();
    expect(end.path.congestion.inFlightBytes).toBeLessThanOrEqual(end.path.congestion.windowBytes);
  });

  test('repeats a challenge that nobody has answered, and always asks for an acknowledgement', () => {
    const end = new End();
    end.measure(100);
    end.receives(0);
    end.path.move({ ...PEER, port: 2 }, end.random, end.now);
    end.arrived(1000);
    expect(end.flush().map(types)).toEqual([[ACK, PATH_CHALLENGE]]);
    end.awaitsPeer = true;
    for (let probe = 0; probe < PROBES_UNTIL_PERSISTENT; probe += 1) {
      end.wakeWhenDue();
      expect(end.flush().map(types)).toEqual([[ACK, PATH_CHALLENGE, PING]]);
    }
    // Nobody is there: back to where the peer has been.
    end.wakeWhenDue();
    expect([end.flush().map(types), end.path.address]).toEqual([[[ACK, PING]], PEER]);
  });
});

describe('while the peer may be held up by what it may send', () => {
  const heldUp = (): End => {
    const end = new End();
    end.measure(40);
    end.mayHoldPeerUp = true;
    end.awaitsPeer = true;
    return end;
  };

  test('it is probed with PINGs, although nothing waits for an acknowledgement', () => {
    const end = heldUp();
    const { probeMs } = end.path.roundTrip;
    // Counted from what went last, or came last.
    expect(end.dueInMs).toBe(probeMs - 40);
    end.receives(0);
    expect(end.wakeWhenDue()).toBe(ACK_DELAY_MS_MAX);
    expect(end.flush().map(types)).toEqual([[ACK]]);
    expect(end.wakeWhenDue()).toBe(probeMs - ACK_DELAY_MS_MAX);
    expect(end.flush().map(types)).toEqual([[ACK, PING]]);
    expect(end.wakeWhenDue()).toBeGreaterThan(1.5 * probeMs);
    expect(end.flush().map(types)).toEqual([[ACK, PING]]);
  });

  test('it is not if it is waited for no longer, or cannot be held up', () => {
    const end = heldUp();
    end.awaitsPeer = false;
    expect(end.dueInMs).toBe(Infinity);
    end.awaitsPeer = true;
    end.mayHoldPeerUp = false;
    expect(end.dueInMs).toBe(Infinity);
  });

  test('it is probed one packet at a time, however long that takes', () => {
    const end = heldUp();
    for (let probe = 0; probe < 60; probe += 1) {
      end.wakeWhenDue();
      expect(end.flush()).toHaveLength(1);
      expect(end.transmission.sent.size).toBeLessThanOrEqual(PINGS_REMEMBERED_MAX);
    }
    end.awaitsPeer = false;
    end.wakeWhenDue();
    expect([end.flush(), end.transmission.sent.size, end.path.congestion.inFlightBytes]).toEqual([[], 0, 0]);
  });
});
