import { RpcService } from '@rpcudp/core';
import { contractOf } from '@rpcudp/core/service';
import type { SimulatedEndpoint } from '@rpcudp/core/testing';
import { compareDistance, sameId, type NodeId } from '../src/ids/node-id';
import { BUCKET_CONTACTS } from '../src/limits';
import { KademliaNode } from '../src/node/kademlia-node';
import { recordKey, type SignedRecord } from '../src/records/record';
import type { Triple } from '../src/wire/contacts';
import type { Put, PutReply, Query, QueryReply } from '../src/wire/native-messages';
import type { SimulatedWorld } from './simulated-nodes';

/** What liars have agreed on. */
export interface Conspiracy {
  readonly members: Triple[];
  /** Whether they lie already: to get into tables they are honest at first. */
  begun: boolean;
  /** Whether each says that its id is near to whatever is looked for, instead of the one that it joined with. */
  readonly nearby: boolean;
  /** Records that they know of. */
  readonly seen: SignedRecord[];
  /** How often they have lied. */
  lies: number;
}

/** A record that its owner never signed, newer than the one that is known. */
export function forged(record: SignedRecord): SignedRecord {
  return { ...record, seq: record.seq + 1, value: Uint8Array.from(Buffer.from('forged')) };
}

/** A node that names nobody but its fellows, makes records up, keeps none, and says that it does. */
@RpcService({ name: 'Kademlia', version: '1' })
export class Liar extends KademliaNode {
  conspiracy: Conspiracy | undefined;

  override answer(query: Query): QueryReply {
    const reply = super.answer(query);
    const { conspiracy } = this;
    if (conspiracy?.begun !== true) return reply;
    conspiracy.lies += 1;
    const { key, want } = query;
    const { members, seen } = conspiracy;
    const own = members.findIndex(([id]) => sameId(id, this.id));
    const named = members.map(([id, host, port], index): Triple => [this.#called(key, index, id), host, port]);
    // Those who may call themselves what they like name others each, and all of them together.
    if (conspiracy.nearby) named.push(...named.splice(0, own));
    else named.sort(([a], [b]) => compareDistance(key, a, b));
    const known = want === 'signed' ? seen.find((record) => sameId(recordKey(record), key)) : undefined;
    const found = known && { found: { record: forged(known) } };
    const closer = named.slice(0, BUCKET_CONTACTS);
    return { id: this.#called(key, own, this.id), closer, token: reply.token, ...found };
  }

  override accept(put: Put, token: Uint8Array): PutReply {
    return this.conspiracy?.begun === true ? { outcome: 'stored' } : super.accept(put, token);
  }

  #called(key: NodeId, index: number, id: NodeId): NodeId {
    return this.conspiracy?.nearby === true ? near(key, index + 1) : id;
  }
}

/** An id that is nearer to a key than any that is chosen by chance. */
export function near(key: NodeId, index: number): NodeId {
  const id = Uint8Array.from(key);
  id[18]! ^= index >> 8;
  id[19]! ^= index & 255;
  return id;
}

/** Has a liar join, honest so far. */
export async function addLiar(
  world: SimulatedWorld,
  conspiracy: Conspiracy,
  id: NodeId = world.random.bytes(20),
): Promise<SimulatedEndpoint> {
  const endpoint = world.bind({ wires: ['native'] });
  const bootstrap = world.inhabitants.length === 0 ? [] : [world.any().endpoint.address];
  const liar = await world.network.until(Liar.join(endpoint, { ports: world.ports, bootstrap, id }));
  liar.conspiracy = conspiracy;
  const { host, port } = endpoint.address;
  conspiracy.members.push([liar.id, host, port]);
  return endpoint;
}

/** Gives a record to a node, whether or not it is near to its key, and tells what became of it. */
export async function press(
  world: SimulatedWorld,
  from: SimulatedEndpoint,
  to: SimulatedEndpoint,
  record: SignedRecord,
): Promise<string> {
  const { methods } = contractOf(KademliaNode);
  const peer = from.peer(to.address, { wire: 'native' });
  const query: Query = { key: recordKey(record), want: 'nodes' };
  const answer = await world.network.until(peer.call(methods.get('answer')!, [query]));
  if (!answer.received) return 'silence';
  const put: Put = { record, ttlMs: 604_800_000 };
  const reply = await world.network.until(peer.call(methods.get('accept')!, [put, (answer.value as QueryReply).token]));
  return reply.received ? (reply.value as PutReply).outcome : 'silence';
}
