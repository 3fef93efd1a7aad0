import type { OutgoingCall } from '../engine';
import { outgoingCall, testContext } from '../../../test/native/context';
import { Associations } from './associations/associations';
import { RetryBudget } from './associations/retry-budget';
import { RETRY_BUDGET_DEFAULT } from './native-options';
import { OutgoingNativeCall } from './messages/outgoing-call';

// The last number that a frame can hold is half a billion calls away: here it is 9.
jest.mock('../../wire/native/writer', () => ({
  ...jest.requireActual<object>('../../wire/native/writer'),
  VARINT_MAX: 9,
}));

let drawn = 0;

function associations(): Associations<OutgoingCall> {
  const context = testContext({}, (length) => new Uint8Array(length).fill((drawn += 1)));
  return new Associations({ context, budget: new RetryBudget(RETRY_BUDGET_DEFAULT) });
}

/** Makes calls of one kind, over whatever association calls to their peer use; gives the numbers that they got. */
function numbersOf(all: Associations<OutgoingCall>, count: number, delivery: OutgoingCall['delivery']): number[] {
  return Array.from({ length: count }, () => {
    const made = outgoingCall({ delivery });
    const association = all.openFor(made, 0);
    const { calls } = association.messages;
    const call = new OutgoingNativeCall<OutgoingCall>(made, calls, 0);
    calls.start(call);
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
  const association = all.openFor(outgoingCall(), 0);
  expect([association.isUsable(0), numbersOf(all, 1, 'at-most-once'), association.isUsable(0)]).toEqual([
    true,
    [8],
    false,
  ]);
});
