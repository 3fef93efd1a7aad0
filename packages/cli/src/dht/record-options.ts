import { readFile } from 'node:fs/promises';
import type { SigningKeys } from '@rpcudp/kademlia';
import { parseArgument } from '../arguments/parse-arguments.js';
import { misuse } from '../failure.js';
import { parseText } from './key.js';
import type { DhtOptions } from './options.js';

/** How long records are held at most, in milliseconds: `RECORD_MS_MAX` of `@rpcudp/kademlia`. */
const TTL_MS_MAX = 604_800_000;

/** Checks what was typed about a record. @throws CommandFailure if it does not go together */
export function checkRecordOptions(options: DhtOptions): void {
  const { wire, keyFile, seq, cas, ttl } = options;
  saltOf(options);
  if (wire !== 'native')
    throw misuse('On the rpcudp wire there are no records that prove themselves. Leave --wire rpcudp out.');
  if (keyFile === undefined && (seq ?? cas) !== undefined)
    throw misuse(
      '--seq and --cas are of signed records. Say who signs: --key-file alice.key, a file of rpcudp keygen.',
    );
  if (ttl !== undefined && ttl > TTL_MS_MAX) throw misuse('Records are held for seven days at most: --ttl 168h.');
}

/** The salt that was typed; none is an empty one. @throws CommandFailure for digits that are none */
export function saltOf({ salt = '' }: DhtOptions): string | Uint8Array {
  return parseText(salt, 'The salt');
}

/** How long a record that is made now is held, in milliseconds. */
export function ttlOf({ ttl = TTL_MS_MAX }: DhtOptions): number {
  return ttl;
}

/**
 * What a record is made of: bytes, or the UTF-8 of a text; of a file or standard input all bytes as they are, for what is stored by
 * its hash is most often one.
 *
 * @throws CommandFailure for what is neither, and a file that cannot be read
 */
export async function recordBytes(word: string): Promise<Uint8Array> {
  if (word === '-') return standardInput();
  if (word.startsWith('@')) return fileBytes(word.slice(1));
  const value = await parseArgument(word, 'The record');
  if (typeof value === 'string') return new Uint8Array(Buffer.from(value, 'utf8'));
  if (value instanceof Uint8Array) return value;
  throw misuse(`A record is text or bytes: '"text"', hex:00ff, @file or -. For other values: rpcudp dht set`);
}

async function standardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return new Uint8Array(Buffer.concat(chunks));
}

async function fileBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const said = (error as NodeJS.ErrnoException).code ?? String(error);
    throw misuse(`The file ${path} cannot be read: ${said}. To store text, write str:@${path}`, error);
  }
}

/**
 * The keys of a file: of `rpcudp keygen`, or 64 hexadecimal digits, which are a seed.
 *
 * @throws RpcError if it holds neither, cannot be read, or others may read it
 */
export async function loadSigningKeys(file: string): Promise<SigningKeys> {
  const [{ loadKeyPair, loadSharedSecret }, { signingKeys }] = await Promise.all([
    import('@rpcudp/core/security'),
    import('@rpcudp/kademlia'),
  ]);
  const secret = loadSharedSecret(file);
  const isSeed = /^[\da-f]{64}$/i.test(secret);
  return signingKeys(isSeed ? Uint8Array.from(Buffer.from(secret, 'hex')) : loadKeyPair(file));
}
