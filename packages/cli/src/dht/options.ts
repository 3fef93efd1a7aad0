import type { WireName } from '@rpcudp/core';
import type { SecurityChoice } from '../security.js';
import type { SharedOptions } from '../shared-options.js';

/** What the word after `dht` may be. */
export const ACTIONS = ['get', 'set', 'lookup', 'providers'] as const;
export type Action = (typeof ACTIONS)[number];

export interface DhtOptions extends SharedOptions, Pick<SecurityChoice, 'secretFile'> {
  /** Nodes to join by, as they were typed. */
  readonly bootstrap: readonly string[];
  readonly wire: WireName;
  readonly timeout: number;
  readonly k: number;
  readonly quorum?: number;
}
