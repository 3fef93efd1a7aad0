import type { Contact } from '@rpcudp/kademlia';
import { print } from '../output/print.js';
import { jsonOf, showValue } from '../output/values.js';
import { absent } from './actions.js';
import type { TypedKey } from './key.js';
import type { Network } from './network.js';
import { saltOf } from './record-options.js';

/** A record that was found, as it is shown. */
interface FoundRecord {
  readonly value: Uint8Array;
  readonly from: readonly Contact[];
  /** Of a signed one. */
  readonly seq?: number;
  readonly expiresAt?: number;
}

/** Prints the bytes of a record that proves itself. @throws CommandFailure if there is none */
export async function getRecord(
  network: Network,
  word: string,
  typed: Exclude<TypedKey, { readonly kind: 'scalar' }>,
): Promise<void> {
  const { options, signal } = network;
  const record = await find(network, typed);
  if (record === undefined) throw absent(options.timeout, signal, `No record is stored under ${word}.`);
  const { value, from, ...rest } = record;
  if (options.raw === true) return void process.stdout.write(value);
  if (options.json !== true) return print(showValue(readable(value), process.stdout));
  print(jsonOf({ key: word, value, ...rest, from: from.map(({ address }) => address) }));
}

async function find(
  { node, options, signal }: Network,
  typed: Exclude<TypedKey, { readonly kind: 'scalar' }>,
): Promise<FoundRecord | undefined> {
  if (typed.kind === 'immutable') {
    const found = await node.getImmutable(typed.key, { signal });
    return found.found ? { value: found.value, from: found.from } : undefined;
  }
  const found = await node.getSigned(typed.publicKey, { salt: saltOf(options), signal });
  if (!found.found) return undefined;
  const { value, seq, expiresAt } = found.value;
  return { value, from: found.from, seq, expiresAt };
}

/** Text if it is one that can be read, and given to put again; else the bytes. */
function readable(value: Uint8Array): string | Uint8Array {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
    return /^[\P{C}\n\t]*$/u.test(text) ? text : value;
  } catch {
    return value;
  }
}
