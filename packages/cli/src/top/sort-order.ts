import type { MethodFigures, PeerFigures } from '../inspection/figures.js';

/** By what rows are sorted, and the key that says so. */
export const SORT_ORDERS = { calls: 'c', time: 't', failed: 'f', name: 'n' } as const;

export type SortOrder = keyof typeof SORT_ORDERS;

export const SORT_NAMES = Object.keys(SORT_ORDERS) as SortOrder[];

/** Undefined if the key means something else. */
export function orderOf(key: string): SortOrder | undefined {
  return SORT_NAMES.find((order) => SORT_ORDERS[order] === key);
}

/** What is most comes first, and names as in a book; the name decides between equals, so that rows do not jump. */
export function sortedMethods(methods: readonly MethodFigures[], order: SortOrder): MethodFigures[] {
  const most = {
    calls: ({ callsPerSecond, total }: MethodFigures) => callsPerSecond + total * Number.EPSILON,
    time: ({ p99Ms = -1 }: MethodFigures) => p99Ms,
    failed: ({ failedPerSecond }: MethodFigures) => failedPerSecond,
    name: () => 0,
  }[order];
  return [...methods].sort((a, b) => most(b) - most(a) || compare(a.name, b.name) || compare(a.side, b.side));
}

export function sortedPeers(peers: readonly PeerFigures[], order: SortOrder): PeerFigures[] {
  const most = {
    calls: ({ datagramsPerSecond }: PeerFigures) => datagramsPerSecond,
    time: ({ roundTripMs = -1 }: PeerFigures) => roundTripMs,
    failed: ({ loss }: PeerFigures) => loss,
    name: () => 0,
  }[order];
  return [...peers].sort((a, b) => most(b) - most(a) || compare(a.address, b.address));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
