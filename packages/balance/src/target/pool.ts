import { RpcError, type RpcPeer } from '@rpcudp/core';
import type { BalanceListener } from '../events.js';
import type { Outliers } from '../ejection/outliers.js';
import type { CallToPlace, Policy } from '../policies/policy.js';
import type { BalancePorts } from '../ports.js';
import type { TargetStats } from '../stats.js';
import type { CallEnd } from './call-end.js';
import { PoolTarget, type BegunCall } from './pool-target.js';
import { checkTargets, type CheckedTarget, type Target } from './target.js';

/** What a {@link Pool} is made of. */
export interface PoolParts {
  /** A channel to a target. @throws RpcError if it cannot be called */
  readonly connect: (target: CheckedTarget) => RpcPeer;
  readonly policy: Policy;
  /** Undefined if none is ejected. */
  readonly outliers: Outliers | undefined;
  readonly ports: Pick<BalancePorts, 'now' | 'random'>;
  readonly tell: BalanceListener;
}

/** The targets that there are, and which of them gets a call. */
export class Pool {
  readonly #parts: PoolParts;
  #targets: readonly PoolTarget[] = [];
  readonly #leaving = new Set<PoolTarget>();
  #known = false;
  #problem: RpcError | undefined;
  #discoveryFails = false;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** Whether it is known which targets there are, or that this cannot be found out now. */
  get known(): boolean {
    return this.#known;
  }

  /** Why there are none. */
  get problem(): RpcError | undefined {
    return this.#problem;
  }

  /** A channel to any of the targets. */
  get sample(): RpcPeer | undefined {
    return this.#targets[0]?.channel;
  }

  /** Takes over what discovery gave. */
  apply(given: readonly Target[]): void {
    const { targets, refused } = checkTargets(given);
    const before = new Map(this.#targets.map((target) => [target.address, target]));
    const after: PoolTarget[] = [];
    const [added, problems]: [string[], RpcError[]] = [[], [...refused]];
    for (const checked of targets) {
      try {
        const known = sameServer(before.get(checked.address), checked);
        after.push(known === undefined ? this.#enter(checked) : updated(known, checked));
        if (known === undefined) added.push(checked.address);
        else before.delete(checked.address);
      } catch (error) {
        problems.push(RpcError.from(error));
      }
    }
    for (const target of before.values()) this.#leave(target);
    this.#targets = after;
    this.#known = true;
    this.#parts.outliers?.know(new Set(after.map(({ address }) => address)));
    this.#tellChange(added, [...before.keys()], problems[0]);
  }

  /** Discovery has failed: what is known stays. */
  discoveryFailed(error: RpcError): void {
    this.#known = true;
    if (this.#targets.length === 0) this.#problem = error;
    if (this.#discoveryFails) return;
    this.#discoveryFails = true;
    this.#parts.tell({ kind: 'discovery-failed', error });
  }

  /**
   * The target that a call goes to; undefined if there is none.
   *
   * @param tried Those that have had it.
   * @param insists Whether one that failed lately or was ejected is better than none.
   * @throws what the policy throws
   */
  choose(call: CallToPlace, tried: ReadonlySet<PoolTarget> | undefined, insists: boolean): PoolTarget | undefined {
    const { policy, ports } = this.#parts;
    const now = ports.now();
    this.#look(now);
    for (const target of this.#targets) target.askIfDue(now);
    let candidates = mostWanted(this.#targets, (target) => target.takes(now) && tried?.has(target) !== true);
    if (candidates.length === 0 && insists) candidates = mostWanted(this.#targets, (each) => tried?.has(each) !== true);
    if (candidates.length === 0) return undefined;
    const chosen = policy.pick(candidates, call, ports.random) as PoolTarget;
    if (candidates.includes(chosen)) return chosen;
    throw new RpcError('INTERNAL', 'The policy gave none of the candidates that pick() was given.', { executed: 'no' });
  }

  /** Takes what a call tells of its target. */
  ended(target: PoolTarget, call: BegunCall, end: CallEnd): void {
    target.ended(call, end);
    const tells = end.kind !== 'untold' && end.kind !== 'overtaken';
    if (tells && !target.leaving) this.#parts.outliers?.ended(target.address, end.kind === 'answered');
    if (target.leaving && target.pending === 0) this.#leaving.delete(target);
  }

  stats(): readonly TargetStats[] {
    return [...this.#targets, ...this.#leaving].map((target) => target.stats());
  }

  /** @throws RpcError if it cannot be called */
  #enter(checked: CheckedTarget): PoolTarget {
    return new PoolTarget(checked, this.#parts.connect(checked), this.#parts.ports);
  }

  #leave(target: PoolTarget): void {
    target.leaving = true;
    target.ejected = false;
    if (target.pending > 0) this.#leaving.add(target);
  }

  /** Ejects targets and lets others back, if it is time for that. */
  #look(now: number): void {
    const { ejected, returned } = this.#parts.outliers?.look(now) ?? { ejected: [], returned: [] };
    for (const address of ejected) this.#setEjected(address, true);
    for (const address of returned) this.#setEjected(address, false);
  }

  #setEjected(address: string, ejected: boolean): void {
    const target = this.#targets.find((each) => each.address === address);
    if (target === undefined) return;
    target.ejected = ejected;
    if (ejected) target.ejections += 1;
    this.#parts.tell({ kind: ejected ? 'ejected' : 'returned', address });
  }

  #tellChange(added: readonly string[], removed: readonly string[], problem: RpcError | undefined): void {
    const { tell } = this.#parts;
    const isNew = problem !== undefined && problem.message !== this.#problem?.message;
    this.#problem = problem;
    if (this.#discoveryFails) tell({ kind: 'discovery-recovered' });
    this.#discoveryFails = false;
    if (added.length > 0 || removed.length > 0) tell({ kind: 'targets', added, removed });
    if (isNew) tell({ kind: 'target-refused', error: problem });
  }
}

/** Who has another key is another server. */
function sameServer(known: PoolTarget | undefined, { publicKey }: CheckedTarget): PoolTarget | undefined {
  return known?.publicKey === publicKey ? known : undefined;
}

function updated(target: PoolTarget, { weight, priority }: CheckedTarget): PoolTarget {
  target.weight = weight;
  target.priority = priority;
  return target;
}

/** Of those that fit, the ones of the lowest priority number. Usually that is all, and nothing is made then. */
function mostWanted(targets: readonly PoolTarget[], fits: (target: PoolTarget) => boolean): readonly PoolTarget[] {
  let lowest = Infinity;
  let count = 0;
  for (const target of targets) {
    if (target.priority > lowest || !fits(target)) continue;
    count = target.priority < lowest ? 1 : count + 1;
    lowest = target.priority;
  }
  if (count === targets.length) return targets;
  return targets.filter((target) => target.priority === lowest && fits(target));
}
