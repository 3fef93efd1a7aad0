/** Packet numbers, which count without end, and their low 32 bits, which is what packets carry: docs/protocol.md §2. */
import type { AckFrame, AckRange } from './frame-types.js';

const NUMBERS = 2 ** 32;
const HALF = NUMBERS / 2;

/** The number nearest to the one that is expected whose low 32 bits are these: RFC 9000 appendix A.3. Never below 0. */
export function expandPacketNumber(low: number, expected: number): number {
  const candidate = Math.floor(expected / NUMBERS) * NUMBERS + low;
  if (candidate <= expected - HALF) return candidate + NUMBERS;
  return candidate > expected + HALF && candidate >= NUMBERS ? candidate - NUMBERS : candidate;
}

/**
 * The ranges of an ACK frame as whole numbers; undefined if it counts down below 0.
 *
 * @param next The next number that the frame's receiver would send.
 */
export function expandAckRanges({ ranges }: AckFrame, next: number): readonly AckRange[] | undefined {
  const low = ranges[0]!.end;
  const above = expandPacketNumber(low, next - 1) - low;
  if (ranges.at(-1)!.start + above < 0) return undefined;
  return above === 0 ? ranges : ranges.map(({ start, end }) => ({ start: start + above, end: end + above }));
}
