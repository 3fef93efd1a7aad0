/** Guards of strings that follow a pattern of TypeScript's, by the compiler's own rules. */
import { makeGuard, type Guard, type GuardParts } from './guard.js';
import { Kind, lookOf } from './looks.js';
import { REFUSED } from './refused.js';
import { Run } from './run.js';
import { quoted } from './words.js';

/** What may stand in a place of a template: any string, the text of a number or of a bigint, or what a guard takes. */
export type TemplateHole = 'string' | 'number' | 'bigint' | Guard<string>;

/** The type of a template literal, from its texts and what stands between them. */
export type TemplateOf<T extends readonly string[], H extends readonly TemplateHole[]> = T extends readonly [
  infer Text extends string,
  ...infer Texts extends string[],
]
  ? H extends readonly [infer Hole, ...infer Holes extends TemplateHole[]]
    ? `${Text}${HoleText<Hole>}${TemplateOf<Texts, Holes>}`
    : Text
  : '';

type HoleText<H> = H extends 'string'
  ? string
  : H extends 'number'
    ? number
    : H extends 'bigint'
      ? bigint
      : H extends Guard<infer S extends string>
        ? S
        : never;

/**
 * A guard of a template-literal type. @param texts Stand around the holes, so there is one more of them: `data-${string}`
 * is `template(['data-', ''], ['string'])`.
 */
export function template<const T extends readonly string[], const H extends readonly TemplateHole[]>(
  texts: T,
  holes: H,
): Guard<TemplateOf<T, H>> {
  const fits = holes.map(fitOf);
  return textGuard(`a string like ${patternText(texts, holes)}`, (text) => {
    const parts = partsOf(text, texts);
    return parts?.every((part, index) => fits[index]!(part)) === true;
  });
}

/** How letters are changed, by the name of the type that does it. */
export type Casing = 'Uppercase' | 'Lowercase' | 'Capitalize' | 'Uncapitalize';

const CASINGS: Readonly<Record<Casing, (text: string) => string>> = {
  Uppercase: (text) => text.toUpperCase(),
  Lowercase: (text) => text.toLowerCase(),
  Capitalize: (text) => text.charAt(0).toUpperCase() + text.slice(1),
  Uncapitalize: (text) => text.charAt(0).toLowerCase() + text.slice(1),
};

/** A guard of `Uppercase<T>` and its like: of what its intrinsic type leaves as it is, and `of` takes. */
export function casing(name: Casing, of: Guard<string>): Guard<string> {
  const change = CASINGS[name];
  const parts = of['~guard'];
  return textGuard(`${parts.expected()} in ${name}`, (text) => change(text) === text && takesText(parts, text));
}

/** Whether a text is one of a template's holes. */
function fitOf(hole: TemplateHole): (text: string) => boolean {
  if (hole === 'string') return () => true;
  if (hole === 'number') return (text) => text !== '' && Number.isFinite(Number(text));
  if (hole === 'bigint') return (text) => /^-?(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|0|[1-9]\d*)$/.test(text);
  return (text) => takesText(hole['~guard'], text);
}

/** Whether a guard takes a text. */
export function takesText({ check }: GuardParts, text: string): boolean {
  return check(text, new Run()) !== REFUSED;
}

function textGuard<T>(expected: string, fits: (text: string) => boolean): Guard<T> {
  return makeGuard<T>({
    expected,
    look: () => lookOf(Kind.string),
    check: (value, run) => {
      if (typeof value !== 'string') return run.refuse(expected, value);
      // A long text is looked through for each pattern.
      run.spend(value.length >> CHARACTERS_A_STEP_BITS);
      return fits(value) ? value : run.refuseFor(() => `expected ${expected}, got ${quoted(value)}`);
    },
  });
}

/** Searching so many characters, as a power of two, takes about as long as looking at another value. */
const CHARACTERS_A_STEP_BITS = 6;

/**
 * What stands in the holes of a template, as the compiler finds it: each text at the first place that follows the one
 * before, and one character between holes that touch. So a look through the text is enough; nothing is tried twice.
 */
function partsOf(text: string, texts: readonly string[]): readonly string[] | undefined {
  const [first, last] = [texts[0]!, texts.at(-1)!];
  if (texts.length === 1) return text === first ? [] : undefined;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const end = text.length - last.length;
  const parts: string[] = [];
  let at = first.length;
  for (const between of texts.slice(1, -1)) {
    const next = between === '' ? at + 1 : text.indexOf(between, at);
    if (next < 0 || next + between.length > end) return undefined;
    parts.push(text.slice(at, next));
    at = next + between.length;
  }
  parts.push(text.slice(at, end));
  return parts;
}

function patternText(texts: readonly string[], holes: readonly TemplateHole[]): string {
  const pattern = texts.map((text, index) => {
    const hole = holes[index];
    if (hole === undefined) return text;
    return `${text}<${typeof hole === 'string' ? hole : hole['~guard'].expected()}>`;
  });
  return quoted(pattern.join(''));
}
