import type { Contact } from '../table/contact.js';

/** What was found under a key, and at which nodes: none if this node held it itself. */
export type Found<T> =
  { readonly found: true; readonly value: T; readonly from: readonly Contact[] } | { readonly found: false };
