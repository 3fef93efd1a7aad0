import { parseArgument } from '../arguments/parse-arguments.js';
import { misuse } from '../failure.js';
import { get, providers, set } from './actions.js';
import { parseKey, type TypedKey } from './key.js';
import { lookup } from './lookup.js';
import { withNetwork, type Network } from './network.js';
import type { Action, DhtOptions } from './options.js';
import { put } from './put.js';
import { checkRecordOptions, loadSigningKeys, recordBytes } from './record-options.js';
import { getRecord } from './records.js';

/** What was typed after `dht`. */
export interface TypedAction {
  readonly action: Action;
  /** For put: what is to be stored. */
  readonly key: string;
  readonly value: string | undefined;
}

/** Does one thing in a network. @throws CommandFailure if nobody answers, nothing is found, or it was typed wrong */
export async function dht(typed: TypedAction, options: DhtOptions): Promise<void> {
  const work = typed.action === 'put' ? await putOf(typed, options) : await workOf(typed, options);
  await withNetwork(options, work);
}

type Work = (network: Network) => Promise<void>;

async function putOf({ key: word, value }: TypedAction, options: DhtOptions): Promise<Work> {
  if (value !== undefined)
    throw misuse('put takes what to store alone: its key comes of it. To choose one: rpcudp dht set');
  checkRecordOptions(options);
  const keys = options.keyFile === undefined ? undefined : await loadSigningKeys(options.keyFile);
  const bytes = await recordBytes(word);
  return (network) => put(network, bytes, keys);
}

async function workOf({ action, key: word, value }: TypedAction, options: DhtOptions): Promise<Work> {
  const typed = parseKey(word);
  if (value !== undefined && action !== 'set')
    throw misuse(`${action} takes a key alone. To store a value: rpcudp dht set`);
  if (action === 'providers' && options.wire !== 'native')
    throw misuse('There are no providers on the rpcudp wire. Leave --wire rpcudp out.');
  if (action === 'lookup') return (network) => lookup(network, word, typed);
  if (action === 'get' && typed.kind !== 'scalar') {
    checkRecordOptions(options);
    return (network) => getRecord(network, word, typed);
  }
  const key = plainKey(word, typed);
  if (action !== 'set') return (network) => (action === 'get' ? get : providers)(network, { word, key });
  if (value === undefined) throw misuse(`What is to be stored? rpcudp dht set ${word} '"text"' --bootstrap …`);
  const stored = await parseArgument(value, 'The value');
  return (network) => set(network, { word, key, value: stored });
}

/** @throws CommandFailure for the key of a record, which says itself what it is the key of */
function plainKey(word: string, typed: TypedKey): (TypedKey & { readonly kind: 'scalar' })['key'] {
  if (typed.kind === 'scalar') return typed.key;
  throw misuse(`${word} is the key of a record of put. To take it as text, write str:${word}`);
}
