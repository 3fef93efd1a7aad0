import type { TraceEvent } from '../engine/engine';
import { Observers } from './observers';

const EVENT: TraceEvent = { kind: 'dropped', at: 1, from: { host: '10.0.0.1', port: 1 }, bytes: 3, reason: 'late' };

function setUp() {
  const failures: unknown[] = [];
  const changes: boolean[] = [];
  const observers = new Observers(
    (error) => failures.push(error),
    (any) => changes.push(any),
  );
  return { observers, failures, changes };
}

test('whether anybody watches is told when the first comes and when the last goes', () => {
  const { observers, changes } = setUp();
  const endOne = observers.add(() => undefined);
  const endOther = observers.add(() => undefined);
  expect(changes).toEqual([true]);
  endOne();
  endOne();
  expect(observers.any).toBe(true);
  endOther();
  expect(changes).toEqual([true, false]);
});

test('one that is added twice is told twice, and ends twice', () => {
  const { observers } = setUp();
  const told: TraceEvent[] = [];
  const observer = (event: TraceEvent): void => void told.push(event);
  const end = observers.add(observer);
  observers.add(observer);
  observers.tell(EVENT);
  expect(told).toEqual([EVENT, EVENT]);
  end();
  observers.tell(EVENT);
  expect(told).toHaveLength(3);
});

test('one that throws harms nobody, and is reported', () => {
  const { observers, failures } = setUp();
  const told: TraceEvent[] = [];
  observers.add(() => {
    throw new Error('mine');
  });
  observers.add((event) => told.push(event));
  observers.tell(EVENT);
  expect(told).toEqual([EVENT]);
  expect(failures).toEqual([new Error('mine')]);
});

test('one that goes while an event is told is told of it still, and of nothing after', () => {
  const { observers } = setUp();
  const told: string[] = [];
  const ends: (() => void)[] = [];
  ends.push(observers.add(() => ends.forEach((end) => end())));
  ends.push(observers.add(() => told.push('other')));
  observers.tell(EVENT);
  observers.tell(EVENT);
  expect(told).toEqual(['other']);
});
