import { RpcError } from '@rpcudp/core';
import { checkTarget, type Target } from '../target/target.js';
import type { Discovery } from './discovery.js';
import { TARGETS_MAX } from '../limits.js';

/**
 * Targets that stay what they are: addresses, or targets with a weight and a key.
 *
 * @throws RpcError `INVALID_ARGUMENT` if there is none, there are more than 1,024, or one is none
 */
export function list(targets: readonly (string | Target)[]): Discovery {
  if (!Array.isArray(targets) || targets.length === 0 || targets.length > TARGETS_MAX)
    throw new RpcError('INVALID_ARGUMENT', `list() takes from 1 to ${TARGETS_MAX} targets, such as "10.0.0.1:1234".`);
  const named = (targets as readonly (string | Target)[]).map((each): Target =>
    typeof each === 'string' ? { address: each } : each,
  );
  const addresses = named.map((target) => checkTarget(target).address);
  const others = addresses.length > 1 ? ` and ${addresses.length - 1} more` : '';
  return {
    label: `${addresses[0]!}${others}`,
    // eslint-disable-next-line @typescript-eslint/require-await -- a generator that has nothing to wait for
    async *watch() {
      yield named;
    },
  };
}
