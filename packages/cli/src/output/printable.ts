/**
 * Text from a peer as it is safe on a terminal: control characters, which could move the cursor or hide what was printed
 * before, become escapes, and a line stays one line.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escapeOf);
}

function escapeOf(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return ' ';
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
