import type { CheckedEjection } from './options.js';

/** What came of the calls of one target since the last look. */
interface Tally {
  succeeded: number;
  failed: number;
  /** How often it was ejected, less one for each look at which it was not: by that ejections grow longer. */
  multiplier: number;
  ejectedAt: number | undefined;
}

/** What a look for outliers has changed, by address. */
export interface OutlierChanges {
  readonly ejected: readonly string[];
  readonly returned: readonly string[];
}

const NOTHING: OutlierChanges = { ejected: [], returned: [] };

/**
 * Finds targets that fail more often than others, and says for how long they get no calls: the algorithm of gRFC A50, which is Envoy's. It
 * looks when it is asked to and an interval is over: without calls there is nothing to be found.
 */
export class Outliers {
  readonly #options: CheckedEjection;
  readonly #tallies = new Map<string, Tally>();
  #lookAt: number;

  constructor(options: CheckedEjection, now: number) {
    this.#options = options;
    this.#lookAt = now + options.intervalMs;
  }

  /** Counts the end of a call. */
  ended(address: string, succeeded: boolean): void {
    const tally = this.#tallies.get(address);
    if (tally === undefined) return;
    if (succeeded) tally.succeeded += 1;
    else tally.failed += 1;
  }

  /** Takes over which targets there are. One that is there again begins anew. */
  know(addresses: ReadonlySet<string>): void {
    for (const address of [...this.#tallies.keys()]) if (!addresses.has(address)) this.#tallies.delete(address);
    for (const address of addresses)
      if (!this.#tallies.has(address))
        this.#tallies.set(address, { succeeded: 0, failed: 0, multiplier: 0, ejectedAt: undefined });
  }

  /** Looks for outliers, if an interval is over. */
  look(now: number): OutlierChanges {
    if (now < this.#lookAt) return NOTHING;
    this.#lookAt = now + this.#options.intervalMs;
    const ejected = [...this.#bySuccessRate(now), ...this.#byFailures(now)];
    const returned = this.#settle(now);
    for (const tally of this.#tallies.values()) tally.succeeded = tally.failed = 0;
    return { ejected, returned };
  }

  *#bySuccessRate(now: number): Generator<string> {
    const { successRate } = this.#options;
    if (successRate === undefined) return;
    const judged = this.#judged(successRate);
    if (judged === undefined) return;
    const rates = judged.map(([, { succeeded, failed }]) => succeeded / (succeeded + failed));
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
    const least = mean - successRate.deviations * Math.sqrt(variance);
    for (const [index, [address, tally]] of judged.entries())
      if (rates[index]! < least && this.#eject(tally, now)) yield address;
  }

  *#byFailures(now: number): Generator<string> {
    const { failurePercentage } = this.#options;
    if (failurePercentage === undefined) return;
    for (const [address, tally] of this.#judged(failurePercentage) ?? []) {
      const { succeeded, failed } = tally;
      const percent = (100 * failed) / (succeeded + failed);
      if (percent > failurePercentage.percent && this.#eject(tally, now)) yield address;
    }
  }

  /** Those that had enough calls, if they are enough. */
  #judged({ targetsMin, callsMin }: { targetsMin: number; callsMin: number }): [string, Tally][] | undefined {
    const judged = [...this.#tallies].filter(([, { succeeded, failed }]) => succeeded + failed >= callsMin);
    return judged.length >= targetsMin ? judged : undefined;
  }

  /** Ejects a target, unless it is ejected, or too many are. */
  #eject(tally: Tally, now: number): boolean {
    if (tally.ejectedAt !== undefined) return false;
    let ejected = 0;
    for (const { ejectedAt } of this.#tallies.values()) if (ejectedAt !== undefined) ejected += 1;
    if (ejected > 0 && (100 * ejected) / this.#tallies.size >= this.#options.ejectedPercentMax) return false;
    if (this.#options.ejectedPercentMax === 0) return false;
    tally.ejectedAt = now;
    tally.multiplier += 1;
    return true;
  }

  /** Lets those back whose time is over, and forgives the others a little. */
  #settle(now: number): string[] {
    const { ejectionMs, ejectionMsMax } = this.#options;
    const returned: string[] = [];
    for (const [address, tally] of this.#tallies) {
      if (tally.ejectedAt === undefined) tally.multiplier = Math.max(0, tally.multiplier - 1);
      else if (now >= tally.ejectedAt + Math.min(ejectionMs * tally.multiplier, Math.max(ejectionMs, ejectionMsMax))) {
        tally.ejectedAt = undefined;
        returned.push(address);
      }
    }
    return returned;
  }
}
