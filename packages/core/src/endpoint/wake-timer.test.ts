import fc from 'fast-check';
import { SimulatedClock } from '../testing/simulated-clock';
import type { EndpointPorts } from '../ports';
import { WakeTimer } from './wake-timer';

/** A timer on a clock that stands still, when it went off, and how often one was set. */
function bench(): { timer: WakeTimer; clock: SimulatedClock; woken: number[]; delays: number[] } {
  const clock = new SimulatedClock();
  const woken: number[] = [];
  const delays: number[] = [];
  const ports: Partial<EndpointPorts> = {
    now: () => clock.now,
    setTimer: (delayMs, callback) => {
      delays.push(delayMs);
      return clock.setTimer(delayMs, callback);
    },
  };
  return {
    timer: new WakeTimer(ports as EndpointPorts, () => woken.push(Math.round(clock.now))),
    clock,
    woken,
    delays,
  };
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

test('may be armed while it goes off', async () => {
  const clock = new SimulatedClock();
  const ports: Partial<EndpointPorts> = {
    now: () => clock.now,
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
  };
  let woken = 0;
  const timer: WakeTimer = new WakeTimer(ports as EndpointPorts, () => {
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
