import fc from 'fast-check';
import { FlushPolicy } from './flush-policy';
import type { EndpointPorts } from '../ports';

/** A policy, what it has deferred to the end of the turn, and how often it said that the turn has ended. */
function policy(): { policy: FlushPolicy; deferred: (() => void)[]; ended: () => number } {
  const deferred: (() => void)[] = [];
  let ended = 0;
  const ports = { defer: (callback: () => void) => void deferred.push(callback) } as Partial<EndpointPorts>;
  return { policy: new FlushPolicy(ports as EndpointPorts, () => (ended += 1)), deferred, ended: () => ended };
}

test('the first call of a turn leaves at once, and those after it wait until 16 of them make a datagram', () => {
  const { policy: turn } = policy();
  expect(turn.mayFlushNow(1, 1)).toBe(true);
  turn.built();
  expect([1, 15, 16, 17].map((messages) => turn.mayFlushNow(messages, 1))).toEqual([false, false, true, true]);
});

test('where many calls are on their way, those that wait leave when they are a quarter of them', () => {
  const { policy: turn } = policy();
  turn.built();
  expect([16, 99, 100, 101].map((messages) => turn.mayFlushNow(messages, 400))).toEqual([false, false, true, true]);
});

test('what carries no call and no answer always waits for the end of the turn', () => {
  const { policy: turn } = policy();
  expect(turn.mayFlushNow(0, 0)).toBe(false);
  turn.built();
  expect(turn.mayFlushNow(0, 0)).toBe(false);
});

test('when everything has been seen to, the next call is the first again', () => {
  const { policy: turn } = policy();
  turn.built();
  turn.settled();
  expect(turn.mayFlushNow(1, 1)).toBe(true);
});

test('a turn is ended once, however much happened in it, and the next one anew', () => {
  const { policy: turn, deferred, ended } = policy();
  turn.open();
  turn.open();
  expect([deferred.length, ended()]).toEqual([1, 0]);
  deferred.shift()!();
  expect(ended()).toBe(1);
  turn.open();
  expect(deferred).toHaveLength(1);
  deferred.shift()!();
  expect(ended()).toBe(2);
});

test('what happens at the end of a turn opens another', () => {
  const deferred: (() => void)[] = [];
  const ports = { defer: (callback: () => void) => void deferred.push(callback) } as Partial<EndpointPorts>;
  const turn: FlushPolicy = new FlushPolicy(ports as EndpointPorts, () => turn.open());
  turn.open();
  deferred.shift()!();
  expect(deferred).toHaveLength(1);
});

test('the more calls wait, the sooner they leave; the more are on their way, the later', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), fc.nat(100), (messages, pending, more) => {
      const { policy: turn } = policy();
      turn.built();
      const now = turn.mayFlushNow(messages, pending);
      expect(turn.mayFlushNow(messages + more, pending) || !now).toBe(true);
      expect(now || !turn.mayFlushNow(messages, pending + more)).toBe(true);
    }),
  );
});
