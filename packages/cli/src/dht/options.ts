import type { WireName } from '@rpcudp/core';
import type { SecurityChoice } from '../security.js';
import type { SharedOptions } from '../shared-options.js';

/** What the word after `dht` may be. */
export const ACTIONS = ['get', 'set', 'put', 'lookup', 'providers'] as const;
export type Action = (typeof ACTIONS)[number];

export interface DhtOptions extends SharedOptions, Pick<SecurityChoice, 'secretFile'> {
  /** Nodes to join by, as they were typed. */
  readonly bootstrap: readonly string[];
  readonly wire: WireName;
  readonly timeout: number;
  readonly k: number;
  readonly quorum?: number;
  /** For put: who signs the record. */
  readonly keyFile?: string;
  readonly seq?: number;
  readonly cas?: number;
  /** For put, and for get of what is signed; as it was typed. */
  readonly salt?: string;
  /** For put: milliseconds. */
  readonly ttl?: number;
  /** For get. */
  readonly raw?: true;
}
