/**
 * @packageDocumentation
 * A node of a Kademlia DHT: of networks of Python nodes, of networks of its own kind, or of both at once. Its parts alone are behind
 * `@rpcudp/kademlia/parts`.
 */
export { KademliaNode } from './node/kademlia-node.js';
export type { KademliaCallOptions, ScalarOptions } from './node/call-options.js';
export type { KademliaOptions } from './node/options.js';
export type { KademliaPorts } from './node/ports.js';
export type { KademliaEvents } from './node/events.js';
export type { KademliaStats, OverlayStats } from './node/stats.js';
export type { Found } from './node/found.js';
export type { PutResult } from './node/publisher.js';
export type { NodeLookup } from './node/lookup-steps.js';
export type { LookupStep } from './node/lookup-run.js';
export { Selects, type SelectsDecorator } from './node/selectors.js';
export { Validates, type ValidatesDecorator } from './node/validators.js';
export { fileState, type StateStore } from './node/state-store.js';
export { digestOf, type Key } from './ids/key.js';
export type { NodeId, RandomBytes } from './ids/node-id.js';
export type { Contact } from './table/contact.js';
export {
  immutable,
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
export type { HeldRecord, RecordStoreOptions, StoreOutcome } from './records/record-store.js';
export type { MaintenanceOptions } from './maintenance/maintenance.js';
export type { CarriedRecord, Put, PutReply, Query, QueryReply, Want } from './wire/native-messages.js';
export type { Triple } from './wire/contacts.js';
