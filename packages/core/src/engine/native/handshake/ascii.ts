/** The bytes of a text of ASCII, where there is no TextEncoder. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
