import { EndpointTimers } from './endpoint-timers';

let now = 0;
let timers: EndpointTimers;

beforeEach(() => {
  jest.useFakeTimers();
  now = 0;
  timers = new EndpointTimers(() => now);
});

afterEach(() => jest.useRealTimers());

function pass(ms: number): void {
  now += ms;
  jest.advanceTimersByTime(ms);
}

test('a timer goes off once, when it is due, and not before', () => {
  const due = jest.fn();
  timers.set(10.2, due);
  pass(10);
  expect(due).not.toHaveBeenCalled();
  pass(1);
  pass(1000);
  expect(due).toHaveBeenCalledTimes(1);
});

test('a timer that is stopped does not go off, not even set anew', () => {
  const due = jest.fn();
  const stop = timers.set(10, due);
  stop();
  stop();
  timers.reset();
  pass(1000);
  expect([due.mock.calls.length, jest.getTimerCount()]).toEqual([0, 0]);
});

test('after a sleep, what was due meanwhile goes off at once, and the rest by the clock and not later', () => {
  const events: string[] = [];
  timers.set(60_000, () => events.push('due in the sleep'));
  const stop = timers.set(120_000, () => events.push('stopped'));
  timers.set(150_000, () => events.push('due after it'));
  now += 140_000;
  timers.reset();
  jest.advanceTimersByTime(1);
  expect(events).toEqual(['due in the sleep', 'stopped']);
  stop();
  pass(10_000);
  expect(events).toEqual(['due in the sleep', 'stopped', 'due after it']);
  expect(jest.getTimerCount()).toBe(0);
});

test('a timer can be stopped after it was set anew', () => {
  const due = jest.fn();
  const stop = timers.set(60_000, due);
  now += 30_000;
  timers.reset();
  stop();
  pass(60_000);
  expect(due).not.toHaveBeenCalled();
});

test('whether timers keep the process alive holds for those that wait, those to come and those set anew', () => {
  jest.useRealTimers();
  const set = jest.spyOn(globalThis, 'setTimeout');
  const held = (): boolean[] => set.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef());
  const stops = [timers.set(1e6, () => undefined)];
  timers.unref();
  stops.push(timers.set(1e6, () => undefined));
  expect(held()).toEqual([false, false]);
  timers.reset();
  expect(held().slice(-2)).toEqual([false, false]);
  timers.ref();
  stops.push(timers.set(1e6, () => undefined));
  expect(held().slice(-3)).toEqual([true, true, true]);
  for (const stop of stops) stop();
  set.mockRestore();
});
