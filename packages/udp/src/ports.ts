import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import process from 'node:process';
import { formatAddress } from '@rpcudp/core';
import type { EndpointPorts, Millis } from '@rpcudp/core/endpoint';
import type { CryptoPort } from '@rpcudp/core/security';
import { AwakeLoop } from './awake-loop.js';
import { BusyPoll } from './busy-poll.js';
import { ElapsedClock } from './elapsed-clock.js';
import { EndpointTimers } from './endpoint-timers.js';
import { RandomPool } from './random-pool.js';
import type { EndpointSocket } from './udp-socket.js';

/** What an endpoint knows of time. */
export interface EndpointClocks {
  readonly clock: ElapsedClock;
  readonly timers: EndpointTimers;
}

/** The timers of an endpoint, by a clock that goes on while the machine sleeps. */
export function timersOf(): EndpointClocks {
  const clock = new ElapsedClock({ monotonic, wall: () => Date.now() }, () => timers.reset());
  const timers = new EndpointTimers(() => clock.now());
  return { clock, timers };
}

/** The one of this thread. By Node's clock itself: whether the machine slept meanwhile is of no interest here. */
const loop = new AwakeLoop({ now: monotonic, nextTurn: (callback) => void setImmediate(callback) });

/** What keeps the loop awake for an endpoint; undefined if nothing does. */
export function busyPollOf(busyPollMs: Millis): BusyPoll | undefined {
  return busyPollMs === 0 ? undefined : new BusyPoll(loop, busyPollMs);
}

/** What the driver needs of the world, from Node. */
export function portsOf(
  socket: EndpointSocket,
  { clock, timers }: EndpointClocks,
  crypto: CryptoPort | undefined,
): EndpointPorts {
  const pool = new RandomPool(randomBytes);
  return {
    now: () => clock.now(),
    wallClock: () => Date.now(),
    random: (length) => pool.take(length),
    crypto,
    place: `${hostname()} ${formatAddress(socket.address)}`,
    setTimer: (delayMs, callback) => timers.set(delayMs, callback),
    defer: (callback) => void setImmediate(callback),
    send: (transmit, failed) => socket.send(transmit, failed),
    hasSentAll: () => socket.hasSentAll,
  };
}

/** The clock that `performance.now()` reads, without that method's look at its receiver, which costs more than the clock. */
function monotonic(): Millis {
  const time = process.hrtime();
  return time[0] * 1e3 + time[1] / 1e6;
}
