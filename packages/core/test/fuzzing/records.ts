/**
 * Inputs of targets that run whole conversations: a row of records of eight bytes each, of which the first says how the parties
 * are set up, and every other one what happens next. All bytes mean something, so any change gives another conversation.
 */
import type { Draw } from './draw';
import { mutateBytes, spliced } from './mutations';

export const RECORD_BYTES = 8;
const RECORDS_MAX = 120;

/** What happens next: which of the things that may, and seven bytes that say more of it. */
export class Step {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get what(): number {
    return this.byte(0);
  }

  byte(index: number): number {
    return this.#bytes[index]!;
  }

  bit(index: number, bit: number): boolean {
    return ((this.byte(index) >> bit) & 1) === 1;
  }

  /** One of a list, which a byte says; undefined of an empty one. */
  pick<T>(index: number, list: readonly T[]): T | undefined {
    return list[this.byte(index) % list.length];
  }

  /** The same of a list that is never empty. */
  one<T>(index: number, list: readonly [T, ...T[]] | readonly T[]): T {
    return list[this.byte(index) % list.length]!;
  }

  /** A number for a generator. */
  get seed(): number {
    return (this.byte(4) << 24) | (this.byte(5) << 16) | (this.byte(6) << 8) | this.byte(7);
  }
}

export function stepsOf(input: Uint8Array): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at + RECORD_BYTES <= input.length; at += RECORD_BYTES)
    steps.push(new Step(input.subarray(at, at + RECORD_BYTES)));
  return steps;
}

/** Conversations out of nothing. */
export function anyRecords(draw: Draw, count: number): Uint8Array {
  return draw.bytes(RECORD_BYTES * count);
}

/** Adds, removes, repeats and exchanges records, and changes bytes in them. */
export function mutateRecords(input: Uint8Array, other: Uint8Array, draw: Draw): Uint8Array {
  let bytes: Uint8Array = input.slice();
  for (let left = draw.few(6); left > 0; left -= 1) bytes = draw.pick(CHANGES)(bytes, other, draw);
  return bytes.subarray(0, RECORDS_MAX * RECORD_BYTES);
}

type Change = (bytes: Uint8Array, other: Uint8Array, draw: Draw) => Uint8Array;

/** Where a record begins, or the end. */
function place(bytes: Uint8Array, draw: Draw): number {
  return draw.below(Math.floor(bytes.length / RECORD_BYTES) + 1) * RECORD_BYTES;
}

function some(bytes: Uint8Array, at: number, draw: Draw): Uint8Array {
  return bytes.slice(at, at + RECORD_BYTES * draw.few(12));
}

const insert: Change = (bytes, _other, draw) => spliced(bytes, place(bytes, draw), 0, anyRecords(draw, draw.few(4)));

const change: Change = (bytes, other, draw) => {
  const at = place(bytes, draw);
  const record = bytes.slice(at, at + RECORD_BYTES);
  if (record.length < RECORD_BYTES) return insert(bytes, other, draw);
  record[draw.below(RECORD_BYTES)] = draw.chance(0.5) ? draw.below(256) : draw.below(24);
  return spliced(bytes, at, RECORD_BYTES, record);
};

const CHANGES: readonly Change[] = [
  insert,
  insert,
  change,
  change,
  change,
  (bytes, _other, draw) => {
    const at = place(bytes, draw);
    return spliced(bytes, at, some(bytes, at, draw).length, new Uint8Array(0));
  },
  (bytes, _other, draw) => spliced(bytes, place(bytes, draw), 0, some(bytes, place(bytes, draw), draw)),
  (bytes, other, draw) => spliced(bytes, place(bytes, draw), 0, some(other, place(other, draw), draw)),
  (bytes, other, draw) => {
    const at = place(bytes, draw);
    return spliced(bytes, at, bytes.length - at, other.subarray(place(other, draw)));
  },
  (bytes, _other, draw) => {
    const at = Math.max(RECORD_BYTES, place(bytes, draw));
    const record = some(bytes, at, draw);
    return spliced(
      spliced(bytes, Math.min(at, bytes.length), record.length, new Uint8Array(0)),
      Math.min(place(bytes, draw), bytes.length - record.length),
      0,
      record,
    );
  },
  (bytes, other, draw) => mutateBytes(bytes, other, draw),
];
