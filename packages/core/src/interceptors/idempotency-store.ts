/** What is known of a key by whoever has just claimed it. */
export type IdempotencyClaim =
  /** The key is new: the call runs, and `complete` or `release` ends it. */
  | { readonly state: 'claimed' }
  /**
   * A call with this key runs. `outcome` resolves with what comes of it, or with undefined if it is released; a store that cannot
   * wait leaves it out.
   */
  | { readonly state: 'running'; readonly outcome?: PromiseLike<Uint8Array | undefined> }
  /** A call with this key has run. `outcome` is undefined where it was too large to be kept. */
  | { readonly state: 'completed'; readonly outcome: Uint8Array | undefined }
  /** A call with this key was begun by a process that ended before it did, so nobody knows whether it ran. */
  | { readonly state: 'interrupted' }
  /** The key is that of a call with another fingerprint. */
  | { readonly state: 'taken' };

/**
 * Remembers by their keys which calls have run, and what came of them. What of it survives a restart is the affair of the store: a
 * claim must be kept before `claim` resolves, and an outcome before `complete` does.
 */
export interface IdempotencyStore {
  /**
   * Claims a key, unless somebody has. Only one of those who claim a key at once may get `claimed`.
   *
   * @param key At most some hundred characters, chosen by a stranger.
   * @param fingerprint What the call is: 64 hexadecimal digits.
   * @throws RpcError `RESOURCE_EXHAUSTED` if there is no room, also as a rejection: the call is refused then, and has not run.
   */
  claim(key: string, fingerprint: string): IdempotencyClaim | PromiseLike<IdempotencyClaim>;
  /** Keeps what came of a call that was claimed. */
  complete(key: string, outcome: Uint8Array): void | PromiseLike<void>;
  /** Forgets a call that was claimed, for it has not run. */
  release(key: string): void | PromiseLike<void>;
}
