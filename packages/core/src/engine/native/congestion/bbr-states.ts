/** Where BBR stands: it starts up, drains the queue of that, and then probes for bandwidth in turns, and for the round trip. */
export type State = 'startup' | 'drain' | 'down' | 'cruise' | 'refill' | 'up' | 'probe-round-trip';

/** How much faster than the bandwidth, and how much more than the way holds: draft-ietf-ccwg-bbr §5.6.1. */
export const GAINS: Readonly<Record<State, { readonly pacing: number; readonly window: number }>> = {
  'startup': { pacing: 2.77, window: 2 },
  'drain': { pacing: 0.5, window: 2 },
  'down': { pacing: 0.9, window: 2 },
  'cruise': { pacing: 1, window: 2 },
  'refill': { pacing: 1, window: 2 },
  'up': { pacing: 1.25, window: 2.25 },
  'probe-round-trip': { pacing: 1, window: 0.5 },
};

/** Whether it takes turns of probing for bandwidth. */
export function isProbing(state: State): boolean {
  return state === 'down' || state === 'cruise' || state === 'refill' || state === 'up';
}
