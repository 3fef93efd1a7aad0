import { compareDistance, type NodeId } from '../ids/node-id.js';
import type { Scalar } from '../records/record.js';
import type { Contact } from '../table/contact.js';
import type { Found } from './found.js';

interface Candidate {
  readonly value: Scalar;
  /** Who says so. */
  readonly from: Contact[];
  /** How many do, this node included. */
  count: number;
}

/** What holders of a scalar say it is. Nobody can tell which of two is newer, so the majority decides. */
export class Votes {
  readonly #key: NodeId;
  readonly #candidates = new Map<string, Candidate>();

  constructor(key: NodeId) {
    this.#key = key;
  }

  /** @param from Undefined for this node. */
  add(value: Scalar, from: Contact | undefined): void {
    const name = nameOf(value);
    const candidate = this.#candidates.get(name) ?? { value, from: [], count: 0 };
    this.#candidates.set(name, candidate);
    candidate.count += 1;
    if (from !== undefined) candidate.from.push(from);
  }

  /** Whether so many say the same. */
  agreed(quorum: number): boolean {
    for (const { count } of this.#candidates.values()) if (count >= quorum) return true;
    return false;
  }

  /** What most say; of several, what the nearest to the key says. */
  get result(): Found<Scalar> {
    const candidates = [...this.#candidates.values()];
    for (const { from } of candidates) from.sort((a, b) => compareDistance(this.#key, a.id, b.id));
    candidates.sort((a, b) => b.count - a.count || this.#compareNearest(a, b));
    const [first] = candidates;
    return first === undefined ? { found: false } : { found: true, value: first.value, from: first.from };
  }

  #compareNearest(a: Candidate, b: Candidate): number {
    const [nearA, nearB] = [a.from[0], b.from[0]];
    if (nearA === undefined || nearB === undefined) return nearA === nearB ? 0 : nearA === undefined ? -1 : 1;
    return compareDistance(this.#key, nearA.id, nearB.id);
  }
}

function nameOf(value: Scalar): string {
  return value instanceof Uint8Array
    ? `bytes ${Buffer.from(value).toString('latin1')}`
    : `${typeof value} ${String(value)}`;
}
