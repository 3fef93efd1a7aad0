/** Names a value that interceptors and handlers of one call share; gives its type, and what it is before anybody has set it. */
export interface ContextKey<T> {
  /** For people: two keys of the same name are two keys. */
  readonly name: string;
  readonly initial: T;
}

/**
 * Makes a key. Make it once, in the module that sets the value, and export it.
 *
 * ```ts
 * export const TENANT = contextKey<string | undefined>('tenant', undefined);
 * // In an interceptor: call.values.set(TENANT, 'acme'); in a handler: rpcContext().values.get(TENANT);
 * ```
 *
 * @param initial What the value is before it is set. All calls share it, so it should not be changed.
 */
export function contextKey<T>(name: string, initial: T): ContextKey<T> {
  return Object.freeze({ name, initial });
}

/** What interceptors and handlers of one call share. Each call has its own; nothing of it travels. */
export interface ContextValues {
  /** The value, or the key's initial one. */
  get<T>(key: ContextKey<T>): T;
  set<T>(key: ContextKey<T>, value: T): void;
}

/** Those of one call. Few calls have any. */
export class CallValues implements ContextValues {
  #values: Map<ContextKey<unknown>, unknown> | undefined;

  get<T>(key: ContextKey<T>): T {
    return this.#values?.has(key) === true ? (this.#values.get(key) as T) : key.initial;
  }

  set<T>(key: ContextKey<T>, value: T): void {
    (this.#values ??= new Map<ContextKey<unknown>, unknown>()).set(key, value);
  }
}
