/** Datagrams as text, one on each line: hexadecimal or base64, with `#` before comments. */
import { quoted } from './literals.js';
import type { Entry } from './entries.js';

export type TextFormat = 'hex' | 'base64';

/** The bytes of a line, or why it has none. */
type Line = Uint8Array | string;

const HEX = /^[\s0-9a-fx]*$/i;
const BASE64 = /^[\s\w+/=-]*$/;
/** Digits of the shortest datagram, a reset, in base64. What is shorter is more likely hexadecimal with a slip in it. */
const BASE64_LEAST = 12;

/** Reads text line by line. Lines that hold nothing are passed over. */
export function* textEntries(text: string, format: TextFormat): Generator<Entry> {
  const parse = format === 'hex' ? parseHexLine : parseBase64Line;
  let line = 0;
  for (const content of text.split(/\r\n|[\r\n]/)) {
    line += 1;
    const digits = withoutComment(content);
    if (digits.trim() === '') continue;
    const found = parse(digits);
    const origin = { line };
    if (typeof found === 'string') yield { kind: 'unreadable', reason: found, origin };
    else yield { kind: 'datagram', bytes: found, origin };
  }
}

/**
 * Which of the two a text is: hexadecimal if most of its lines have no other digits, for base64 of even the shortest
 * datagram hardly ever looks like that.
 */
export function textFormatOf(text: string): TextFormat {
  const lines = text
    .split(/[\r\n]+/)
    .map(withoutComment)
    .filter((line) => line.trim() !== '');
  const hexLines = lines.filter((line) => HEX.test(line)).length;
  const base64Lines = lines.filter(
    (line) => !HEX.test(line) && BASE64.test(line) && line.trim().length >= BASE64_LEAST,
  ).length;
  return base64Lines > hexLines ? 'base64' : 'hex';
}

function withoutComment(line: string): string {
  const at = line.indexOf('#');
  return at < 0 ? line : line.slice(0, at);
}

function parseHexLine(line: string): Line {
  // Blanked and not cut out, so that columns stay what they are.
  const blanked = line.replace(/0x/gi, '  ');
  const wrong = /[^\s0-9a-f]/iu.exec(blanked);
  if (wrong !== null) return `column ${wrong.index + 1}: ${quoted(wrong[0])} is no hexadecimal digit`;
  const digits = blanked.replace(/\s+/g, '');
  if (digits.length % 2 !== 0) return `${digits.length} hexadecimal digits, half a byte too many or too few`;
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

function parseBase64Line(line: string): Line {
  const wrong = /[^\s\w+/=-]/u.exec(line);
  if (wrong !== null) return `column ${wrong.index + 1}: ${quoted(wrong[0])} is no digit of base64`;
  const digits = line.replace(/\s+/g, '');
  const unpadded = digits.replace(/=+$/, '');
  if (unpadded.includes('=')) return 'an equals sign stands before the end of the base64';
  if (unpadded.length % 4 === 1) return `${unpadded.length} digits of base64, one too many or too few`;
  return new Uint8Array(Buffer.from(unpadded, 'base64'));
}
