/** How services and methods are named in subjects: `docs/nats.md` §1. */

const HEX = '0123456789abcdef';

/**
 * A name as one token of a subject: letters, digits and `_` as they are, each other byte of its UTF-8 as `-` and two hexadecimal
 * digits. So it is a name for all tools of NATS, too, which allow no more than these and `-`.
 */
export function tokenOf(name: string | Uint8Array): string {
  const bytes = typeof name === 'string' ? new TextEncoder().encode(name) : name;
  let token = '';
  for (const byte of bytes)
    token += isPlain(byte) ? String.fromCharCode(byte) : `-${HEX[byte >> 4]!}${HEX[byte & 15]!}`;
  return token;
}

/** The name that a token is of; undefined if it is of none. */
export function nameOf(token: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < token.length; at += 1) {
    if (token[at] !== '-') {
      bytes.push(token.charCodeAt(at));
      continue;
    }
    const byte = 16 * HEX.indexOf(token[at + 1] ?? ' ') + HEX.indexOf(token[at + 2] ?? ' ');
    bytes.push(byte);
    at += 2;
  }
  const name = readUtf8(bytes);
  // There is one way to write each name, and what is written otherwise is none.
  return name !== undefined && tokenOf(name) === token ? name : undefined;
}

function readUtf8(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function isPlain(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 95;
}

/** The subject that calls of a method are sent to. */
export function methodSubject(prefix: string, service: string, method: string): string {
  return `${prefix}.${tokenOf(service)}.${tokenOf(method)}`;
}

/** The last token of the subject by which all instances of a service hear that a call was cancelled: no name has a `$`. */
export const CANCEL_TOKEN = '$cancel';
