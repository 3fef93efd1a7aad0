import type { WireName } from '@rpcudp/core';
import type { NodeCore } from './node-core.js';

/** What a node knows of the network of one wire. */
export interface OverlayStats {
  /** Contacts in the routing table that are trusted. */
  readonly contacts: number;
  /** Those that have been silent. */
  readonly suspects: number;
  /** Lookups that were started. */
  readonly lookups: number;
  /** Calls of lookups that were answered. */
  readonly answered: number;
  /** Contacts that did not answer. */
  readonly silent: number;
  /** Contacts that were asked whether they are there. */
  readonly verifications: number;
  /** The smoothed round trip, in milliseconds; undefined before anybody has answered. */
  readonly roundTripMs: number | undefined;
}

/** A snapshot of a node's counters. */
export interface KademliaStats {
  /** By wire: those in whose networks the node takes part. */
  readonly wires: Readonly<Partial<Record<WireName, OverlayStats>>>;
  /** Records that are held. */
  readonly records: number;
  /** Bytes of them, with 512 for each. */
  readonly recordBytes: number;
  /** Providers that are remembered, of all keys. */
  readonly providers: number;
}

/** The counters of a node. */
export function statsOf({ overlays, holdings }: NodeCore): KademliaStats {
  const wires: Partial<Record<WireName, OverlayStats>> = {};
  for (const [wire, { table, counters, roundTripMs }] of overlays) {
    const { suspects } = table;
    wires[wire] = { contacts: table.size - suspects, suspects, ...counters, roundTripMs };
  }
  const { records, providers } = holdings;
  return { wires, records: records.size, recordBytes: records.bytes, providers: providers.size };
}
