import { bitOf, compareDistance, withFlippedBit, type NodeId } from '../ids/node-id.js';
import { emptyBucket, type Branch, type Bucket, type Entry, type Tree } from './bucket.js';
import type { Contact } from './contact.js';

/** The bucket into which an id belongs. */
export function bucketOf(root: Tree, id: NodeId): Bucket {
  let tree = root;
  while (tree.kind === 'branch') tree = tree.sides[bitOf(id, tree.bit)];
  return tree;
}

/** All buckets, in the order of their prefixes. */
export function bucketsOf(root: Tree): Bucket[] {
  const buckets: Bucket[] = [];
  const rest = [root];
  for (let tree = rest.pop(); tree !== undefined; tree = rest.pop()) {
    if (tree.kind === 'bucket') buckets.push(tree);
    else rest.push(tree.sides[1], tree.sides[0]);
  }
  return buckets;
}

/** Splits a bucket, and gives the tree with the two halves in its place. */
export function split(root: Tree, bucket: Bucket, own: NodeId): Tree {
  const branch = halvesOf(bucket, own);
  if (root === bucket) return branch;
  let parent = root as Branch;
  for (;;) {
    const side = bitOf(bucket.prefix, parent.bit);
    const next = parent.sides[side];
    if (next === bucket) {
      parent.sides[side] = branch;
      return root;
    }
    parent = next as Branch;
  }
}

function halvesOf({ prefix, bits, holdsOwn, lookedIntoAt, entries }: Bucket, own: NodeId): Branch {
  const half = (side: 0 | 1): Bucket =>
    emptyBucket({
      prefix: bitOf(prefix, bits) === side ? prefix : withFlippedBit(prefix, bits),
      bits: bits + 1,
      holdsOwn: holdsOwn && bitOf(own, bits) === side,
      lookedIntoAt,
    });
  const sides: [Bucket, Bucket] = [half(0), half(1)];
  for (const entry of entries) sides[bitOf(entry.contact.id, bits)].entries.push(entry);
  // A bucket that may be split is split as soon as it is full, and so has no spares.
  return { kind: 'branch', bit: bits, sides };
}

/**
 * The contacts nearest to a target, nearest first: exactly, not nearly. At each branch, all ids of the target's side are nearer than all of
 * the other side, so that whole buckets follow each other and only within one is there anything to sort.
 */
export function closestIn(root: Tree, target: NodeId, count: number, wanted: (entry: Entry) => boolean): Contact[] {
  const closest: Contact[] = [];
  const rest = [root];
  for (let tree = rest.pop(); tree !== undefined && closest.length < count; tree = rest.pop()) {
    if (tree.kind === 'branch') {
      const near = bitOf(target, tree.bit);
      rest.push(tree.sides[near === 0 ? 1 : 0], tree.sides[near]);
      continue;
    }
    const found = tree.entries.filter(wanted).map(({ contact }) => contact);
    found.sort((a, b) => compareDistance(target, a.id, b.id));
    for (const contact of found.slice(0, count - closest.length)) closest.push(contact);
  }
  return closest;
}
