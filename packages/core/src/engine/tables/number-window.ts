/** Numbers of one word. */
const BITS = 32;

/**
 * The numbers that have come of a sequence that mostly comes in order, exact for the highest of them: a ring of bits, as
 * the anti-replay window of RFC 6479. What lies below it counts as having come. As long as nothing is missing, there is no
 * ring, for thousands of peers have such a window each.
 */
export class NumberWindow {
  readonly #wordsMax: number;
  #words: number[] | undefined;
  #largest = -1;

  /** @param numbers How many numbers below the largest are known at least; a multiple of 32. */
  constructor(numbers: number) {
    this.#wordsMax = numbers / BITS + 1;
  }

  /** The largest number that has come; -1 if none has. */
  get largest(): number {
    return this.#largest;
  }

  /** Takes a number in; false if it has come before, or is too low to tell. */
  add(number: number): boolean {
    if (number === this.#largest + 1 && this.#words === undefined) {
      this.#largest = number;
      return true;
    }
    if (number <= this.#largest) return this.#addLow(number);
    const words = (this.#words ??= this.#allThere());
    const word = wordOf(number);
    const first = Math.max(wordOf(this.#largest) + 1, word - this.#wordsMax + 1);
    for (let missing = first; missing <= word; missing += 1) words[missing % this.#wordsMax] = 0;
    this.#largest = number;
    words[word % this.#wordsMax]! |= bitOf(number);
    return true;
  }

  #addLow(number: number): boolean {
    const word = wordOf(number);
    if (this.#words === undefined || word <= wordOf(this.#largest) - this.#wordsMax) return false;
    const at = word % this.#wordsMax;
    if ((this.#words[at]! & bitOf(number)) !== 0) return false;
    this.#words[at]! |= bitOf(number);
    return true;
  }

  /** The ring when everything up to the largest number has come, and nothing above it. */
  #allThere(): number[] {
    const words = new Array<number>(this.#wordsMax).fill(-1);
    const word = Math.max(0, wordOf(this.#largest));
    words[word % this.#wordsMax] = this.#largest < 0 ? 0 : (-1 >>> (BITS - 1 - (this.#largest % BITS))) | 0;
    return words;
  }
}

/** Which word a number is in. Numbers exceed the 32 bits that shifts work on. */
function wordOf(number: number): number {
  return Math.floor(number / BITS);
}

function bitOf(number: number): number {
  return 1 << (number % BITS);
}
