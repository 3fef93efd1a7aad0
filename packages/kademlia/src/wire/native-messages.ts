/** What nodes say to each other on the native wire, beside `ping`: docs/kademlia.md §6. */
import { isNodeId, type NodeId } from '../ids/node-id.js';
import { PROVIDERS_PER_KEY_MAX, SALT_BYTES_MAX, VALUE_BYTES_MAX } from '../limits.js';
import type { KademliaRecord, RecordKind } from '../records/record.js';
import type { StoreOutcome } from '../records/record-store.js';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from '../records/signing-keys.js';
import { TOKEN_BYTES } from '../records/tokens.js';
import type { Contact } from '../table/contact.js';
import { readContact, readContacts, type Triple } from './contacts.js';
import { fieldOf, readBytes, readWhole } from './plain.js';
import { isScalar } from './scalars.js';

/** What a query wants to know of a key, beside who is nearer to it. */
export type Want = RecordKind | 'nodes' | 'providers';

const WANTS: readonly unknown[] = ['nodes', 'scalar', 'immutable', 'signed', 'providers'] satisfies Want[];

/** A question for a key. */
export interface Query {
  readonly key: NodeId;
  readonly want: Want;
  /** Who asks; left out by those who do not want to be asked themselves. */
  readonly id?: NodeId | undefined;
}

/** A record on its way. */
export interface CarriedRecord {
  readonly record: KademliaRecord;
  /** How long it is to be held from now on, in milliseconds: durations need no clocks that agree. A signed one says so itself. */
  readonly ttlMs?: number | undefined;
}

/** An answer to a query, as it is sent. */
export interface QueryReply {
  /** Who answers. */
  readonly id: NodeId;
  readonly closer: Triple[];
  /** To be shown with what is to be stored at this node. */
  readonly token: Uint8Array;
  readonly found?: CarriedRecord;
  readonly providers?: Triple[];
}

/** An answer to a query, as it was read. */
export interface QueryAnswer {
  readonly id: NodeId;
  readonly closer: readonly Contact[];
  readonly token: Uint8Array | undefined;
  readonly found: CarriedRecord | undefined;
  readonly providers: readonly Contact[];
}

/** What is to be stored: a record, or that the caller provides something. */
export type Put =
  | (CarriedRecord & { readonly id?: NodeId | undefined; readonly cas?: number | undefined })
  | { readonly id: NodeId; readonly provide: NodeId };

/** What became of it. */
export interface PutReply {
  readonly outcome: StoreOutcome;
}

const OUTCOMES: readonly unknown[] = [
  'stored',
  'renewed',
  'unchanged',
  'older',
  'conflict',
  'expired',
  'forged',
  'full',
  'unwanted',
] satisfies StoreOutcome[];

/** Reads a query; undefined if it is none. Never throws, as all that read here. */
export function readQuery(value: unknown): Query | undefined {
  const key = readId(fieldOf(value, 'key'));
  const want = fieldOf(value, 'want');
  const given = fieldOf(value, 'id');
  const id = readId(given);
  if (key === undefined || !WANTS.includes(want) || (given !== undefined && id === undefined)) return undefined;
  return { key, want: want as Want, id };
}

/** Reads an answer; undefined if it is none. @param namer The host that answers. */
export function readQueryAnswer(value: unknown, namer: string): QueryAnswer | undefined {
  const id = readId(fieldOf(value, 'id'));
  if (id === undefined) return undefined;
  return {
    id,
    closer: readContacts(fieldOf(value, 'closer'), namer),
    token: readBytes(fieldOf(value, 'token'), TOKEN_BYTES),
    found: readCarried(fieldOf(value, 'found')),
    providers: readProviders(fieldOf(value, 'providers'), namer),
  };
}

/** Reads what is to be stored; undefined if it is nothing. */
export function readPut(value: unknown): Put | undefined {
  const id = readId(fieldOf(value, 'id'));
  const provide = readId(fieldOf(value, 'provide'));
  if (provide !== undefined) return id === undefined ? undefined : { id, provide };
  const carried = readCarried(value);
  const given = fieldOf(value, 'cas');
  const cas = readWhole(given);
  if (carried === undefined || (given !== undefined && cas === undefined)) return undefined;
  return { ...carried, id, cas };
}

/** Reads what became of a record; undefined if that is nothing known. */
export function readPutReply(value: unknown): StoreOutcome | undefined {
  const outcome = fieldOf(value, 'outcome');
  return OUTCOMES.includes(outcome) ? (outcome as StoreOutcome) : undefined;
}

/** Reads a record with the time that it has left; undefined if it is none. */
export function readCarried(value: unknown): CarriedRecord | undefined {
  const record = readRecord(fieldOf(value, 'record'));
  const given = fieldOf(value, 'ttlMs');
  const ttlMs = readWhole(given);
  return record === undefined || (given !== undefined && ttlMs === undefined) ? undefined : { record, ttlMs };
}

function readRecord(value: unknown): KademliaRecord | undefined {
  switch (fieldOf(value, 'kind')) {
    case 'scalar':
      return readScalarRecord(value);
    case 'immutable': {
      const bytes = readBytes(fieldOf(value, 'value'), 0, VALUE_BYTES_MAX);
      return bytes && { kind: 'immutable', value: bytes };
    }
    case 'signed':
      return readSignedRecord(value);
    default:
      return undefined;
  }
}

function readScalarRecord(value: unknown): KademliaRecord | undefined {
  const key = readId(fieldOf(value, 'key'));
  const scalar = fieldOf(value, 'value');
  if (key === undefined || !isScalar(scalar)) return undefined;
  return { kind: 'scalar', key, value: scalar instanceof Uint8Array ? Uint8Array.from(scalar) : scalar };
}

function readSignedRecord(value: unknown): KademliaRecord | undefined {
  const publicKey = readBytes(fieldOf(value, 'publicKey'), PUBLIC_KEY_BYTES);
  const salt = readBytes(fieldOf(value, 'salt'), 0, SALT_BYTES_MAX);
  const signature = readBytes(fieldOf(value, 'signature'), SIGNATURE_BYTES);
  const bytes = readBytes(fieldOf(value, 'value'), 0, VALUE_BYTES_MAX);
  if (publicKey === undefined || salt === undefined || signature === undefined || bytes === undefined) return undefined;
  const seq = readWhole(fieldOf(value, 'seq'));
  const expiresAt = readWhole(fieldOf(value, 'expiresAt'));
  if (seq === undefined || expiresAt === undefined) return undefined;
  return { kind: 'signed', publicKey, salt, seq, expiresAt, value: bytes, signature };
}

function readProviders(value: unknown, namer: string): Contact[] {
  if (!Array.isArray(value)) return [];
  const providers = value.slice(0, PROVIDERS_PER_KEY_MAX).map((each: unknown) => readContact(each, namer));
  return providers.filter((each) => each !== undefined);
}

function readId(value: unknown): NodeId | undefined {
  return isNodeId(value) ? Uint8Array.from(value) : undefined;
}
