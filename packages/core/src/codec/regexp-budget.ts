/**
 * What the regular expressions of one value may cost. Their syntax is checked when they are made, and a stranger can make that
 * slow: some property escapes take milliseconds, and classes inside of each other grow with the square of their depth.
 */
import { REGEXP_PROPERTIES_MAX, REGEXP_SOURCE_BYTES_MAX } from '../limits.js';

const BACKSLASH = 0x5c;
const LOWER_P = 0x70;
const UPPER_P = 0x50;

export class RegExpBudget {
  #bytes = 0;
  #properties = 0;

  /** Adds a source in UTF-8; tells what is too much then, if anything is. */
  add(source: Uint8Array): string | undefined {
    this.#bytes += source.length;
    if (this.#bytes > REGEXP_SOURCE_BYTES_MAX) {
      return `regular expressions of more than ${REGEXP_SOURCE_BYTES_MAX.toLocaleString('en')} bytes`;
    }
    for (let at = 0; at < source.length - 1; at += 1) {
      if (source[at] !== BACKSLASH) continue;
      if (source[at + 1] === LOWER_P || source[at + 1] === UPPER_P) this.#properties += 1;
    }
    if (this.#properties <= REGEXP_PROPERTIES_MAX) return undefined;
    return `regular expressions with more than ${REGEXP_PROPERTIES_MAX} property escapes`;
  }
}
