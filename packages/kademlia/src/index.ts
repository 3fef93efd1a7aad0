/**
 * @packageDocumentation
 * The parts of a Kademlia DHT, as pure state machines: time and chance are their arguments. See `docs/kademlia.md`.
 */
export { digestOf, type Key } from './ids/key.js';
export {
  compareDistance,
  distance,
  idText,
  isNodeId,
  sharedPrefixBits,
  type NodeId,
  type RandomBytes,
} from './ids/node-id.js';
export { contactOf, type Contact } from './table/contact.js';
export { RoutingTable, type Answered, type RoutingTableOptions, type Silenced } from './table/routing-table.js';
export { Lookup, type LookupCall, type LookupOptions } from './lookup/lookup.js';
export { RoundTrips } from './lookup/round-trips.js';
export {
  immutable,
  isGenuine,
  recordKey,
  signed,
  signedKey,
  type ImmutableRecord,
  type KademliaRecord,
  type RecordKind,
  type Scalar,
  type ScalarRecord,
  type SignedOptions,
  type SignedRecord,
} from './records/record.js';
export { signingKeys, type SigningKeys } from './records/signing-keys.js';
export {
  RecordStore,
  type HeldRecord,
  type OfferedRecord,
  type RecordStoreOptions,
  type StoreOutcome,
} from './records/record-store.js';
export { ProviderStore } from './records/provider-store.js';
export { StoreTokens } from './records/tokens.js';
export { Maintenance, type Chance, type DueWork, type MaintenanceOptions } from './maintenance/maintenance.js';
