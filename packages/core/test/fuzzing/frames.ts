/** Frames that nobody in their right mind would send, and some that they would. */
import {
  ACK,
  CALL,
  CANCEL,
  CLOSE,
  CREDIT,
  END,
  FAILURE,
  HELLO,
  ITEM,
  ITEM_PART,
  LATER,
  PADDING,
  PART,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  PING,
  RESULT,
  STOP,
} from '../../src/wire/native/frames';
import type { Draw } from './draw';

const NUMBERS = [0, 1, 2, 3, 31, 32, 33, 63, 64, 255, 1023, 16383, 16384, 65535, 2 ** 20, 2 ** 29, 2 ** 30 - 1];

/** A few frames in a row. */
export function anyFrames(draw: Draw): Uint8Array {
  const bytes: number[] = [];
  for (let left = draw.few(5); left > 0; left -= 1) bytes.push(...anyFrame(draw));
  return Uint8Array.from(bytes);
}

/** A varint, in its shortest form or in a longer one. */
export function varint(value: number, draw?: Draw): number[] {
  const longer = draw?.chance(0.1) === true;
  if (value < 64 && !longer) return [value];
  if (value < 16384 && !longer) return [0x40 | (value >> 8), value & 0xff];
  return [0x80 | (value >> 24), (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}

function anyNumber(draw: Draw): number[] {
  return varint(draw.chance(0.5) ? draw.below(12) : draw.pick(NUMBERS), draw);
}

function uint32(draw: Draw): number[] {
  return draw.chance(0.5) ? [0, 0, 0, draw.below(40)] : [...draw.bytes(4)];
}

/** A length and so many bytes; now and then the length is wrong. */
function block(draw: Draw, most = 24): number[] {
  const bytes = [...draw.bytes(draw.below(most + 1))];
  const length = draw.chance(0.1) ? Math.max(0, bytes.length + draw.below(5) - 2) : bytes.length;
  return [...varint(length, draw), ...bytes];
}

const FRAMES: readonly ((draw: Draw) => number[])[] = [
  (draw) => [draw.pick([PADDING, PING, CLOSE, LATER])],
  (draw) => {
    const ranges = draw.chance(0.9) ? draw.few(4) : draw.below(36);
    const rest = Array.from({ length: Math.max(0, 2 * (ranges - 1)) }, () => anyNumber(draw)).flat();
    return [ACK, ...uint32(draw), ...anyNumber(draw), ...varint(ranges, draw), ...anyNumber(draw), ...rest];
  },
  (draw) => [HELLO, ...anyNumber(draw), ...anyNumber(draw), ...anyNumber(draw), ...features(draw)],
  (draw) => {
    const flags = draw.chance(0.9) ? draw.below(draw.chance(0.7) ? 16 : 64) : draw.below(256);
    const metadata = (flags & 8) === 0 ? [] : block(draw);
    const credit = (flags & 0x10) === 0 ? [] : [...anyNumber(draw), ...anyNumber(draw)];
    const head = [CALL, ...anyNumber(draw), flags, ...uint32(draw), ...anyNumber(draw)];
    return [...head, ...credit, ...metadata, ...block(draw)];
  },
  (draw) => [RESULT, ...anyNumber(draw), ...block(draw)],
  (draw) => [FAILURE, ...anyNumber(draw), draw.below(24), draw.below(4), ...block(draw)],
  (draw) => [PART, ...anyNumber(draw), draw.below(3), ...anyNumber(draw), ...anyNumber(draw), ...block(draw, 60)],
  (draw) => [CANCEL, ...anyNumber(draw)],
  (draw) => [ITEM, ...anyNumber(draw), draw.below(3), ...anyNumber(draw), ...block(draw)],
  (draw) => {
    const place = [...anyNumber(draw), ...anyNumber(draw), ...anyNumber(draw)];
    return [ITEM_PART, ...anyNumber(draw), draw.below(3), ...place, ...block(draw, 60)];
  },
  (draw) => [CREDIT, ...anyNumber(draw), draw.below(3), ...anyNumber(draw), ...anyNumber(draw), ...anyNumber(draw)],
  (draw) => {
    const code = draw.pick([255, draw.below(24)]);
    return [END, ...anyNumber(draw), draw.below(3), ...anyNumber(draw), code, ...block(draw)];
  },
  (draw) => [STOP, ...anyNumber(draw)],
  (draw) => [draw.pick([PATH_CHALLENGE, PATH_RESPONSE]), ...draw.bytes(8)],
  (draw) => [...draw.bytes(draw.few(6))],
];

/** One frame, mostly well-formed. */
export function anyFrame(draw: Draw): number[] {
  return draw.pick(FRAMES)(draw);
}

function features(draw: Draw): number[] {
  const bytes: number[] = [];
  for (let left = draw.below(3); left > 0; left -= 1) bytes.push(...varint(draw.below(6)), ...block(draw, 20));
  return [...varint(bytes.length, draw), ...bytes];
}
