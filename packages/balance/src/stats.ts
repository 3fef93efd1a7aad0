/**
 * What becomes of a target. `'ready'`: it is called. `'avoided'`: it has failed, and gets no calls for a moment, unless no other is there.
 * `'trial'`: it has failed,
 * and is asked whether it is there, or gets one call at a time until it answers. `'ejected'`: it fails more often than the others, and gets none for
 * longer. `'leaving'`: discovery names it no more, and its last calls are under way.
 */
export type TargetState = 'ready' | 'avoided' | 'trial' | 'ejected' | 'leaving';

/** Figures of one target, since discovery has named it. */
export interface TargetStats {
  readonly address: string;
  readonly state: TargetState;
  readonly weight: number;
  readonly priority: number;
  /** Calls and streams that have not ended. */
  readonly pending: number;
  /** How long its calls take, in milliseconds, what is older counting less; undefined before the first answer. */
  readonly roundTripMs: number | undefined;
  /** Calls and streams that were begun there. */
  readonly calls: number;
  /** Those that it answered, be it with an error of its own. */
  readonly answered: number;
  /** Those that it refused before they ran, and that went to another target if there was one. */
  readonly refusals: number;
  /** Those that went wrong in a way that tells of the target and not of the call: silences too, refusals not. */
  readonly failures: number;
  /** Those of which nothing was heard within their time. */
  readonly silences: number;
  /** Those that were given up because another target had answered sooner. */
  readonly overtaken: number;
  /** Whether it is ejected now, and how often it was. */
  readonly ejected: boolean;
  readonly ejections: number;
}

/** Figures of a channel. */
export interface BalanceStats {
  readonly targets: readonly TargetStats[];
  /** Calls and streams that were begun. */
  readonly calls: number;
  /** Calls that wait for a target. */
  readonly waiting: number;
  /** Attempts that were made because another target had refused the call, or failed. */
  readonly moved: number;
  /** Attempts that were made beside another one, which took too long. */
  readonly hedged: number;
  /** Attempts that were not made because the budget was used up. */
  readonly withheld: number;
  /** What is left of the budget, in tokens. */
  readonly tokens: number;
}
