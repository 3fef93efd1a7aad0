/** Names in a sentence: `a, b and c`. Of many, some are enough to see which. */
export function listOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX);
  if (names.length > NAMES_MAX) return `${shown.join(', ')} and ${names.length - NAMES_MAX} more`;
  return names.length === 1 ? names[0]! : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

const NAMES_MAX = 8;
