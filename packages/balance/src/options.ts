import { RpcError, type WireName } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';
import { RetryThrottle, type RetryBudget } from '@rpcudp/core/interceptors';
import { checkNumber, checkWhole, TIMER_MS_MAX } from './check.js';
import type { Discovery } from './discovery/discovery.js';
import { list } from './discovery/list.js';
import { checkEjection, type CheckedEjection, type EjectionOptions } from './ejection/options.js';
import { guarded, warnOfEvents, type BalanceListener } from './events.js';
import { HEDGE_ATTEMPTS_DEFAULT, HEDGE_ATTEMPTS_MAX } from './limits.js';
import type { Policy } from './policies/policy.js';
import { powerOfTwo } from './policies/power-of-two.js';
import { SYSTEM_PORTS, type BalancePorts } from './ports.js';
import type { Target } from './target/target.js';

/** When an idempotent call is sent to another target beside the first. */
export interface HedgeOptions {
  /** After how long without an answer, in milliseconds: a little more than most answers take. */
  readonly afterMs: number;
  /** How many attempts a call has altogether: from 1 to 5. Default: 2. */
  readonly attempts?: number;
}

/** What {@link balance} takes. */
export interface BalanceOptions {
  /** Where the targets come from: `dns()`, `srv()`, a discovery of your own, or a list of addresses. */
  readonly targets: Discovery | readonly (string | Target)[];
  /** Which target a call goes to. Default: `powerOfTwo()`. */
  readonly policy?: Policy;
  /** When idempotent calls are sent to a second target. Default: when the first has failed, and not before. */
  readonly hedge?: HedgeOptions;
  /** How many attempts there may be beyond one for each call, where one may have run: gRFC A6. */
  readonly budget?: RetryBudget;
  /** When targets get no calls because they fail more often than others; false for never. Default: the numbers of gRFC A50. */
  readonly ejection?: EjectionOptions | false;
  /** Which of the endpoint's wires to speak. Default: as `endpoint.peer()`. */
  readonly wire?: WireName;
  /** How long calls wait, in milliseconds, with all their attempts together. Default: the endpoint's `timeoutMs`. */
  readonly timeoutMs?: number;
  /** Whether calls wait until there is a target that can take them. Default: false, they end with `UNAVAILABLE` at once. */
  readonly waitForReady?: boolean;
  /** Hears what happens to the targets. Default: that discovery has failed, and that a target cannot be called, becomes a warning of the process. */
  readonly onEvent?: BalanceListener;
  /** The clock, the chance and the timers to go by. Default: those of this process. */
  readonly ports?: BalancePorts;
}

/** Hedging, checked and defaulted. */
export type CheckedHedge = Required<HedgeOptions>;

/** The options, checked and defaulted. */
export interface CheckedOptions {
  readonly targets: Discovery;
  readonly policy: Policy;
  readonly hedge: CheckedHedge | undefined;
  readonly throttle: RetryThrottle;
  readonly ejection: CheckedEjection | undefined;
  readonly wire: WireName | undefined;
  readonly timeoutMs: number | undefined;
  readonly waitForReady: boolean;
  readonly tell: BalanceListener;
  readonly ports: BalancePorts;
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkOptions(options: BalanceOptions): CheckedOptions {
  const { ejection = {}, wire, timeoutMs, waitForReady = false, onEvent } = options;
  if (timeoutMs !== undefined) checkNumber('timeoutMs', timeoutMs, [1, TIMER_MS_MAX]);
  if (typeof waitForReady !== 'boolean') throw expected('waitForReady', 'true or false', waitForReady);
  return {
    targets: checkDiscovery(options.targets),
    policy: checkPolicy(options.policy),
    hedge: options.hedge && checkHedge(options.hedge),
    throttle: new RetryThrottle(options.budget),
    ejection: ejection === false ? undefined : checkEjection(ejection),
    wire,
    timeoutMs,
    waitForReady,
    tell: onEvent === undefined ? warnOfEvents : guarded(checkListener(onEvent)),
    ports: options.ports ?? SYSTEM_PORTS,
  };
}

function checkDiscovery(targets: BalanceOptions['targets']): Discovery {
  if (Array.isArray(targets)) return list(targets as readonly (string | Target)[]);
  if (typeof (targets as Partial<Discovery> | null | undefined)?.watch === 'function') return targets as Discovery;
  throw expected('targets', 'a list of addresses, or a discovery such as dns()', targets);
}

function checkPolicy(policy: Policy = powerOfTwo()): Policy {
  if (typeof (policy as Partial<Policy> | null)?.pick === 'function') return policy;
  throw expected('policy', 'a policy such as powerOfTwo()', policy);
}

function checkListener(listener: unknown): BalanceListener {
  if (typeof listener === 'function') return listener as BalanceListener;
  throw expected('onEvent', 'a function', listener);
}

function checkHedge({ afterMs, attempts = HEDGE_ATTEMPTS_DEFAULT }: HedgeOptions): CheckedHedge {
  return {
    afterMs: checkNumber('hedge.afterMs', afterMs, [0, TIMER_MS_MAX]),
    attempts: checkWhole('hedge.attempts', attempts, [1, HEDGE_ATTEMPTS_MAX]),
  };
}

function expected(option: string, what: string, value: unknown): RpcError {
  return new RpcError('INVALID_ARGUMENT', `${option} must be ${what}, not ${inspectOption(value)}.`);
}
