import { NODATA, TIMEOUT, lookup as dnsLookup } from 'node:dns';
import { RpcError } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';
import { canonicalHost } from './address.js';
import { LOOKUP_MS_MAX } from './limits.js';

/** What a {@link Lookup} is asked: the options of `dns.lookup`. */
export interface LookupOptions {
  /** The family that the socket can send to; 0 is both. A lookup may heed it or not. */
  readonly family: 0 | 4 | 6;
  /** All addresses of the name are asked for. */
  readonly all: true;
  /** IPv4 first: a peer may well have bound IPv4 alone. Where a lookup puts another first, that is tried first. */
  readonly order: 'ipv4first';
}

/** An address, as text or as `dns.lookup` gives it. */
export type FoundAddress = string | { readonly address: string };

/** What a {@link Lookup} gives: an IP address, or all of them, the one to try first coming first. */
export type LookupResult = FoundAddress | readonly FoundAddress[];

/** How a {@link Lookup} that takes one answers. */
export type LookupCallback = (error: Error | null, found?: LookupResult, family?: number) => void;

/**
 * Resolves a host name to IP addresses: `dns.promises.lookup`, a function such as `async () => '127.0.0.1'`, or one that
 * takes a callback as its third parameter, as `dns.lookup` does.
 */
export type Lookup = (
  host: string,
  options: LookupOptions,
  callback: LookupCallback,
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- what functions that take a callback give
) => LookupResult | PromiseLike<LookupResult> | void;

/** The system's resolver. */
export const systemLookup: Lookup = (host, options, callback) => dnsLookup(host, options, callback);

/**
 * The addresses behind a name, canonical, at least one.
 *
 * @throws RpcError `UNAVAILABLE` if the name cannot be resolved, `INVALID_ARGUMENT` if the lookup gave no addresses but
 * something else.
 */
export async function lookUp(lookup: Lookup, host: string, family: 0 | 4 | 6): Promise<readonly string[]> {
  let found: unknown;
  try {
    found = await inTime(ask(lookup, host, { family, all: true, order: 'ipv4first' }));
  } catch (error) {
    throw unresolved(host, family, error);
  }
  const addresses = (Array.isArray(found) ? found : [found]).map((each) => addressOf(host, each));
  if (addresses.length === 0) throw unresolved(host, family, errorOf(NODATA, 'The lookup gave an empty list.'));
  return addresses;
}

function ask(lookup: Lookup, host: string, options: LookupOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const given: unknown = lookup(host, options, (error, found) => {
      if (error) reject(error);
      else resolve(found);
    });
    if (isThenable(given)) given.then(resolve, reject);
    // One that takes a callback may give something else meanwhile, such as the request that is under way.
    else if (lookup.length < 3) resolve(given);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

/** Gives up what never ends: a channel that waits for it would be silent for ever. */
function inTime<T>(found: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(errorOf(TIMEOUT, `The lookup gave nothing within ${LOOKUP_MS_MAX} ms.`));
    timer = setTimeout(giveUp, LOOKUP_MS_MAX).unref();
  });
  return Promise.race([found, tooLate]).finally(() => clearTimeout(timer));
}

function addressOf(name: string, found: unknown): string {
  const text = typeof found === 'object' ? (found as { address?: unknown } | null)?.address : found;
  const host = typeof text === 'string' ? canonicalHost(text) : undefined;
  if (host !== undefined) return host;
  throw new RpcError(
    'INVALID_ARGUMENT',
    `The lookup of ${JSON.stringify(name)} gave ${inspectOption(text)}, which is no IP address. ` +
      'A lookup gives an address, an object with an address, or an array of either, or a promise of them.',
  );
}

function unresolved(host: string, family: 0 | 4 | 6, cause: unknown): RpcError {
  const code = (cause as { code?: unknown } | undefined)?.code;
  const said = typeof code === 'string' ? code : String(cause);
  const wanted = family === 0 ? '' : ` to an IPv${family} address`;
  return new RpcError(
    'UNAVAILABLE',
    `The host name ${JSON.stringify(host)} could not be resolved${wanted}: ${said}. Check its spelling, or use an IP address.`,
    { executed: 'no', cause },
  );
}

/** An error with a code of `node:dns`. */
function errorOf(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
