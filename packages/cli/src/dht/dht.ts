import { parseArgument } from '../arguments/parse-arguments.js';
import { misuse } from '../failure.js';
import { get, providers, set } from './actions.js';
import { parseKey } from './key.js';
import { lookup } from './lookup.js';
import { withNetwork } from './network.js';
import type { Action, DhtOptions } from './options.js';

/** What was typed after `dht`. */
export interface TypedAction {
  readonly action: Action;
  readonly key: string;
  readonly value: string | undefined;
}

/** Does one thing in a network. @throws CommandFailure if nobody answers, nothing is found, or it was typed wrong */
export async function dht({ action, key: word, value }: TypedAction, options: DhtOptions): Promise<void> {
  const key = parseKey(word);
  if (action === 'set') {
    if (value === undefined) throw misuse(`What is to be stored? rpcudp dht set ${word} '"text"' --bootstrap …`);
    const stored = await parseArgument(value, 'The value');
    return withNetwork(options, (network) => set(network, { word, key, value: stored }));
  }
  if (value !== undefined) throw misuse(`${action} takes a key alone. To store a value: rpcudp dht set`);
  if (action === 'providers' && options.wire !== 'native')
    throw misuse('There are no providers on the rpcudp wire. Leave --wire rpcudp out.');
  const doIt = { get, lookup, providers }[action];
  return withNetwork(options, (network) => doIt(network, { word, key }));
}
