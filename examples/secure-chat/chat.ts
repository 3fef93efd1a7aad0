import { createClient, type Client } from '@rpcudp/client';
import { RpcError, RpcMethod, RpcService, defineService, rpcContext } from '@rpcudp/core';
import type { PublicKey } from '@rpcudp/core/security';

/** What a member serves, so that the server can call it. */
export interface Listener {
  heard(name: string, text: string): void;
}
export const Listener = defineService<Listener>('Listener', { heard: { timeoutMs: 1000 } });

@RpcService('Chat')
export class Chat {
  /** Everybody who may come in, by public key. */
  readonly #members: ReadonlyMap<PublicKey, string>;
  /** Those who are here, by name. */
  readonly #listeners = new Map<string, Client<Listener>>();

  constructor(members: ReadonlyMap<PublicKey, string>) {
    this.#members = members;
  }

  /** Comes in. Gives the names of those who are here. */
  @RpcMethod()
  join(): string[] {
    // Calls back over the association that this call came by: encrypted, and to nobody else.
    this.#listeners.set(this.#callerName(), createClient(Listener, rpcContext().peer));
    return [...this.#listeners.keys()];
  }

  /** Says something to all others. Gives the names of those who have heard it. */
  @RpcMethod()
  async say(text: string): Promise<string[]> {
    const speaker = this.#callerName();
    const others = [...this.#listeners].filter(([name]) => name !== speaker);
    const heard = await Promise.all(others.map(([name, listener]) => this.#tell(name, listener, speaker, text)));
    return others.map(([name]) => name).filter((_, index) => heard[index]);
  }

  /** The name that belongs to the caller's key: nobody can take another one's. */
  #callerName(): string {
    const { identity } = rpcContext();
    const name = identity && this.#members.get(identity.publicKey);
    // Nobody comes so far whom authorize has not let in; this is for a server that forgot it.
    if (name === undefined) throw new RpcError('PERMISSION_DENIED', 'Only members may chat.');
    return name;
  }

  async #tell(name: string, listener: Client<Listener>, speaker: string, text: string): Promise<boolean> {
    // Whoever says nothing, or no, is gone.
    const heard = await listener.heard(speaker, text).then(
      (reply) => reply.received,
      () => false,
    );
    if (!heard) this.#listeners.delete(name);
    return heard;
  }
}
