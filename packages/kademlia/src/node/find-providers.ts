import type { NodeId } from '../ids/node-id.js';
import type { Contact } from '../table/contact.js';
import { Arrivals } from './lookup-steps.js';
import type { NodeCore } from './node-core.js';

/**
 * Looks for those who provide something, and gives them as they are found, each once. What waits to be read is bounded: by the calls of a
 * lookup, and by the providers of an answer.
 *
 * @throws RpcError as of {@link NodeCore.overlay}
 */
export function findProviders(core: NodeCore, key: NodeId, signal: AbortSignal | undefined): Arrivals<Contact> {
  const { holdings, checked } = core;
  const overlay = core.overlay('native');
  const found = new Arrivals<Contact>();
  const seen = new Set<string>();
  function take(contacts: readonly Contact[]): false {
    for (const contact of contacts) {
      if (seen.has(contact.address)) continue;
      seen.add(contact.address);
      found.add(contact);
    }
    return false;
  }
  take(holdings.providers.get(key, checked.ports.wallClock()));
  const onAnswer = (_: Contact, { providers }: { readonly providers: readonly Contact[] }): false => take(providers);
  const run = overlay.find(key, { want: 'providers', paths: checked.paths, signal, onAnswer });
  void run.ended.then(() => found.end());
  return found;
}
