import type { Key, NodeId } from '@rpcudp/kademlia';
import { parseBytes } from '../arguments/json5-values.js';
import { misuse } from '../failure.js';

/** A key as it was typed: of a value, or of a record that proves itself, as `dht put` prints it. */
export type TypedKey =
  | { readonly kind: 'scalar'; readonly key: Key }
  | { readonly kind: 'immutable'; readonly key: NodeId }
  | { readonly kind: 'signed'; readonly publicKey: Uint8Array };

/**
 * Reads a key: text as it stands, `str:` before text that would be taken for something else, `hex:…` or `base64:…`, and of
 * records `immutable:` and 40 hexadecimal digits, or `signed:` and the 43 characters of a public key. Numbers need no form of
 * their own: `1` and `'1'` are the same key.
 *
 * @throws CommandFailure for digits that are none
 */
export function parseKey(word: string): TypedKey {
  const { kind, rest } = /^(?<kind>immutable|signed):(?<rest>.*)$/s.exec(word)?.groups ?? {};
  if (kind === undefined) return { kind: 'scalar', key: parseText(word, 'The key') };
  const bytes = Buffer.from(rest!, kind === 'immutable' ? 'hex' : 'base64url');
  if (kind === 'immutable' && rest!.length === 40 && bytes.length === 20) return { kind, key: Uint8Array.from(bytes) };
  if (kind === 'signed' && bytes.length === 32 && bytes.toString('base64url') === rest)
    return { kind, publicKey: Uint8Array.from(bytes) };
  const digits = kind === 'immutable' ? '40 hexadecimal digits' : 'the 43 characters of a public key';
  throw misuse(
    `The key: ${kind}: takes ${digits}, as rpcudp dht put prints them. To take it as text, write str:${word}`,
  );
}

/** Text or bytes, as keys and salts are typed. @throws CommandFailure for digits that are none */
export function parseText(word: string, what: string): string | Uint8Array {
  if (word.startsWith('str:')) return word.slice('str:'.length);
  if (!/^(?:hex|base64):/.test(word)) return word;
  try {
    return parseBytes(word);
  } catch (error) {
    throw misuse(`${what}: ${(error as Error).message}. To take it as text, write str:${word}`, error);
  }
}

/** The key of an immutable record, as `get` takes it. */
export function immutableName(key: NodeId): string {
  return `immutable:${Buffer.from(key).toString('hex')}`;
}

/** The key of the signed records of a public key, as `get` takes it. */
export function signedName(publicKey: Uint8Array): string {
  return `signed:${Buffer.from(publicKey).toString('base64url')}`;
}
