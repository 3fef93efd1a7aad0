/** How many handlers of an endpoint may run at once, and how many do. */
export class HandlerSlots {
  readonly #slotsMax: number;
  #taken = 0;

  constructor(slotsMax: number) {
    this.#slotsMax = slotsMax;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes a slot for one more handler; false if there is none. */
  take(): boolean {
    if (this.#taken >= this.#slotsMax) return false;
    this.#taken += 1;
    return true;
  }

  giveBack(): void {
    this.#taken -= 1;
  }
}
