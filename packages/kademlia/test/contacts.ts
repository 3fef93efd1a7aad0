import { contactOf, type Contact } from '../src/table/contact';
import { compareDistance, type NodeId } from '../src/ids/node-id';

/** An id from its hexadecimal text, filled up with zeros. */
export function id(hex: string): NodeId {
  return Uint8Array.from(Buffer.from(hex.padEnd(40, '0'), 'hex'));
}

/** A contact with an address of its own. */
export function contact(of: NodeId | string, number: number): Contact {
  return contactOf(typeof of === 'string' ? id(of) : of, `10.0.${number >> 8}.${number & 255}`, 1000 + number);
}

/** What a right answer is: all sorted, the first of them. */
export function bruteForce(all: readonly Contact[], target: NodeId, count: number): Contact[] {
  return [...all].sort((a, b) => compareDistance(target, a.id, b.id)).slice(0, count);
}
