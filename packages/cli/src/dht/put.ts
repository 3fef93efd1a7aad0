import type { ImmutableRecord, SignedRecord, SigningKeys } from '@rpcudp/kademlia';
import { misuse } from '../failure.js';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import { nodes, notStored } from './actions.js';
import { immutableName, signedName } from './key.js';
import type { Network } from './network.js';
import { saltOf, ttlOf } from './record-options.js';

/** A record, and what `get` takes to find it. */
interface NamedRecord {
  readonly name: string;
  readonly record: ImmutableRecord | SignedRecord;
  /** For a signed one: the number that the one before must have. */
  readonly cas?: number;
}

/**
 * Stores a record, prints its key, and says beside that at how many nodes: what is printed can be given to `get`.
 *
 * @param keys Who signs it; undefined for an immutable one.
 * @throws CommandFailure if none has taken it
 */
export async function put(network: Network, bytes: Uint8Array, keys: SigningKeys | undefined): Promise<void> {
  const { node, options, signal } = network;
  const { name, record, cas } = await (keys === undefined ? immutableOf(bytes) : signedOf(network, keys, bytes));
  const ttlMs = ttlOf(options);
  const { stored, holders, refusals } = await node.put(record, {
    signal,
    ...(record.kind === 'immutable' ? { ttlMs } : {}),
    ...(cas === undefined ? {} : { cas }),
  });
  if (!stored) throw notStored(name, refusals);
  const { seq, expiresAt } = record.kind === 'signed' ? record : { expiresAt: Date.now() + ttlMs };
  if (options.json === true) {
    const addresses = holders.map(({ address }) => address);
    return print(jsonOf({ key: name, ...(seq === undefined ? {} : { seq }), expiresAt, holders: addresses, refusals }));
  }
  print(name);
  process.stderr.write(`stored at ${nodes(holders.length)}${seq === undefined ? '' : `, seq ${seq}`}\n`);
}

async function immutableOf(bytes: Uint8Array): Promise<NamedRecord> {
  const { immutable, recordKey } = await import('@rpcudp/kademlia');
  const record = inRange(() => immutable(bytes));
  return { record, name: immutableName(recordKey(record)) };
}

async function signedOf(network: Network, keys: SigningKeys, bytes: Uint8Array): Promise<NamedRecord> {
  const { signed } = await import('@rpcudp/kademlia');
  const { options } = network;
  const salt = saltOf(options);
  const { seq, ...cas } = await numbersOf(network, keys, salt);
  const record = inRange(() => signed(keys, bytes, { salt, seq, expiresAt: Date.now() + ttlOf(options) }));
  return { record, name: signedName(keys.publicKey), ...cas };
}

/** Without a number of its own, a record is the one after that which is found, and takes the place of no other one. */
async function numbersOf(
  { node, options, signal }: Network,
  { publicKey }: SigningKeys,
  salt: string | Uint8Array,
): Promise<{ readonly seq: number; readonly cas?: number }> {
  const { seq, cas } = options;
  if (seq !== undefined) return { seq, ...(cas === undefined ? {} : { cas }) };
  const before = await node.getSigned(publicKey, { salt, signal });
  if (!before.found) return { seq: 1, ...(cas === undefined ? {} : { cas }) };
  return { seq: before.value.seq + 1, cas: cas ?? before.value.seq };
}

/** @throws CommandFailure for what no record may be: too many bytes, a salt that is too long */
function inRange<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw misuse(`The record: ${error.message}`, error);
    throw error;
  }
}
