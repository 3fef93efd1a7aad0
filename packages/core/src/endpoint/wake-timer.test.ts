import fc from 'fast-check';
import { SimulatedClock } from '../testing/simulated-clock';
import type { EndpointPorts } from '../ports';
import { InputFirst } from './input-first';
import { WakeTimer } from './wake-timer';

/** A timer on a clock that stands still, when it went off, and how often one was set. */
function bench(): { timer: WakeTimer; clock: SimulatedClock; woken: number[]; delays: number[] } {
  const clock = new SimulatedClock();
  const woken: number[] = [];
  const delays: number[] = [];
  const setTimer: EndpointPorts['setTimer'] = (delayMs, callback) => {
    delays.push(delayMs);
    return clock.setTimer(delayMs, callback);
  };
  return {
    timer: timerOn(clock, () => woken.push(Math.round(clock.now)), setTimer),
    clock,
    woken,
    delays,
  };
}

/** A timer before which nothing is ever left to be read. */
function timerOn(
  clock: SimulatedClock,
  wake: () => void,
  setTimer: EndpointPorts['setTimer'] = (delayMs, callback) => clock.setTimer(delayMs, callback),
): WakeTimer {
  const defer = (callback: () => void): void => void clock.setTimer(0, callback);
  const ports: Partial<EndpointPorts> = { now: () => clock.now, setTimer, defer };
  return new WakeTimer(ports as EndpointPorts, new InputFirst({ defer }, () => 0), wake);
}

test('goes off when it is due, once', async () => {
  const { timer, clock, woken } = bench();
  timer.arm(100);
  await clock.advance(99);
  expect(woken).toEqual([]);
  await clock.advance(1000);
  expect([woken, clock.scheduled]).toEqual([[100], 0]);
});

test('is moved forward by what is due earlier, and there is one at a time', async () => {
  const { timer, clock, woken } = bench();
  timer.arm(100);
  timer.arm(40);
  expect(clock.scheduled).toBe(1);
  await clock.advance(1000);
  expect(woken).toEqual([40]);
});

test('is not moved back by what is due later, nor set again for the same moment', async () => {
  const { timer, clock, woken, delays } = bench();
  timer.arm(40);
  timer.arm(100);
  timer.arm(40);
  expect(delays).toEqual([40]);
  await clock.advance(1000);
  expect(woken).toEqual([40]);
});

test('that has gone off can be set for any moment again', async () => {
  const { timer, clock, woken } = bench();
  timer.arm(40);
  await clock.advance(50);
  timer.arm(100);
  await clock.advance(1000);
  expect(woken).toEqual([40, 100]);
});

test('is set for now if its moment is past', async () => {
  const { timer, clock, woken, delays } = bench();
  await clock.advance(500);
  timer.arm(100);
  expect(delays).toEqual([0]);
  await clock.advance(1);
  expect(woken).toEqual([500]);
});

test('does not go off when nothing is due any more', async () => {
  const { timer, clock, woken } = bench();
  timer.arm(100);
  timer.arm(Infinity);
  expect(clock.scheduled).toBe(0);
  timer.arm(200);
  await clock.advance(1000);
  expect(woken).toEqual([200]);
});

test('that was stopped never goes off again', async () => {
  const { timer, clock, woken } = bench();
  timer.arm(100);
  timer.stop();
  timer.arm(50);
  await clock.advance(1000);
  expect([woken, clock.scheduled]).toEqual([[], 0]);
});

test('that was stopped while what has arrived is read does not go off either', async () => {
  const clock = new SimulatedClock();
  const deferred: (() => void)[] = [];
  const ports: Partial<EndpointPorts> = {
    now: () => clock.now,
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
    defer: (callback) => void deferred.push(callback),
  };
  let woken = 0;
  const input = new InputFirst(ports as EndpointPorts, () => 0);
  const timer = new WakeTimer(ports as EndpointPorts, input, () => (woken += 1));
  timer.arm(10);
  await clock.advance(20);
  expect(deferred).toHaveLength(1);
  // What is read meanwhile arms it for nothing: it has gone off.
  timer.arm(15);
  expect(clock.scheduled).toBe(0);
  timer.stop();
  deferred[0]!();
  expect(woken).toBe(0);
});

test('may be armed while it goes off', async () => {
  const clock = new SimulatedClock();
  let woken = 0;
  const timer: WakeTimer = timerOn(clock, () => {
    woken += 1;
    if (woken < 3) timer.arm(clock.now + 10);
  });
  timer.arm(10);
  await clock.advance(1000);
  expect([woken, clock.scheduled]).toEqual([3, 0]);
});

test('whatever it is armed for, it goes off at the earliest moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 10 }), async (moments) => {
      const { timer, clock, woken } = bench();
      for (const moment of moments) timer.arm(moment);
      await clock.advance(1001);
      expect([woken, clock.scheduled]).toEqual([[Math.min(...moments)], 0]);
    }),
  );
});
