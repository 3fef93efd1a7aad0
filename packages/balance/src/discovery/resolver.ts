import { Resolver } from 'node:dns/promises';
import { RpcError } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';
import { checkNumber, TIMER_MS_MAX } from '../check.js';
import {
  DNS_TIMEOUT_MS,
  DNS_TRIES,
  LOOKUP_EVERY_MS_DEFAULT,
  LOOKUP_EVERY_MS_MIN,
  NAME_CHARACTERS_MAX,
  TARGETS_MAX,
} from '../limits.js';
import { isUnicast } from '../target/target.js';

/** One SRV record. */
export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** What asks DNS: a `Resolver` of `node:dns/promises`, or what stands for one. */
export interface DnsResolver {
  resolve4(name: string): Promise<readonly string[]>;
  resolve6(name: string): Promise<readonly string[]>;
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
}

/** What `srv()` takes, and `dns()` too. */
export interface LookupOptions {
  /** How often to look, in milliseconds, up to a tenth more or less by chance. Default: 5,000. */
  readonly everyMs?: number;
  /** Who is asked. Default: the DNS servers of this machine; `/etc/hosts` and search domains are not looked at. */
  readonly resolver?: DnsResolver;
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkLookup(name: string, options: LookupOptions): Required<LookupOptions> {
  if (typeof name !== 'string' || !isName(name))
    throw new RpcError(
      'INVALID_ARGUMENT',
      `A name for DNS is expected, such as "orders.internal", not ${inspectOption(name)}.`,
    );
  const { everyMs = LOOKUP_EVERY_MS_DEFAULT } = options;
  const { resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES }) } = options;
  return { everyMs: checkNumber('everyMs', everyMs, [LOOKUP_EVERY_MS_MIN, TIMER_MS_MAX / 2]), resolver };
}

/** Whether a text can be a name in DNS. */
export function isName(name: string): boolean {
  return name.length <= NAME_CHARACTERS_MAX && /^[\w-]+(?:\.[\w-]+)*\.?$/.test(name);
}

/**
 * The addresses of a name, of both families: what DNS says is anybody's, so what is no address of one host is left out, and what is too
 * much. In one order, whatever that of the answer is.
 *
 * @throws RpcError `UNAVAILABLE` if neither family has one
 */
export async function addressesOf(name: string, resolver: DnsResolver): Promise<readonly string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = answers.flatMap((answer): unknown[] =>
    answer.status === 'fulfilled' && Array.isArray(answer.value) ? answer.value.slice(0, TARGETS_MAX) : [],
  );
  const hosts = found.filter((host): host is string => typeof host === 'string' && isUnicast(host));
  if (hosts.length > 0) return [...new Set(hosts)].sort();
  const reasons = answers.map((answer) => (answer.status === 'rejected' ? textOf(answer.reason) : 'no usable address'));
  throw new RpcError('UNAVAILABLE', `${name} has no addresses: ${[...new Set(reasons)].join('; ')}.`);
}

/** What went wrong, in few words. */
export function textOf(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return String(message ?? error).slice(0, 200);
}
