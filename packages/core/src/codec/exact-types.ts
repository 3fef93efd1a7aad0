/** The extension types of the native wire's own values. `docs/values.md` specifies them; users have those below. */

/** The last extension type that users may register. */
export const USER_TYPE_MAX = 95;

export const UNDEFINED = 96;
export const BIGINT = 97;
export const MAP = 98;
export const SET = 99;
export const BINARY = 100;
export const ERROR = 101;
export const REGEXP = 102;
export const URL_TEXT = 103;
export const INVALID_DATE = 104;
/** One or more holes of a sparse array. */
export const HOLES = 105;
/** A value that came before. */
export const REFERENCE = 106;

/** The classes of errors, in the order of their numbers. */
export const ERROR_NAMES = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
] as const;

export type ErrorName = (typeof ERROR_NAMES)[number];

/** What an error has that is not enumerable, beside its stack, which does not travel. */
export const HIDDEN_FIELDS: readonly string[] = ['message', 'name', 'cause', 'errors'];
