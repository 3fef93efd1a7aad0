/** What a parameter expects. */
export interface Expectation {
  /** For messages: `a string`. */
  readonly what: string;
  /** Gives what the handler gets, or {@link REFUSED}. */
  readonly accept: (value: unknown) => unknown;
  /** Why this is not all that was declared, where that is so. */
  readonly doubt?: Doubt;
}

/** What can be wrong with a recorded type. */
export type Doubt = 'missing' | 'function' | 'object' | 'order' | 'rest' | 'instance';

/** No value that a handler could get. */
export const REFUSED = Symbol('refused');

export const ANYTHING: Expectation = { what: 'anything', accept: (value) => value };

/** Anything, because nobody knows better. */
export function anythingFor(doubt: Doubt): Expectation {
  return { ...ANYTHING, doubt };
}

export function expectation(what: string, fits: (value: unknown) => boolean): Expectation {
  return { what, accept: (value) => (fits(value) ? value : REFUSED) };
}

/** The name of a built-in class in a sentence. */
export function withArticle(name: string): string {
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}
