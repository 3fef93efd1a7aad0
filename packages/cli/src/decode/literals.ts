/** Text, bytes and JSON from the network, as they are safe on a terminal. */
import { printable } from '../output/printable.js';

/** The text in quotes, as a literal of JavaScript. */
export function quoted(text: string): string {
  // JSON writes the usual control characters in their short forms; what it leaves is written out here.
  return printable(JSON.stringify(text));
}

/** Bytes as hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
