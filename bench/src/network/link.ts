/** What is between the two ends, each way alike, but for the round trip, which is of both ways. */
export interface Link {
  readonly roundTripMs: number;
  readonly lossPercent: number;
  readonly mbit: number;
  /** How much the queue before the line holds, in milliseconds of its rate. */
  readonly queueMs: number;
}

/** Two round trips of the usual link, or what a router at home holds. */
const QUEUE_MS = 100;

const UNITS: Readonly<Record<string, keyof Link>> = { 'ms': 'roundTripMs', '%': 'lossPercent', 'mbit': 'mbit' };

/**
 * Reads `50ms,1%,100mbit`, in any order, and `queue=400ms` beside it where the queue is not of 100 ms. What is left out is that
 * of the usual link: 50 ms, no loss, 100 Mbit/s.
 *
 * @throws Error that says which part is no such thing
 */
export function parseLink(text: string): Link {
  const link: Record<keyof Link, number> = { roundTripMs: 50, lossPercent: 0, mbit: 100, queueMs: QUEUE_MS };
  for (const part of text.split(',')) {
    const [, queue, figure, unit] = /^\s*(queue=)?(\d+(?:\.\d+)?)\s*(ms|%|mbit)\s*$/i.exec(part) ?? [];
    if (figure === undefined || unit === undefined || (queue !== undefined && unit !== 'ms'))
      throw new Error(
        `A link is written as 50ms,1%,100mbit or 50ms,1%,100mbit,queue=400ms. '${part}' is no part of it.`,
      );
    link[queue === undefined ? UNITS[unit.toLowerCase()]! : 'queueMs'] = Number(figure);
  }
  if (link.lossPercent > 100 || link.mbit === 0)
    throw new Error(`A link loses 100 % at most and carries more than 0 Mbit/s: '${text}' does not.`);
  return link;
}

/** The link as tables name it. */
export function nameOf({ roundTripMs, lossPercent, mbit, queueMs }: Link): string {
  const queue = queueMs === QUEUE_MS ? '' : `, queue of ${queueMs} ms`;
  return `${roundTripMs} ms, ${lossPercent} % loss, ${mbit} Mbit/s${queue}`;
}
