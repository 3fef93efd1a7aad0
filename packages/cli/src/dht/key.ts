import type { Key } from '@rpcudp/kademlia';
import { parseBytes } from '../arguments/json5-values.js';
import { misuse } from '../failure.js';

/**
 * A key as it is typed: text as it stands, `str:` before text that would be taken for something else, `hex:…` or `base64:…`.
 * Numbers need no form of their own: `1` and `'1'` are the same key.
 *
 * @throws CommandFailure for digits that are none
 */
export function parseKey(word: string): Key {
  if (word.startsWith('str:')) return word.slice('str:'.length);
  if (!/^(?:hex|base64):/.test(word)) return word;
  try {
    return parseBytes(word);
  } catch (error) {
    throw misuse(`The key: ${(error as Error).message}. To take it as text, write str:${word}`, error);
  }
}
