/**
 * How far the source of a stream may be ahead of whoever reads it: the window, and the value that comes next. The window stays
 * as it is at first for a reader that takes half of it in more than two round trips.
 */
export const AHEAD_OF_SLOW_MAX = 256 + 1;
export const AHEAD_MAX = 2_048 + 1;

/** Reads values, rests after each as long as it is told, and gives how many there were. */
export async function readSlowly(
  values: AsyncIterable<Uint8Array>,
  restAfter: (taken: number) => Promise<void> | undefined,
): Promise<number> {
  let taken = 0;
  for await (const value of values) {
    if (indexOf(value) !== taken) throw new Error(`Value ${indexOf(value)} came after ${taken} others.`);
    taken += 1;
    const rest = restAfter(taken);
    if (rest !== undefined) await rest;
  }
  return taken;
}

/** A value that says which it is. */
export function valueAt(index: number, bytes: number): Uint8Array {
  const value = new Uint8Array(bytes);
  new DataView(value.buffer).setUint32(0, index);
  return value;
}

function indexOf(value: Uint8Array): number {
  return new DataView(value.buffer, value.byteOffset).getUint32(0);
}
