import type { MethodContract } from '@rpcudp/core/service';

/** A target that a call could go to. */
export interface Candidate {
  /** By which it is known: the same target is another object in another call. */
  readonly address: string;
  readonly weight: number;
  /** Calls and streams of this channel that it has and has not ended. */
  readonly pending: number;
  /** How long its next call is expected to take, in milliseconds; undefined before its first answer. */
  expectedMs(): number | undefined;
  /** For how long calls wait for it and nothing has come, in milliseconds; 0 if none waits. */
  quietMs(): number;
}

/** What there is to know of a call before it is sent. */
export interface CallToPlace {
  readonly method: MethodContract;
  readonly args: readonly unknown[];
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Chooses a target for each call. Makers of policies such as `powerOfTwo()` give one for each channel. */
export interface Policy {
  /**
   * Chooses one of the candidates, of which there is one at least. Those that failed lately, were ejected, or have had this call already are
   * not among them.
   *
   * @param random Gives a number from 0 up to, not including, 1.
   */
  pick(candidates: readonly Candidate[], call: CallToPlace, random: () => number): Candidate;
}
