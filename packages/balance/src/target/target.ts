import { isIP, isIPv6, SocketAddress } from 'node:net';
import { RpcError } from '@rpcudp/core';
import { inspectOption } from '@rpcudp/core/endpoint';
import type { PublicKey } from '@rpcudp/core/security';
import { checkNumber, invalid } from '../check.js';
import { TARGETS_MAX, WEIGHT_MAX, WEIGHT_MIN } from '../limits.js';

/** A server that calls can be sent to. */
export interface Target {
  /**
   * `"127.0.0.1:1234"`, `"[::1]:1234"`, or, where the endpoint resolves names, `"example.org:1234"`, which stays with the address that it had
   * first: use `dns()` for names that move.
   */
  readonly address: string;
  /** Its share of the calls, against the others' weights: from 0.001 to 65,535. Default: 1. */
  readonly weight?: number;
  /** Targets of a higher number get calls only while none of a lower one can take any: a whole number from 0. Default: 0. */
  readonly priority?: number;
  /** The public key of the server, as `endpoint.peer()` takes it. */
  readonly publicKey?: PublicKey;
}

/** A target that was checked. */
export interface CheckedTarget {
  /** The one form of its address, by which it is known. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly priority: number;
  readonly publicKey: PublicKey | undefined;
}

/** What a list of targets comes to. */
export interface CheckedTargets {
  /** Each address once, as it came first. */
  readonly targets: readonly CheckedTarget[];
  /** Why others are left out. */
  readonly refused: readonly RpcError[];
}

const PRIORITY_MAX = 65_535;

/** Reads what discovery gave: what is no target is left out, and so is what is too much. Each address stands once. */
export function checkTargets(given: readonly Target[]): CheckedTargets {
  const targets = new Map<string, CheckedTarget>();
  const refused: RpcError[] = [];
  for (const each of given.slice(0, 2 * TARGETS_MAX)) {
    try {
      const target = checkTarget(each);
      if (targets.has(target.address)) continue;
      if (targets.size < TARGETS_MAX) targets.set(target.address, target);
    } catch (error) {
      // One reason is as good as a thousand: all came in one answer.
      if (refused.length === 0) refused.push(RpcError.from(error));
    }
  }
  if (given.length > TARGETS_MAX && targets.size === TARGETS_MAX) refused.push(tooMany(given.length));
  return { targets: [...targets.values()], refused };
}

/** @throws RpcError `INVALID_ARGUMENT` */
export function checkTarget(target: Target): CheckedTarget {
  const { address, weight = 1, priority = 0, publicKey } = (target as Partial<Target> | null | undefined) ?? {};
  checkNumber('weight', weight, [WEIGHT_MIN, WEIGHT_MAX]);
  checkNumber('priority', priority, [0, PRIORITY_MAX]);
  const { host, port } = readAddress(address);
  return { address: addressText(host, port), host, port, weight, priority, publicKey };
}

/** As an address is written: IPv6 in brackets. */
export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether one host can be behind an IP address: not all of them, and not a group. */
export function isUnicast(host: string): boolean {
  if (isIP(host) === 0) return false;
  if (isIPv6(host)) return host !== '::' && !/^ff/i.test(host);
  const [first = 0] = host.split('.').map(Number);
  return first !== 0 && first < 224;
}

/** @throws RpcError `INVALID_ARGUMENT` */
function readAddress(address: unknown): { readonly host: string; readonly port: number } {
  if (typeof address !== 'string') throw invalid('address', '"host:port"', address);
  const found = /^(?:\[(?<six>[^\]]{2,64})\]|(?<host>[^:\s[\]/?#@]{1,253})):(?<port>\d{1,5})$/.exec(address)?.groups;
  const port = Number(found?.port);
  if (found === undefined || port < 1 || port > 65_535) throw noAddress(address);
  if (found.six === undefined) return { host: found.host!.toLowerCase(), port };
  const [six = '', zone] = found.six.split('%');
  if (!isIPv6(six)) throw noAddress(address);
  const canonical = new SocketAddress({ address: six, family: 'ipv6' }).address;
  return { host: zone === undefined ? canonical : `${canonical}%${zone}`, port };
}

function noAddress(address: string): RpcError {
  const shown = inspectOption(address.slice(0, 128));
  return new RpcError(
    'INVALID_ARGUMENT',
    `A target's address is written "host:port", such as "127.0.0.1:1234" or "[::1]:1234", not ${shown}.`,
  );
}

function tooMany(count: number): RpcError {
  return new RpcError('OUT_OF_RANGE', `Discovery named ${count} targets, of which ${TARGETS_MAX} are called at most.`);
}
