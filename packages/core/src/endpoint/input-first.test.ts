import { DATAGRAMS_PER_TURN, INPUT_TURNS_MAX, TIMER_LATE_MS } from '../limits';
import { InputFirst } from './input-first';

/**
 * An event loop: each of its turns reads so many datagrams, and then calls what was deferred. Gives in how many turns a
 * callback came.
 */
function turnsUntilRead(lateMs: number, turns: Iterable<number>): number {
  const deferred: (() => void)[] = [];
  let received = 1000;
  const outcome = { called: false };
  const input = new InputFirst({ defer: (callback) => void deferred.push(callback) }, () => received);
  input.whenRead(lateMs, () => (outcome.called = true));
  let turn = 0;
  for (const datagrams of turns) {
    expect(outcome.called).toBe(false);
    turn += 1;
    received += datagrams;
    deferred.shift()!();
    if (outcome.called) break;
  }
  expect(deferred).toEqual([]);
  return outcome.called ? turn : Infinity;
}

function* always(datagrams: number): Generator<number> {
  for (;;) yield datagrams;
}

test('a timer that is in time lets one turn pass, whatever comes in', () => {
  expect(turnsUntilRead(0, [0])).toBe(1);
  expect(turnsUntilRead(TIMER_LATE_MS, always(DATAGRAMS_PER_TURN))).toBe(1);
});

test('one that is late lets turns pass as long as they read as much as one can', () => {
  expect(turnsUntilRead(500, [3])).toBe(1);
  expect(turnsUntilRead(500, [DATAGRAMS_PER_TURN, DATAGRAMS_PER_TURN, DATAGRAMS_PER_TURN - 1])).toBe(3);
  expect(turnsUntilRead(500, [DATAGRAMS_PER_TURN, 0])).toBe(2);
});

test('peers that never stop sending hold it up for so many turns and no longer', () => {
  expect(turnsUntilRead(500, always(2 * DATAGRAMS_PER_TURN))).toBe(INPUT_TURNS_MAX);
});
