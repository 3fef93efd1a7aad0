import fc from 'fast-check';
import { AMPLIFICATION_FACTOR, PROBE_PACKETS } from '../../../native-limits';
import { ACK, PATH_CHALLENGE, PATH_RESPONSE, PING, RESULT } from '../../../wire/native/frames';
import { End, LARGE, PEER, TestItem, types } from '../../../../test/native/transmission-end';

describe('an address that is not proven', () => {
  test('gets at most three times the bytes that came from it, and no timer waits for more', () => {
    const end = new End({ validated: false });
    end.push(...Array.from({ length: 20 }, () => new TestItem({ bytes: LARGE })));
    end.receives(0);
    expect([end.flush(), end.transmission.blocked, end.dueInMs]).toEqual([[], true, Infinity]);
    end.arrived(1100);
    const datagrams = end.flushDatagrams();
    expect(datagrams).toHaveLength(AMPLIFICATION_FACTOR);
    const sentBytes = datagrams.reduce((sum, { length }) => sum + length, 0);
    expect([end.transmission.blocked, end.path.allowanceBytes]).toEqual([
      false,
      AMPLIFICATION_FACTOR * 1100 - sentBytes,
    ]);
  });

  test('gets no probes while nothing may be sent to it: what another timer wakes leaves it as it was', () => {
    const end = new End({ validated: false });
    end.arrived(384);
    end.push(new TestItem({ bytes: 1100 }));
    end.receives(0);
    end.flush();
    expect(end.transmission.blocked).toBe(true);
    end.now += 60_000;
    end.wake();
    expect([end.transmission.retransmitted, end.transmission.queue.hasWork]).toEqual([0, false]);
    end.arrived(1000);
    end.wake();
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
          end.arrived(arrived);
          end.receives(end.transmission.received.largest + 1);
          end.push(...pushed.map((bytes) => new TestItem({ bytes: Math.max(0, bytes) })));
          for (const { length } of end.flushDatagrams()) sent += length;
          expect(sent).toBeLessThanOrEqual(AMPLIFICATION_FACTOR * received);
          expect(end.path.allowanceBytes).toBe(AMPLIFICATION_FACTOR * received - sent);
        }
        expect(end.transmission.datagrams).toMatchObject({ bytesSent: sent, bytesReceived: received });
      }),
    );
  });

  test('is probed with a PING where there is no room for what waits', () => {
    const end = new End({ validated: false });
    end.arrived(60);
    end.receives(0);
    const [item] = end.sendPackets(1, { bytes: 100 });
    expect([end.transmission.blocked, end.path.allowanceBytes < item!.bytesMax]).toEqual([false, true]);
    end.wakeWhenDue();
    expect(end.flush().map(types)).toEqual([[ACK, PING]]);
  });

  test('gets a PING with its first lone acknowledgement, for it to prove itself', () => {
    const end = new End({ validated: false });
    end.arrived(1000);
    end.receives(0, 1);
    expect(end.flush().map(types)).toEqual([[ACK, PING]]);
    end.receives(2, 3);
    expect(end.flush().map(types)).toEqual([[ACK]]);
  });

  test('gets no byte too many where everything is due at once', () => {
    for (let bytes = 1; bytes < 40; bytes += 1) {
      const end = new End();
      end.sendPackets(1);
      end.receives(0, 1);
      end.path.move({ ...PEER, port: 2 }, end.random, end.now);
      end.path.receive({ type: PATH_CHALLENGE, bytes: new Uint8Array(8) });
      end.transmission.ping();
      end.arrived(bytes);
      const sent = end.flushDatagrams().reduce((sum, { length }) => sum + length, 0);
      expect(sent).toBeLessThanOrEqual(AMPLIFICATION_FACTOR * bytes);
    }
  });

  test('is what a peer that has moved has, until it repeats what it was challenged with', () => {
    const end = new End();
    end.sendPackets(2);
    end.chance = 3;
    end.path.move({ ...PEER, port: 2 }, end.random, end.now);
    expect([end.flush(), end.path.validated]).toEqual([[], false]);
    end.arrived(100);
    end.push(new TestItem());
    expect(end.flush()).toMatchObject([{ number: 2, frames: [{ type: PATH_CHALLENGE, bytes: end.random(8) }, {}] }]);
    end.acknowledged([0, 1, 2]);
    expect(end.path.validated).toBe(false);
    end.path.receive({ type: PATH_RESPONSE, bytes: end.random(8) });
    expect([end.path.validated, end.transmission.blocked]).toEqual([true, false]);
  });

  test('is left for the last one that was proven, if nothing may be sent there, when a probe is due', () => {
    const end = new End();
    end.sendPackets(1);
    const elsewhere = { ...PEER, port: 2 };
    end.path.move(elsewhere, end.random, end.now);
    expect([end.flush(), end.path.address, end.transmission.blocked]).toEqual([[], elsewhere, false]);
    end.wakeWhenDue();
    expect(end.flush().length).toBeGreaterThan(0);
    expect([end.path.address, end.path.validated]).toEqual([PEER, true]);
    end.path.move(elsewhere, end.random, end.now);
    expect([end.path.address, end.path.validated]).toEqual([elsewhere, false]);
  });

  test('is challenged with every packet', () => {
    const end = new End();
    end.path.move({ ...PEER, port: 2 }, end.random, end.now);
    end.arrived(5000);
    end.push(new TestItem());
    expect(end.flush().map(types)).toEqual([[PATH_CHALLENGE, RESULT]]);
    end.push(new TestItem());
    expect(end.flush().map(types)).toEqual([[PATH_CHALLENGE, RESULT]]);
    end.wakeWhenDue();
    expect(end.flush().map(types)).toEqual([
      [PATH_CHALLENGE, RESULT, RESULT],
      [PATH_CHALLENGE, RESULT, RESULT],
    ]);
  });

  test('a challenge of the peer is answered at once, in a packet of its own if need be', () => {
    const end = new End();
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    end.path.receive({ type: PATH_CHALLENGE, bytes });
    expect(end.flush()).toMatchObject([{ frames: [{ type: PATH_RESPONSE, bytes }] }]);
    expect([end.flush(), end.transmission.sent.size]).toEqual([[], 1]);
  });
});
