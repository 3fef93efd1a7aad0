import { OPENING_PACKET } from '../../../wire/native/packet-types';
import { RPC_ERROR_CODES } from '../../../errors';
import { METADATA_BYTES_MAX } from '../../../limits';
import { REASSEMBLY_MESSAGES, REASSEMBLY_MESSAGE_OVERHEAD_BYTES } from '../../../native-limits';
import {
  FAILURE,
  PART,
  PING,
  callBytesMax,
  type FailureFrame,
  type Frame,
  type PartFrame,
} from '../../../wire/native/frames';
import { decodePacket } from '../../../wire/native/packet';
import type { OutgoingCall } from '../../engine';
import { drain, testContext } from '../../../../test/native/context';
import { heldBytesMax } from '../messages/unfinished-message';
import type { AnsweredNativeCall } from '../messages/answered-call';
import { Association } from './association';
import type { Receipt } from './receive-frames';
import { PLAIN } from '../protection/protection';

const MESSAGE_BYTES_MAX = 1000;
/** The largest message with everything around it. */
const FRAME_BYTES_MAX = callBytesMax(MESSAGE_BYTES_MAX, METADATA_BYTES_MAX, true);
const from = { host: '10.0.0.1', port: 1 };

interface Accepted {
  readonly association: Association<OutgoingCall>;
  /** Takes a packet in. */
  receive(number: number, frame: Frame, now?: number): Receipt;
  /** The failures that have been sent since this was asked last. */
  refusals(): FailureFrame[];
}

/** An association that a peer opened, and what it sends. */
function accepted(reassemblyBytesMax = 1 << 20): Accepted {
  const context = testContext({ messageBytesMax: MESSAGE_BYTES_MAX, reassemblyBytesMax });
  const association = new Association<OutgoingCall>(context, {
    address: from,
    localId: new Uint8Array(8).fill(1),
    remoteId: new Uint8Array(8).fill(2),
    accepted: true,
    protection: PLAIN,
    peerName: '',
    now: 0,
  });
  const receive: Accepted['receive'] = (number, frame, now = 0) => {
    const frames = [frame];
    return association.receive(
      { kind: 'opening', number, type: OPENING_PACKET, frames, from, bytes: 1200, namesUs: false },
      now,
    );
  };
  const refusals = (): FailureFrame[] => {
    for (const output of drain(context.outputs)) {
      if (output.kind !== 'overload') continue;
      association.messages.answers.refuse(output.request as AnsweredNativeCall, 'RESOURCE_EXHAUSTED');
    }
    association.flush(0);
    return drain(context.outputs).flatMap((output) => {
      const packet = output.kind === 'transmit' ? decodePacket(output.datagram) : 'malformed-packet';
      if (typeof packet === 'string' || !('frames' in packet)) return [];
      return packet.frames.filter((frame): frame is FailureFrame => frame.type === FAILURE);
    });
  };
  return { association, receive, refusals };
}

/** A part of the message of a call, from the offset on. */
function part(number: number, length: number, total = FRAME_BYTES_MAX): PartFrame {
  return { type: PART, number, side: 0, total, offset: 1, bytes: new Uint8Array(length) };
}

const refused = (number: number, code: (typeof RPC_ERROR_CODES)[number]): object => ({
  number,
  code: RPC_ERROR_CODES.indexOf(code),
  executed: 0,
});

test('it is idle when its timer says so, whatever the clock has been rounded to', () => {
  for (const heardAt of [0, 0.1, 108126.90053104448, 121655.38730732539]) {
    const { association, receive } = accepted();
    receive(0, { type: PING }, heardAt);
    association.flush(heardAt + 100);
    association.transmission.sent.takeAll(() => undefined);
    const at = association.nextWake;
    association.wake(at - 1);
    expect(association.expired).toBe(false);
    association.wake(at);
    expect(association.expired).toBe(true);
  }
});

test('a peer may have two unfinished messages of the largest size, and what is held for all it has is bounded', () => {
  const { association, receive, refusals } = accepted();
  let number = 0;
  for (; number < REASSEMBLY_MESSAGES; number += 1) receive(number, part(2 * number, FRAME_BYTES_MAX - 1));
  expect(refusals()).toEqual([]);
  expect(association.stats.reassemblyBytes).toBeGreaterThan(REASSEMBLY_MESSAGES * FRAME_BYTES_MAX);
  let failures = refusals();
  for (; failures.length === 0; number += 1) {
    receive(number, part(2 * number, 1));
    failures = refusals();
  }
  expect(failures).toMatchObject([refused(2 * (number - 1), 'RESOURCE_EXHAUSTED')]);
  const bytesMax = REASSEMBLY_MESSAGES * heldBytesMax(FRAME_BYTES_MAX);
  expect(association.stats.reassemblyBytes).toBeLessThanOrEqual(bytesMax);
  // Each message of one byte counts as what it takes.
  expect(number).toBeLessThan(bytesMax / REASSEMBLY_MESSAGE_OVERHEAD_BYTES);
});

test('what all peers together may have unfinished bounds each of them, too', () => {
  const { receive, refusals } = accepted(REASSEMBLY_MESSAGE_OVERHEAD_BYTES + 1500);
  receive(0, part(0, 500));
  expect(refusals()).toEqual([]);
  receive(1, part(2, 1));
  expect(refusals()).toMatchObject([refused(2, 'RESOURCE_EXHAUSTED')]);
});

test('parts that contradict each other are refused at once', () => {
  const { association, receive, refusals } = accepted();
  receive(0, part(0, 500));
  receive(1, part(0, 500));
  expect(refusals()).toEqual([]);
  receive(2, part(0, 600));
  expect(refusals()).toMatchObject([refused(0, 'INVALID_ARGUMENT')]);
  expect(association.stats.reassemblyBytes).toBe(0);
});

test('a message is too large as soon as its first part says so', () => {
  const { receive, refusals } = accepted();
  receive(0, part(0, 1, FRAME_BYTES_MAX + 1));
  expect(refusals()).toMatchObject([refused(0, 'PAYLOAD_TOO_LARGE')]);
});
