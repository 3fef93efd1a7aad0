import type { SimulatedNetwork } from '../../../src/testing';
import type { InterceptorClock } from '../../../src/interceptors';

/** The time of a simulated network, for interceptors. */
export function clockOf({ clock }: SimulatedNetwork): InterceptorClock {
  return { now: () => clock.now, setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback) };
}
