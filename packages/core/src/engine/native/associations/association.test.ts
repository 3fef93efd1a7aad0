import { RPC_ERROR_CODES } from '../../../errors';
import { METADATA_BYTES_MAX, REASSEMBLY_MESSAGES } from '../../../limits';
import { FAILURE, PART, callBytesMax, type FailureFrame, type PartFrame } from '../../../wire/native/frames';
import { decodePacket } from '../../../wire/native/packet';
import { DeadlineHeap } from '../../tables/deadline-heap';
import type { EngineOutput, OutgoingCall } from '../../engine';
import { Fifo } from '../../tables/fifo';
import { Association } from './association';
import { makeContext } from '../native-options';

const MESSAGE_BYTES_MAX = 1000;
/** The largest message with everything around it. */
const FRAME_BYTES_MAX = callBytesMax(MESSAGE_BYTES_MAX, METADATA_BYTES_MAX);

/** An association that a peer opened, and what it sends. */
function accepted(reassemblyBytesMax = 1 << 20): {
  association: Association<OutgoingCall>;
  refusals: () => FailureFrame[];
} {
  const outputs = new Fifo<EngineOutput>();
  const options = {
    runningHandlersMax: 1,
    datagramBytes: 1200,
    messageBytesMax: MESSAGE_BYTES_MAX,
    reassemblyBytesMax,
  };
  const context = makeContext<OutgoingCall>(options, (length) => new Uint8Array(length), {
    outputs,
    callDeadlines: new DeadlineHeap(),
    timers: new DeadlineHeap(),
    touch: () => undefined,
    mayRun: () => true,
  });
  const association = new Association<OutgoingCall>(context, {
    address: { host: '10.0.0.1', port: 1 },
    localId: new Uint8Array(8).fill(1),
    remoteId: new Uint8Array(8).fill(2),
    accepted: true,
    now: 0,
  });
  const refusals = (): FailureFrame[] => {
    association.flush(0);
    const frames: FailureFrame[] = [];
    for (let output = outputs.shift(); output !== undefined; output = outputs.shift()) {
      const packet = output.kind === 'transmit' ? decodePacket(output.datagram) : 'malformed-packet';
      if (typeof packet === 'string' || !('frames' in packet)) continue;
      frames.push(...packet.frames.filter((frame): frame is FailureFrame => frame.type === FAILURE));
    }
    return frames;
  };
  return { association, refusals };
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
    const { association } = accepted();
    association.receive(0, [], 20, heardAt);
    expect(association.isIdle(association.nextWake)).toBe(true);
    expect(association.isIdle(association.nextWake - 1)).toBe(false);
  }
});

test('a peer may have two unfinished messages of the largest size, and no byte of a third', () => {
  const { association, refusals } = accepted();
  let number = 0;
  for (; number < REASSEMBLY_MESSAGES; number += 1) {
    association.receive(number, [part(2 * number, FRAME_BYTES_MAX - 1)], 1200, 0);
  }
  association.receive(number, [part(2 * number, REASSEMBLY_MESSAGES)], 1200, 0);
  expect([refusals(), association.stats.reassemblyBytes]).toEqual([[], REASSEMBLY_MESSAGES * FRAME_BYTES_MAX]);
  association.receive(number + 1, [part(2 * number + 2, 1)], 1200, 0);
  expect(refusals()).toMatchObject([refused(2 * number + 2, 'RESOURCE_EXHAUSTED')]);
});

test('what all peers together may have unfinished bounds each of them, too', () => {
  const { association, refusals } = accepted(500);
  association.receive(0, [part(0, 500)], 1200, 0);
  expect(refusals()).toEqual([]);
  association.receive(1, [part(2, 1)], 1200, 0);
  expect(refusals()).toMatchObject([refused(2, 'RESOURCE_EXHAUSTED')]);
});

test('a message is too large as soon as its first part says so', () => {
  const { association, refusals } = accepted();
  association.receive(0, [part(0, 1, FRAME_BYTES_MAX + 1)], 1200, 0);
  expect(refusals()).toMatchObject([refused(0, 'PAYLOAD_TOO_LARGE')]);
});
