import { digestOf } from '../../src/ids/key';
import { idText, type NodeId } from '../../src/ids/node-id';
import type { Contact } from '../../src/table/contact';
import { SimulatedWorld } from '../simulated-nodes';

/** What is looked for. */
const WORD = 'greeting';
const NODES = 150;
/** As few as fit beside the picture. */
const K = 8;
const ALPHA = 3;

/** A lookup as it happened, for the page that shows it. Nodes are named by their index. */
export interface RecordedLookup {
  readonly seed: number;
  readonly word: string;
  readonly target: string;
  readonly k: number;
  readonly alpha: number;
  readonly calls: number;
  readonly hops: number;
  /** Each by the first digits of its id, and how far it is from the target: how often the space is to be halved. */
  readonly nodes: readonly (readonly [id: string, halvings: number])[];
  /** Who looks. */
  readonly from: number;
  /** What it knew before. */
  readonly known: readonly number[];
  /** Nodes that have gone, without a word. */
  readonly dead: readonly number[];
  /** Answers, as they came: from whom, when in milliseconds, and whom it named that was new. */
  readonly steps: readonly (readonly [from: number, ms: number, named: readonly number[]])[];
  /** Nearest first. */
  readonly nearest: readonly number[];
}

/** Runs a network whose nodes are known to few, lets some die, and looks for a word. */
export async function recordLookup(seed: number): Promise<RecordedLookup> {
  const world = new SimulatedWorld({ seed, latencyMs: 20, jitterMs: 20 });
  const options = { k: K, alpha: ALPHA };
  for (let count = 0; count < NODES; count += 1) await world.add(options, { wires: ['native'] });
  const all = [...world.inhabitants];
  const indexes = new Map(all.map(({ node }, index) => [idText(node.id), index]));
  const indexOf = ({ id }: Contact): number => indexes.get(idText(id))!;
  const dead = Array.from({ length: NODES / 5 }, () => world.any());
  for (const each of new Set(dead)) world.kill(each);
  const target = digestOf(WORD);
  const from = farthest(world, target);
  const known = from.contacts('native').map(indexOf);
  const heard = new Set(known);
  const began = world.network.clock.now;
  const lookup = from.lookup(target);
  const steps: [number, number, number[]][] = [];
  const read = async (): Promise<void> => {
    for await (const { contact, heard: named } of lookup) {
      const news = named.map(indexOf).filter((index) => !heard.has(index));
      for (const index of news) heard.add(index);
      steps.push([indexOf(contact), Math.round(world.network.clock.now - began), news]);
    }
  };
  await world.network.until(read());
  const nearest = (await lookup.nodes).map(indexOf);
  const recorded: RecordedLookup = {
    seed,
    word: WORD,
    target: idText(target),
    k: K,
    alpha: ALPHA,
    calls: lookup.calls,
    hops: lookup.hops,
    nodes: all.map(({ node: { id } }) => [idText(id).slice(0, 8), halvings(id, target)]),
    from: indexes.get(idText(from.id))!,
    known,
    dead: [...new Set(dead)].map(({ node: { id } }) => indexes.get(idText(id))!),
    steps,
    nearest,
  };
  await world.close();
  return recorded;
}

function farthest(world: SimulatedWorld, target: NodeId): SimulatedWorld['inhabitants'][number]['node'] {
  const distance = ({ node: { id } }: SimulatedWorld['inhabitants'][number]): number => halvings(id, target);
  return [...world.inhabitants].sort((a, b) => distance(a) - distance(b))[0]!.node;
}

/** How often the space of ids is to be halved around the target until an id is at its edge: more is nearer. */
function halvings(id: NodeId, target: NodeId): number {
  let distance = 0;
  for (let byte = 0; byte < 6; byte += 1) distance = distance * 256 + (id[byte]! ^ target[byte]!);
  return Math.round(100 * (48 - Math.log2(Math.max(1, distance)))) / 100;
}
