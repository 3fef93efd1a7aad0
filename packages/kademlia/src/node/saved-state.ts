import { messagePack, type WireName } from '@rpcudp/core';
import { isNodeId, type NodeId } from '../ids/node-id.js';
import { SAVED_CONTACTS_MAX } from '../limits.js';
import type { OfferedRecord } from '../records/record-store.js';
import type { Contact } from '../table/contact.js';
import { readContact } from '../wire/contacts.js';
import { readCarried } from '../wire/native-messages.js';
import { fieldOf } from '../wire/plain.js';
import type { Holdings } from './holdings.js';
import type { Overlay } from './overlay.js';

/** What a node knew when it was running last. */
export interface SavedState {
  readonly id: NodeId;
  /** By wire. */
  readonly contacts: ReadonlyMap<WireName, readonly Contact[]>;
  readonly records: readonly OfferedRecord[];
}

const VERSION = 1;
const WIRES: readonly WireName[] = ['native', 'rpcudp'];
const CODEC = messagePack();

/** What is to be kept of a node. Records go with the moment at which they end, which a restart does not change. */
export function writeState(own: NodeId, overlays: Iterable<Overlay>, holdings: Holdings): Uint8Array {
  const contacts = Object.fromEntries(
    [...overlays].map(({ wire, table }) => [wire, triplesOf(table.closest(own, SAVED_CONTACTS_MAX))]),
  );
  const records = [...holdings.records.records()].map(({ record, expiresAt, source }) => ({
    record,
    expiresAt,
    source,
  }));
  return CODEC.encode({ version: VERSION, id: own, contacts, records });
}

function triplesOf(contacts: readonly Contact[]): unknown[] {
  return contacts.map(({ id, host, port }) => [id, host, port]);
}

/** Reads it again. It is checked as if a stranger had sent it; undefined if it is no state of a node. */
export function readState(bytes: Uint8Array): SavedState | undefined {
  const state = decode(bytes);
  const id = fieldOf(state, 'id');
  if (fieldOf(state, 'version') !== VERSION || !isNodeId(id)) return undefined;
  const contacts = WIRES.map((wire) => [wire, contactsIn(fieldOf(fieldOf(state, 'contacts'), wire))] as const);
  return { id: Uint8Array.from(id), contacts: new Map(contacts), records: recordsIn(fieldOf(state, 'records')) };
}

function decode(bytes: Uint8Array): unknown {
  try {
    return CODEC.decode(bytes);
  } catch {
    return undefined;
  }
}

function contactsIn(value: unknown): Contact[] {
  if (!Array.isArray(value)) return [];
  const contacts = value.slice(0, SAVED_CONTACTS_MAX).map((each: unknown) => readContact(each, LOCAL));
  return contacts.filter((each) => each !== undefined);
}

/** Whatever this node has called before it may call again. */
const LOCAL = '127.0.0.1';

function recordsIn(value: unknown): OfferedRecord[] {
  if (!Array.isArray(value)) return [];
  const records: OfferedRecord[] = [];
  for (const each of value as unknown[]) {
    const record = readCarried({ record: fieldOf(each, 'record') })?.record;
    const expiresAt = fieldOf(each, 'expiresAt');
    const source = fieldOf(each, 'source');
    if (record !== undefined && typeof expiresAt === 'number' && typeof source === 'string')
      records.push({ record, expiresAt, source });
  }
  return records;
}
