/** The headers of messages: `docs/nats.md` §2 has the table. */
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { HEADER_OVERHEAD_BYTES } from './limits.js';

/** Headers as pairs, in the order in which they are written. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

export const HEADER = {
  version: 'Rpcudp-Version',
  kind: 'Rpcudp-Kind',
  call: 'Rpcudp-Call',
  timeoutMs: 'Rpcudp-Timeout-Ms',
  delivery: 'Rpcudp-Delivery',
  oneWay: 'Rpcudp-One-Way',
  stream: 'Rpcudp-Stream',
  windowItems: 'Rpcudp-Window-Items',
  windowBytes: 'Rpcudp-Window-Bytes',
  index: 'Rpcudp-Index',
  items: 'Rpcudp-Items',
  takenItems: 'Rpcudp-Taken-Items',
  takenBytes: 'Rpcudp-Taken-Bytes',
  code: 'Rpcudp-Code',
  executed: 'Rpcudp-Executed',
  /** Before the name of each word of metadata. */
  metadata: 'Rpcudp-Meta-',
  /** As tools of NATS know errors of services. */
  serviceError: 'Nats-Service-Error',
  serviceErrorCode: 'Nats-Service-Error-Code',
} as const;

/** As the client library wants them; undefined if there are none. */
export function headersOf(pairs: HeaderPairs): MsgHdrs | undefined {
  if (pairs.length === 0) return undefined;
  const made = headers();
  for (const [name, value] of pairs) made.append(name, value);
  return made;
}

/** How many bytes they take, and no less. */
export function headerBytes(pairs: HeaderPairs): number {
  if (pairs.length === 0) return 0;
  let bytes = HEADER_OVERHEAD_BYTES;
  for (const [name, value] of pairs) bytes += name.length + value.length + 4;
  return bytes;
}

/** A header that is there once; undefined if it is not there. */
export function header(from: MsgHdrs | undefined, name: string): string | undefined {
  return from?.has(name) === true ? from.get(name) : undefined;
}

/** A whole number from 0 to `most`; undefined if the text is none. */
export function wholeNumber(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  const number = Number(text);
  return number <= most ? number : undefined;
}

/** Text as a header can carry it: all but printable ASCII, and `%` itself, as `%` and two hexadecimal digits for each byte. */
export function escapeText(text: string): string {
  if (/^[!-$&-~]*$/.test(text)) return text;
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8'))
    escaped +=
      byte > 32 && byte < 127 && byte !== 37
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return escaped;
}

/** A name for a header: what cannot be in a name, or ends it, is escaped as well. */
export function escapeName(name: string): string {
  return escapeText(name).replaceAll(':', '%3A');
}

/** What {@link escapeText} and {@link escapeName} were given; undefined if it is the text of neither. */
export function unescapeText(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The words of metadata among headers; undefined if there are none, null if one cannot be read. */
export function readMetadata(from: MsgHdrs | undefined): Record<string, string> | null | undefined {
  const words: [string, string][] = [];
  for (const name of from?.keys() ?? []) {
    if (!name.startsWith(HEADER.metadata)) continue;
    const key = unescapeText(name.slice(HEADER.metadata.length));
    const value = unescapeText(from!.get(name));
    if (key === undefined || value === undefined) return null;
    words.push([key, value]);
  }
  return words.length === 0 ? undefined : Object.fromEntries(words);
}

export function metadataPairs(words: Readonly<Record<string, string>>): HeaderPairs {
  return Object.entries(words).map(([key, value]) => [HEADER.metadata + escapeName(key), escapeText(value)]);
}
