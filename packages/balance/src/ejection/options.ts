import { checkNumber, checkWhole, TIMER_MS_MAX } from '../check.js';
import {
  EJECTED_PERCENT_MAX_DEFAULT,
  EJECTION_INTERVAL_MS_DEFAULT,
  EJECTION_MS_DEFAULT,
  EJECTION_MS_MAX_DEFAULT,
  FAILURE_CALLS_MIN_DEFAULT,
  FAILURE_PERCENT_DEFAULT,
  FAILURE_TARGETS_MIN_DEFAULT,
  SUCCESS_RATE_CALLS_MIN_DEFAULT,
  SUCCESS_RATE_DEVIATIONS_DEFAULT,
  SUCCESS_RATE_TARGETS_MIN_DEFAULT,
} from '../limits.js';

/** Which targets are outliers by how many of their calls succeed, compared with the others. */
export interface SuccessRateOptions {
  /** How many standard deviations below the mean of all a target is one. Default: 1.9. */
  readonly deviations?: number;
  /** How many targets must have had enough calls. Default: 5. */
  readonly targetsMin?: number;
  /** How many calls within an interval are enough. Default: 100. */
  readonly callsMin?: number;
}

/** Which targets are outliers by how many of their calls fail, whatever the others do. */
export interface FailurePercentageOptions {
  /** How many of 100 calls may fail. Default: 85. */
  readonly percent?: number;
  /** How many targets must have had enough calls. Default: 5. */
  readonly targetsMin?: number;
  /** How many calls within an interval are enough. Default: 50. */
  readonly callsMin?: number;
}

/** When a target is ejected, that is, gets no calls because it fails more often than others: gRFC A50. */
export interface EjectionOptions {
  /** How often outliers are looked for, in milliseconds. Default: 10,000. */
  readonly intervalMs?: number;
  /** How long the first ejection takes, in milliseconds; each that follows takes as much longer. Default: 30,000. */
  readonly ejectionMs?: number;
  /** How long one takes at most, in milliseconds. Default: 300,000, or `ejectionMs` if that is more. */
  readonly ejectionMsMax?: number;
  /** How many of 100 targets may be ejected at once; one may be in any case. Default: 10. */
  readonly ejectedPercentMax?: number;
  /** False switches it off. */
  readonly successRate?: SuccessRateOptions | false;
  /** False switches it off. */
  readonly failurePercentage?: FailurePercentageOptions | false;
}

/** The options, checked and defaulted. */
export interface CheckedEjection {
  readonly intervalMs: number;
  readonly ejectionMs: number;
  readonly ejectionMsMax: number;
  readonly ejectedPercentMax: number;
  readonly successRate: Required<SuccessRateOptions> | undefined;
  readonly failurePercentage: Required<FailurePercentageOptions> | undefined;
}

const PERCENT = [0, 100] as const;
const MILLIS = [1, TIMER_MS_MAX] as const;
const COUNT = [1, 1_000_000_000] as const;

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkEjection(options: EjectionOptions): CheckedEjection {
  const { intervalMs = EJECTION_INTERVAL_MS_DEFAULT, ejectionMs = EJECTION_MS_DEFAULT } = options;
  const { ejectionMsMax = Math.max(ejectionMs, EJECTION_MS_MAX_DEFAULT) } = options;
  const { ejectedPercentMax = EJECTED_PERCENT_MAX_DEFAULT } = options;
  const { successRate = {}, failurePercentage = {} } = options;
  return {
    intervalMs: checkNumber('ejection.intervalMs', intervalMs, MILLIS),
    ejectionMs: checkNumber('ejection.ejectionMs', ejectionMs, MILLIS),
    ejectionMsMax: checkNumber('ejection.ejectionMsMax', ejectionMsMax, MILLIS),
    ejectedPercentMax: checkNumber('ejection.ejectedPercentMax', ejectedPercentMax, PERCENT),
    successRate: successRate === false ? undefined : checkSuccessRate(successRate),
    failurePercentage: failurePercentage === false ? undefined : checkFailurePercentage(failurePercentage),
  };
}

function checkSuccessRate(options: SuccessRateOptions): Required<SuccessRateOptions> {
  const { deviations = SUCCESS_RATE_DEVIATIONS_DEFAULT } = options;
  const { targetsMin = SUCCESS_RATE_TARGETS_MIN_DEFAULT, callsMin = SUCCESS_RATE_CALLS_MIN_DEFAULT } = options;
  return {
    deviations: checkNumber('ejection.successRate.deviations', deviations, [0, 1_000]),
    targetsMin: checkWhole('ejection.successRate.targetsMin', targetsMin, COUNT),
    callsMin: checkWhole('ejection.successRate.callsMin', callsMin, COUNT),
  };
}

function checkFailurePercentage(options: FailurePercentageOptions): Required<FailurePercentageOptions> {
  const { percent = FAILURE_PERCENT_DEFAULT } = options;
  const { targetsMin = FAILURE_TARGETS_MIN_DEFAULT, callsMin = FAILURE_CALLS_MIN_DEFAULT } = options;
  return {
    percent: checkNumber('ejection.failurePercentage.percent', percent, PERCENT),
    targetsMin: checkWhole('ejection.failurePercentage.targetsMin', targetsMin, COUNT),
    callsMin: checkWhole('ejection.failurePercentage.callsMin', callsMin, COUNT),
  };
}
