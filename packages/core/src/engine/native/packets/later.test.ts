import { ACK_DELAY_MS_MAX, FIRST_PROBE_MS_MAX } from '../../../native-limits';
import { ACK, LATER, PART, PING, RESULT } from '../../../wire/native/frames';
import { End, TestItem, types } from '../../../../test/native/transmission-end';
import { OutgoingParts } from '../messages/parts';

describe('a packet with LATER', () => {
  /** A peer's call has come in one packet; gives a reply to it. */
  const called = (end: End, number = 0): TestItem => {
    end.receives(number);
    return new TestItem({ answersArrival: end.transmission.received.arrivals });
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
    end.push(new TestItem({ answersArrival: Infinity }));
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
    end.push(new TestItem({ answersArrival: undefined }));
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
    const owner = { number: 0, side: 1 as const, wanted: true, reliable: true, partsAcknowledged: () => {} };
    const toParts = (): OutgoingParts => new OutgoingParts(owner, new Uint8Array(10), new Uint8Array(1490));
    end.push({
      wanted: true,
      bytesMax: 1500,
      copies: 0,
      answersArrival: reply.answersArrival,
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
    end.now += FIRST_PROBE_MS_MAX;
    end.push(called(end));
    end.wake();
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
    const { windowBytes } = end.path.congestion;
    expect([end.flush(), end.transmission.sent.size, reply.copies]).toEqual([[], 0, 0]);
    expect(end.path.congestion).toMatchObject({ inFlightBytes: 0, windowBytes });
    end.push(called(end, 1));
    expect(end.flush().map(types)).toEqual([LATER_FRAMES]);
  });

  test('measures the round trip without the delay that its acknowledgement tells, if that is below a second', () => {
    const end = new End();
    end.push(called(end));
    end.flush();
    end.now += 990;
    end.acknowledged([0], 940);
    expect(end.path.roundTrip.smoothedMs).toBe(50);
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
      expect([end.transmission.sent.size, end.path.roundTrip.smoothedMs]).toEqual([0, undefined]);
    }
  });
});
