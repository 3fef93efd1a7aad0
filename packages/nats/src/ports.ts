import { randomBytes } from 'node:crypto';
import type { TransportPorts } from '@rpcudp/core/endpoint';

/** What a driver needs of the world, from Node. */
export function portsOf(received: () => number): TransportPorts {
  return {
    now: () => performance.now(),
    wallClock: () => Date.now(),
    random: (length) => randomBytes(length),
    setTimer: (delayMs, callback) => {
      const timer = setTimeout(callback, Math.ceil(delayMs));
      return () => clearTimeout(timer);
    },
    defer: (callback) => void setImmediate(callback),
    received,
  };
}
