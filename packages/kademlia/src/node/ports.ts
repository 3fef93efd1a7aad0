import { randomBytes } from 'node:crypto';
import type { RandomBytes } from '../ids/node-id.js';

/** What a node needs of the world beside an endpoint: clocks, chance and timers. A simulation has its own. */
export interface KademliaPorts {
  /** A clock that never goes back, in milliseconds. Its zero means nothing. */
  now(): number;
  /** Milliseconds since the epoch. */
  wallClock(): number;
  readonly random: RandomBytes;
  /** Calls back once; gives a function that prevents it. A timer keeps no process alive. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** Timers of Node hold no longer delay. */
const TIMER_MS_MAX = 2_147_483_647;

/** The clocks, the chance and the timers of this process. */
export const SYSTEM_PORTS: KademliaPorts = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  random: (length) => Uint8Array.from(randomBytes(length)),
  setTimer(delayMs, callback) {
    let reading: NodeJS.Immediate | undefined;
    // After the process stood still, timers go off before sockets are read: what was answered in time shall be read first.
    const wentOff = (): void => void (reading = setImmediate(callback).unref());
    const timer = setTimeout(wentOff, Math.min(delayMs, TIMER_MS_MAX)).unref();
    return () => {
      clearTimeout(timer);
      clearImmediate(reading);
    };
  },
};

/** A number from 0 up to, not including, 1. */
export function chanceOf(random: RandomBytes): number {
  const [a, b, c, d] = random(4) as unknown as [number, number, number, number];
  return (a * 0x1_00_00_00 + b * 0x1_00_00 + c * 0x1_00 + d) / 0x1_00_00_00_00;
}
