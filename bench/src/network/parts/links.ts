import { parseLink, type Link } from '../link';
import type { Wishes } from './part';

const ROUND_TRIPS_MS = [5, 50, 200];
const RATES_MBIT = [20, 100, 1000];
const LOSSES_PERCENT = [0, 0.1, 1, 3, 10];

/** Those that the command line names, or all that there are, or the usual ones of a part, of which the first is the quick one. */
export function linksOf({ links, all, quick }: Wishes, usual: readonly string[]): Link[] {
  if (links.length > 0) return [...links];
  if (!all) return usual.slice(0, quick ? 1 : usual.length).map(parseLink);
  return ROUND_TRIPS_MS.flatMap((roundTripMs) =>
    RATES_MBIT.flatMap((mbit) =>
      LOSSES_PERCENT.map((lossPercent) => parseLink(`${roundTripMs}ms,${lossPercent}%,${mbit}mbit`)),
    ),
  );
}
