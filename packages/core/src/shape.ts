/**
 * What the two sides of a call say to each other. `'unary'`: arguments, and then an answer. `'one-way'`: arguments alone,
 * for callers that want no answer. `'stream'`: values that follow each other; {@link StreamSides} says whose.
 */
export type MethodShape = 'unary' | 'one-way' | 'stream';

/**
 * Whose values follow each other. `'server'`: the handler answers with many. `'client'`: the caller sends many, as the last
 * argument, and gets one answer. `'both'`: both at once.
 */
export type StreamSides = 'server' | 'client' | 'both';

export const STREAM_SIDES = ['server', 'client', 'both'] as const satisfies readonly StreamSides[];

/** Whether the handler answers with many values, so that a stub gives a stream. */
export function answersMany(sides: StreamSides | undefined): boolean {
  return sides === 'server' || sides === 'both';
}

/** Whether the caller sends many values, as the last argument. */
export function takesMany(sides: StreamSides | undefined): boolean {
  return sides === 'client' || sides === 'both';
}
