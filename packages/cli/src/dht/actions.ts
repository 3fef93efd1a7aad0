import type { Key, PutResult, Scalar } from '@rpcudp/kademlia';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { print } from '../output/print.js';
import { jsonOf, showValue } from '../output/values.js';
import type { Network } from './network.js';

/** The key that an action is about, as it was typed and as it is. */
export interface NamedKey {
  readonly word: string;
  readonly key: Key;
}

/** Prints the value of a key. @throws CommandFailure if there is none */
export async function get({ node, options, signal }: Network, { word, key }: NamedKey): Promise<void> {
  const { wire, quorum } = options;
  const found = await node.get(key, { wire, signal, ...(quorum === undefined ? {} : { quorum }) });
  if (!found.found) throw absent(options.timeout, signal, `No value is stored under ${word} on the ${wire} wire.`);
  const { value } = found;
  const from = found.from.map(({ address }) => address);
  print(options.json === true ? jsonOf({ key: word, value, from }) : showValue(value, process.stdout));
}

/** Stores a value, and says at how many nodes. @throws CommandFailure if none has taken it */
export async function set(
  { node, options, signal }: Network,
  { word, key, value }: NamedKey & { readonly value: unknown },
): Promise<void> {
  // The node itself says of a value that is none what it should have been.
  const { stored, holders, refusals } = await node.set(key, value as Scalar, { wire: options.wire, signal });
  if (!stored) throw notStored(word, refusals);
  const addresses = holders.map(({ address }) => address);
  print(
    options.json === true ? jsonOf({ key: word, holders: addresses, refusals }) : `stored at ${nodes(holders.length)}`,
  );
}

/** Prints who provides something, as they are found. @throws CommandFailure if nobody does */
export async function providers({ node, options, signal }: Network, { word, key }: NamedKey): Promise<void> {
  let count = 0;
  for await (const { address } of node.providers(key, { signal })) {
    print(options.json === true ? jsonOf({ address }) : address);
    count += 1;
  }
  if (count === 0) throw absent(options.timeout, signal, `Nobody provides ${word}.`);
}

/** The failure when no node has taken something. */
export function notStored(word: string, refusals: PutResult['refusals']): CommandFailure {
  const said = Object.entries(refusals).map(([outcome, times]) => `${outcome} (${times})`);
  const answers = said.length === 0 ? 'none of those that were asked answered' : `they said: ${said.join(', ')}`;
  return new CommandFailure(ExitCode.refused, `No node has stored ${word}; ${answers}.`, { fields: { refusals } });
}

export function nodes(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`;
}

/** Everybody was asked, which is another end than that the time was over before. */
export function absent(timeoutMs: number, signal: AbortSignal, message: string): CommandFailure {
  if (!signal.aborted) return new CommandFailure(ExitCode.absent, message, { fields: { code: 'NOT_FOUND' } });
  const text = `Nothing was found within ${timeoutMs} ms, and not all who may have it had answered. Raise --timeout.`;
  return new CommandFailure(ExitCode.silence, text, { fields: { code: 'DEADLINE_EXCEEDED' } });
}
