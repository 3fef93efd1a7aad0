import { createHash } from 'node:crypto';
import type { NodeId } from '../ids/node-id.js';
import { ID_BYTES } from '../ids/node-id.js';
import { SALT_BYTES_MAX, VALUE_BYTES_MAX } from '../limits.js';
import { isSignature, PUBLIC_KEY_BYTES, SIGNATURE_BYTES, type SigningKeys } from './signing-keys.js';

/** What the Python library stores. A whole number is an int there; a bigint has 64 bits. */
export type Scalar = string | Uint8Array | number | bigint | boolean;

/** A value under any key, as the Python library has it: nobody can tell who wrote it, and the last one wins. */
export interface ScalarRecord {
  readonly kind: 'scalar';
  readonly key: NodeId;
  readonly value: Scalar;
}

/** Bytes under the hash of themselves. */
export interface ImmutableRecord {
  readonly kind: 'immutable';
  readonly value: Uint8Array;
}

/** Bytes under the hash of who signs them: only the owner of the key can change them, and the newest wins. */
export interface SignedRecord {
  readonly kind: 'signed';
  /** Of Ed25519: 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Tells the records of one key apart: 0 to 64 bytes. */
  readonly salt: Uint8Array;
  /** Whole, from 0 up: a record with a higher one takes the place of this one. */
  readonly seq: number;
  /** When it ends, in milliseconds since the epoch. Signed, so that nobody but its owner can make it live longer. */
  readonly expiresAt: number;
  readonly value: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** What nodes hold for each other. */
export type KademliaRecord = ScalarRecord | ImmutableRecord | SignedRecord;

/** The kinds of records. The same key may have one of each: nobody can keep a record out by one of another kind. */
export type RecordKind = KademliaRecord['kind'];

const SIGNED_DOMAIN = Buffer.from('rpcudp kademlia record 1\0', 'latin1');
const KEY_DOMAINS = {
  immutable: Buffer.from('rpcudp kademlia immutable 1\0', 'latin1'),
  signed: Buffer.from('rpcudp kademlia signed 1\0', 'latin1'),
};

/** A record of bytes under their own hash. @throws RangeError for more than 1,040,000 bytes */
export function immutable(value: Uint8Array): ImmutableRecord {
  checkBytes('value', value, VALUE_BYTES_MAX);
  return { kind: 'immutable', value };
}

/** What {@link signed} takes beside the value. */
export interface SignedOptions {
  /** Tells the records of one key apart: at most 64 bytes; a string is taken as UTF-8. Default: none. */
  readonly salt?: Uint8Array | string;
  /** Higher than that of the record before: 0 to 2^53 − 1. */
  readonly seq: number;
  /** When it ends, in milliseconds since the epoch; holders keep it for seven days at most. */
  readonly expiresAt: number;
}

/** Signs a record. @throws RangeError for options out of range, and more than 1,040,000 bytes */
export function signed(
  keys: SigningKeys,
  value: Uint8Array,
  { salt = '', seq, expiresAt }: SignedOptions,
): SignedRecord {
  const saltBytes = typeof salt === 'string' ? Uint8Array.from(Buffer.from(salt, 'utf8')) : salt;
  checkBytes('value', value, VALUE_BYTES_MAX);
  checkBytes('salt', saltBytes, SALT_BYTES_MAX);
  if (!isWhole(seq)) throw new RangeError(`seq must be a whole number from 0 to 2^53 - 1, not ${String(seq)}.`);
  if (!isWhole(expiresAt)) throw new RangeError(`expiresAt must be whole milliseconds, not ${String(expiresAt)}.`);
  const unsigned = { kind: 'signed', publicKey: keys.publicKey, salt: saltBytes, seq, expiresAt, value } as const;
  return { ...unsigned, signature: keys.sign(signedBytes(unsigned)) };
}

/** The key of the records of a public key, by salt. */
export function signedKey(publicKey: Uint8Array, salt: Uint8Array | string = ''): NodeId {
  return keyOf(KEY_DOMAINS.signed, publicKey, typeof salt === 'string' ? Buffer.from(salt, 'utf8') : salt);
}

/** The key under which a record lies. */
export function recordKey(record: KademliaRecord): NodeId {
  switch (record.kind) {
    case 'scalar':
      return record.key;
    case 'immutable':
      return keyOf(KEY_DOMAINS.immutable, record.value);
    case 'signed':
      return signedKey(record.publicKey, record.salt);
  }
}

/** Whether a record is what it says: a signed one by its signature. The others cannot lie. */
export function isGenuine(record: KademliaRecord): boolean {
  if (record.kind !== 'signed') return true;
  const { publicKey, salt, signature } = record;
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  if (salt.length > SALT_BYTES_MAX || !isWhole(record.seq) || !isWhole(record.expiresAt)) return false;
  return isSignature(signature, publicKey, signedBytes(record));
}

/** Whether two records say the same. */
export function sameRecord(a: KademliaRecord, b: KademliaRecord): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'signed' && b.kind === 'signed')
    return a.seq === b.seq && a.expiresAt === b.expiresAt && sameValue(a.value, b.value);
  return sameValue(a.value, b.value);
}

function sameValue(a: Scalar, b: Scalar): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return Object.is(a, b);
}

/** Bytes of a value, as it travels, but for its header. */
export function valueBytes(value: Scalar): number {
  if (value instanceof Uint8Array) return value.length;
  return typeof value === 'string' ? Buffer.byteLength(value, 'utf8') : 8;
}

/** What the signature of a record is made of. Every field has its length, so that no two records have the same bytes. */
function signedBytes({ salt, seq, expiresAt, value }: Omit<SignedRecord, 'signature' | 'kind'>): Uint8Array {
  const numbers = Buffer.alloc(17);
  numbers.writeUInt8(salt.length, 0);
  numbers.writeBigUInt64BE(BigInt(seq), 1);
  numbers.writeBigUInt64BE(BigInt(expiresAt), 9);
  return Buffer.concat([SIGNED_DOMAIN, numbers, salt, value]);
}

/** 160 bits of SHA-256: of SHA-1, which the Python library has for its keys, collisions are known. */
function keyOf(domain: Uint8Array, ...parts: Uint8Array[]): NodeId {
  const hash = createHash('sha256').update(domain);
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest().subarray(0, ID_BYTES));
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function checkBytes(name: string, bytes: Uint8Array, most: number): void {
  if (bytes instanceof Uint8Array && bytes.length <= most) return;
  throw new RangeError(`${name} must be a Uint8Array of at most ${most} bytes.`);
}
