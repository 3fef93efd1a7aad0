import { idText, type NodeId } from '../ids/node-id.js';
import { PROVIDERS_MAX, PROVIDERS_PER_KEY_MAX, PROVIDER_MS } from '../limits.js';
import type { Contact } from '../table/contact.js';

interface Provider {
  readonly contact: Contact;
  readonly expiresAt: number;
}

/**
 * Who provides what: many nodes for one key. Each speaks for itself alone, by the address that it has proven, so that nobody is named
 * against its will; and each is named for a day.
 */
export class ProviderStore {
  /** By key, then by address; the oldest first. */
  readonly #keys = new Map<string, Map<string, Provider>>();
  #size = 0;

  /** How many providers there are, of all keys. */
  get size(): number {
    return this.#size;
  }

  /** A node says that it provides something. False if there is no room. */
  add(key: NodeId, contact: Contact, now: number): boolean {
    const name = idText(key);
    const providers = this.#keys.get(name) ?? new Map<string, Provider>();
    if (!providers.has(contact.address) && this.#size >= PROVIDERS_MAX) return false;
    this.#keys.set(name, providers);
    if (providers.delete(contact.address)) this.#size -= 1;
    if (providers.size >= PROVIDERS_PER_KEY_MAX) this.#forget(providers, providers.keys().next().value!);
    providers.set(contact.address, { contact, expiresAt: now + PROVIDER_MS });
    this.#size += 1;
    return true;
  }

  /** Who provides something, the newest first. */
  get(key: NodeId, now: number): Contact[] {
    const providers = [...(this.#keys.get(idText(key))?.values() ?? [])];
    return providers
      .filter(({ expiresAt }) => expiresAt > now)
      .map(({ contact }) => contact)
      .reverse();
  }

  /** Takes out a node that provides something no longer. */
  remove(key: NodeId, { address }: Contact): void {
    const name = idText(key);
    const providers = this.#keys.get(name);
    if (providers?.has(address) !== true) return;
    this.#forget(providers, address);
    if (providers.size === 0) this.#keys.delete(name);
  }

  /** Forgets those that have not been heard of for a day. */
  prune(now: number): void {
    for (const [name, providers] of this.#keys) {
      for (const [address, { expiresAt }] of providers) if (expiresAt <= now) this.#forget(providers, address);
      if (providers.size === 0) this.#keys.delete(name);
    }
  }

  #forget(providers: Map<string, Provider>, address: string): void {
    providers.delete(address);
    this.#size -= 1;
  }
}
