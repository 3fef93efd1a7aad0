/**
 * @packageDocumentation
 * The parts of a node, as pure state machines: time and chance are their arguments. For those who build another node, or look into
 * how this one works: see `docs/kademlia.md`.
 */
export { compareDistance, distance, idText, isNodeId, sharedPrefixBits } from '../ids/node-id.js';
export { contactOf } from '../table/contact.js';
export { RoutingTable, type Answered, type RoutingTableOptions, type Silenced } from '../table/routing-table.js';
export { Lookup, type LookupCall, type LookupOptions } from '../lookup/lookup.js';
export { RoundTrips } from '../lookup/round-trips.js';
export { isGenuine } from '../records/record.js';
export { RecordStore, type OfferedRecord } from '../records/record-store.js';
export { ProviderStore } from '../records/provider-store.js';
export { StoreTokens } from '../records/tokens.js';
export { Maintenance, type Chance, type DueWork } from '../maintenance/maintenance.js';
export { SourceRates } from '../admission/source-rates.js';
