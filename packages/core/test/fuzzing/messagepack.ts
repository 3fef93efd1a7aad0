/** Bytes of MessagePack values of every form, and of some that only look like one. */
import * as exact from '../../src/codec/exact-types';
import type { Draw } from './draw';

const WORDS = [
  '',
  'a',
  'b',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'message',
  'name',
  'cause',
  'errors',
  'stack',
  '\ufeffa',
  'then',
  'toJSON',
  '0',
  '-1',
  'length',
  'é蛇🐍',
  'http://a/',
  'a+',
  'gi',
  '(?<x>a)',
  '[',
  '\\p{L}',
];

/** The one key that no map may have. */
const PROTO = [0xa9, ...Buffer.from('__proto__')];

/** A value nested at most so deep. */
export function anyMessagePack(draw: Draw, depth: number): number[] {
  return draw.pick(depth > 0 && draw.chance(0.7) ? NESTED : LEAVES)(draw, depth - 1);
}

type Make = (draw: Draw, depth: number) => number[];

/** A big-endian number. */
function uint(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) % 256);
}

/** Mostly the true one. */
function length(draw: Draw, true_: number): number {
  return draw.chance(0.95) ? true_ : draw.chance(0.5) ? true_ + draw.below(5) - 2 : draw.below(2 ** 32);
}

function text(draw: Draw): number[] {
  const bytes = [...(draw.chance(0.9) ? Buffer.from(draw.pick(WORDS)) : draw.bytes(draw.below(40)))];
  const size = length(draw, bytes.length);
  const heads = [
    [0xd9, ...uint(size, 1)],
    [0xda, ...uint(size, 2)],
    [0xdb, ...uint(size, 4)],
  ];
  return [...(size >= 0 && size < 32 && draw.chance(0.8) ? [0xa0 | size] : draw.pick(heads)), ...bytes];
}

/** An extension, in one of its forms. */
function extension(draw: Draw, type: number, content: readonly number[]): number[] {
  const size = length(draw, content.length);
  const fixed = [1, 2, 4, 8, 16].indexOf(size);
  if (fixed >= 0 && draw.chance(0.8)) return [0xd4 + fixed, type & 0xff, ...content];
  const heads = [
    [0xc7, ...uint(size, 1)],
    [0xc8, ...uint(size, 2)],
    [0xc9, ...uint(size, 4)],
  ];
  return [...draw.pick(heads), type & 0xff, ...content];
}

function array(draw: Draw, depth: number): number[] {
  const items = Array.from({ length: draw.below(4) }, () => anyMessagePack(draw, depth));
  const size = length(draw, items.length);
  const head =
    size >= 0 && size < 16 && draw.chance(0.8)
      ? [0x90 | size]
      : draw.pick([
          [0xdc, ...uint(size, 2)],
          [0xdd, ...uint(size, 4)],
        ]);
  return [...head, ...items.flat()];
}

function map(draw: Draw, depth: number): number[] {
  const key = (): number[] => (draw.chance(0.1) ? PROTO : draw.chance(0.85) ? text(draw) : anyMessagePack(draw, depth));
  const entries = Array.from({ length: draw.chance(0.9) ? draw.below(4) : 14 }, () => [
    ...key(),
    ...anyMessagePack(draw, depth),
  ]);
  const size = length(draw, entries.length);
  const head =
    size >= 0 && size < 16 && draw.chance(0.8)
      ? [0x80 | size]
      : draw.pick([
          [0xde, ...uint(size, 2)],
          [0xdf, ...uint(size, 4)],
        ]);
  return [...head, ...entries.flat()];
}

const LEAVES: readonly Make[] = [
  (draw) => [draw.pick([0x00, 0x7f, 0xc0, 0xc1, 0xc2, 0xc3, 0xe0, 0xff])],
  (draw) => [draw.pick([0xcc, 0xd0]), ...draw.bytes(1)],
  (draw) => [draw.pick([0xcd, 0xd1]), ...draw.bytes(2)],
  (draw) => [draw.pick([0xca, 0xce, 0xd2]), ...draw.bytes(4)],
  (draw) => [
    draw.pick([0xcb, 0xcf, 0xd3]),
    ...(draw.chance(0.5) ? [0, 0x20, 0, 0, 0, 0, 0, draw.below(3)] : draw.bytes(8)),
  ],
  text,
  text,
  (draw) => {
    const bytes = draw.bytes(draw.below(20));
    const size = length(draw, bytes.length);
    return [
      ...draw.pick([
        [0xc4, ...uint(size, 1)],
        [0xc5, ...uint(size, 2)],
        [0xc6, ...uint(size, 4)],
      ]),
      ...bytes,
    ];
  },
  (draw) => extension(draw, -1, [...draw.bytes(draw.pick([4, 8, 12]))]),
  (draw) => extension(draw, draw.pick([0, 1, 2, 95, 107, 127, -2]), [...draw.bytes(draw.below(6))]),
  (draw) => extension(draw, exact.UNDEFINED, []),
  (draw) => extension(draw, exact.INVALID_DATE, []),
  (draw) => extension(draw, exact.BIGINT, [draw.below(3), ...draw.bytes(draw.below(12))]),
  (draw) => extension(draw, exact.BINARY, [draw.below(14), ...draw.bytes(draw.pick([0, 1, 4, 8, 16]))]),
  (draw) =>
    extension(draw, exact.URL_TEXT, [
      ...Buffer.from(draw.pick(['http://a/', 'http://a/?b#c', 'x:y', 'a', 'HTTP://A'])),
    ]),
  (draw) => extension(draw, exact.REGEXP, [...text(draw), ...text(draw)]),
  (draw) => extension(draw, exact.HOLES, uint(draw.pick([0, 1, 2, 255, 65535, 65536]), draw.pick([1, 2, 4]))),
  (draw) => extension(draw, exact.REFERENCE, uint(draw.below(6), draw.pick([1, 2, 4]))),
];

const NESTED: readonly Make[] = [
  array,
  array,
  map,
  map,
  (draw, depth) => extension(draw, exact.MAP, map(draw, depth)),
  (draw, depth) => extension(draw, exact.SET, array(draw, depth)),
  (draw, depth) => extension(draw, exact.ERROR, [draw.below(9), ...map(draw, depth), ...map(draw, depth)]),
];
