import type { Contact, NodeId } from '@rpcudp/kademlia';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { LookupPicture } from './lookup-picture.js';
import { JsonView, LineView, type Distances, type LookupView } from './lookup-view.js';
import type { TypedKey } from './key.js';
import type { Network } from './network.js';
import { saltOf } from './record-options.js';

/**
 * Finds the nodes nearest to a key. Each answer is told as it comes: drawn on a terminal, in lines elsewhere.
 *
 * @throws CommandFailure if nobody answers
 */
export async function lookup({ node, options, signal }: Network, word: string, typed: TypedKey): Promise<void> {
  const [kademlia, { compareDistance, isNodeId, sharedPrefixBits }] = await Promise.all([
    import('@rpcudp/kademlia'),
    import('@rpcudp/kademlia/parts'),
  ]);
  const target = targetOf(typed);
  const distances = {
    bits: ({ id }: Contact): number => sharedPrefixBits(target, id),
    compare: (a: Contact, b: Contact): number => compareDistance(target, a.id, b.id),
  };
  const view = viewFor(options.json === true, distances);
  const started = performance.now();
  const running = node.lookup(target, { wire: options.wire, signal });
  view.begin(word, target);
  for await (const step of running) view.answered(step);
  const nearest = await running.nodes;
  if (nearest.length === 0) throw new CommandFailure(ExitCode.silence, 'No node has answered. Raise --timeout.');
  const ms = performance.now() - started;
  view.end({ nearest, calls: running.calls, hops: running.hops, ms, whole: !signal.aborted });

  function targetOf(of: TypedKey): NodeId {
    if (of.kind === 'immutable') return of.key;
    if (of.kind === 'signed') return kademlia.signedKey(of.publicKey, saltOf(options));
    return of.key instanceof Uint8Array && isNodeId(of.key) ? of.key : kademlia.digestOf(of.key);
  }
}

function viewFor(json: boolean, distances: Distances): LookupView {
  if (json) return new JsonView();
  return process.stdout.isTTY ? new LookupPicture(distances, process.stdout) : new LineView(distances);
}
