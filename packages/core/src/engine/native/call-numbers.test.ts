import { DeadlineHeap } from '../tables/deadline-heap';
import type { OutgoingCall } from '../engine';
import { Fifo } from '../tables/fifo';
import { Associations } from './associations/associations';
import { makeContext } from './native-options';
import { OutgoingNativeCall } from './messages/outgoing-call';

// The last number that a frame can hold is half a billion calls away: here it is 9.
jest.mock('../../wire/native/writer', () => ({
  ...jest.requireActual<object>('../../wire/native/writer'),
  VARINT_MAX: 9,
}));

const OPTIONS = { runningHandlersMax: 1, datagramBytes: 1200, messageBytesMax: 1000, reassemblyBytesMax: 1000 };

let drawn = 0;

function associations(): Associations<OutgoingCall> {
  const context = makeContext<OutgoingCall>(OPTIONS, (length) => new Uint8Array(length).fill((drawn += 1)), {
    outputs: new Fifo(),
    callDeadlines: new DeadlineHeap<OutgoingNativeCall<OutgoingCall>>(),
    timers: new DeadlineHeap(),
    touch: () => undefined,
    mayRun: () => true,
  });
  return new Associations(context, 0);
}

/** Makes calls of one kind, over whatever association calls to their peer use; gives the numbers that they got. */
function numbersOf(all: Associations<OutgoingCall>, count: number, delivery: OutgoingCall['delivery']): number[] {
  return Array.from({ length: count }, () => {
    const to = { host: '10.0.0.1', port: 1 };
    const method = { key: 7, bytes: new Uint8Array(0) };
    const made: OutgoingCall = {
      to,
      method,
      args: Uint8Array.of(0x90),
      delivery,
      oneWay: false,
      metadata: undefined,
      deadline: 5,
    };
    const association = all.to(to, 0);
    const call = new OutgoingNativeCall<OutgoingCall>(made, association.calls);
    association.calls.start(call);
    association.flush(0);
    return call.number;
  });
}

test.each([
  ['at-most-once', [0, 2, 4, 6, 8, 0, 2]],
  ['best-effort', [1, 3, 5, 7, 9, 1, 3]],
] as const)(
  '%s calls have numbers up to the last that a frame can hold, then another association',
  (delivery, numbers) => {
    const all = associations();
    expect(numbersOf(all, numbers.length, delivery)).toEqual(numbers);
    expect(all.size).toBe(2);
  },
);

test('an association with one number left is used for it', () => {
  const all = associations();
  numbersOf(all, 4, 'at-most-once');
  const association = all.to({ host: '10.0.0.1', port: 1 }, 0);
  expect([association.exhausted, numbersOf(all, 1, 'at-most-once'), association.exhausted]).toEqual([false, [8], true]);
});
