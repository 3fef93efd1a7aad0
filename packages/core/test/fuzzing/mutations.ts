/** Changes that know nothing of what the bytes mean, and those for inputs that are rows of records of one length. */
import type { Draw } from './draw';

/** No input gets longer than this, in bytes. */
export const INPUT_BYTES_MAX = 4096;

const WORTHWHILE = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 65, 127, 128, 129, 191, 192, 223, 224, 254, 255];

type Change = (bytes: Uint8Array, other: Uint8Array, draw: Draw) => Uint8Array;

/** Changes bytes a few times. */
export function mutateBytes(input: Uint8Array, other: Uint8Array, draw: Draw): Uint8Array {
  let bytes: Uint8Array = input.slice();
  for (let left = draw.few(6); left > 0; left -= 1) bytes = draw.pick(CHANGES)(bytes, other, draw);
  return bytes.subarray(0, INPUT_BYTES_MAX);
}

/** Puts `middle` in place of some bytes, as far as they are there. */
export function spliced(bytes: Uint8Array, at: number, removed: number, middle: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, at);
  const tail = bytes.subarray(at + removed);
  const joined = new Uint8Array(head.length + middle.length + tail.length);
  joined.set(head);
  joined.set(middle, head.length);
  joined.set(tail, head.length + middle.length);
  return joined;
}

function withByte(bytes: Uint8Array, draw: Draw, change: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return draw.bytes(1);
  const at = draw.below(bytes.length);
  bytes[at] = change(bytes[at]!);
  return bytes;
}

const CHANGES: readonly Change[] = [
  (bytes, _other, draw) => withByte(bytes, draw, (byte) => byte ^ (1 << draw.below(8))),
  (bytes, _other, draw) => withByte(bytes, draw, (byte) => byte ^ (1 << draw.below(8))),
  (bytes, _other, draw) => withByte(bytes, draw, () => draw.pick(WORTHWHILE)),
  (bytes, _other, draw) => withByte(bytes, draw, (byte) => byte + draw.below(9) - 4),
  (bytes, _other, draw) => withByte(bytes, draw, () => draw.below(256)),
  (bytes, _other, draw) => spliced(bytes, draw.below(bytes.length + 1), 0, draw.bytes(draw.few(8))),
  (bytes, _other, draw) => spliced(bytes, draw.below(bytes.length + 1), 0, Uint8Array.of(draw.pick(WORTHWHILE))),
  (bytes, _other, draw) => bytes.subarray(0, draw.below(bytes.length + 1)),
  (bytes, _other, draw) => {
    const at = draw.below(bytes.length + 1);
    return spliced(bytes, at, Math.min(draw.few(16), bytes.length - at), NOTHING);
  },
  (bytes, _other, draw) => {
    const at = draw.below(bytes.length + 1);
    return spliced(bytes, at, 0, bytes.slice(at, at + draw.few(32)));
  },
  (bytes, other, draw) => {
    const from = draw.below(other.length + 1);
    const piece = other.subarray(from, from + 1 + draw.below(40));
    const at = draw.below(bytes.length + 1);
    return spliced(bytes, at, draw.chance(0.5) ? Math.min(piece.length, bytes.length - at) : 0, piece);
  },
  (bytes, other, draw) => {
    const at = draw.below(bytes.length + 1);
    return spliced(bytes, at, bytes.length - at, other.subarray(draw.below(other.length + 1)));
  },
];

const NOTHING = new Uint8Array(0);
