/** The largest value of the present period and of the one before it. */
export class RecentMaximum {
  #present = 0;
  #before = 0;

  get value(): number {
    return Math.max(this.#present, this.#before);
  }

  take(value: number): void {
    this.#present = Math.max(this.#present, value);
  }

  /** The next period begins. */
  advance(): void {
    // A period in which nothing was measured says nothing.
    if (this.#present === 0) return;
    this.#before = this.#present;
    this.#present = 0;
  }
}
