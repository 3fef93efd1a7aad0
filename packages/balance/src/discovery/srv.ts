import { RpcError } from '@rpcudp/core';
import { SRV_RECORDS_MAX, SRV_ZERO_WEIGHT, WEIGHT_MIN } from '../limits.js';
import { addressText, type Target } from '../target/target.js';
import type { Discovery } from './discovery.js';
import { polled } from './polled.js';
import { addressesOf, checkLookup, isName, type DnsResolver, type LookupOptions, type SrvRecord } from './resolver.js';

/**
 * What the SRV records of a name say: hosts, ports, weights and priorities, as RFC 2782 means them. A lookup that fails changes nothing.
 *
 * @param name Such as `"_orders._udp.example.org"`.
 * @throws RpcError `INVALID_ARGUMENT`
 */
export function srv(name: string, options: LookupOptions = {}): Discovery {
  const { everyMs, resolver } = checkLookup(name, options);
  return { label: name, watch: (signal, ports) => polled(() => lookUp(name, resolver), everyMs, signal, ports) };
}

/** @throws RpcError `UNAVAILABLE` */
async function lookUp(name: string, resolver: DnsResolver): Promise<readonly Target[]> {
  const records = readRecords(await resolver.resolveSrv(name));
  if (records.length === 0) throw new RpcError('UNAVAILABLE', `${name} has no SRV record that names a host.`);
  const weighs = records.some(({ weight }) => weight > 0);
  const answers = await Promise.allSettled(
    records.map(async (record) => targetsOf(record, await addressesOf(record.name, resolver), weighs)),
  );
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found;
  throw (answers[0] as PromiseRejectedResult).reason;
}

/** Those that can be used, the most wanted first: a "." says that the service is not there. */
function readRecords(given: unknown): readonly SrvRecord[] {
  if (!Array.isArray(given)) return [];
  return (given as readonly unknown[])
    .filter(isRecord)
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight || (a.name < b.name ? -1 : 1) || a.port - b.port)
    .slice(0, SRV_RECORDS_MAX);
}

function isRecord(value: unknown): value is SrvRecord {
  const { name, port, priority, weight } = (value ?? {}) as Partial<Record<keyof SrvRecord, unknown>>;
  return typeof name === 'string' && isName(name) && isShort(port) && port > 0 && isShort(priority) && isShort(weight);
}

function isShort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

/** The weight is the record's: a host with two addresses gets no more than one with one. */
function targetsOf({ port, priority, weight }: SrvRecord, hosts: readonly string[], weighs: boolean): Target[] {
  const share = (weighs ? weight || SRV_ZERO_WEIGHT : 1) / hosts.length;
  return hosts.map((host) => ({ address: addressText(host, port), weight: Math.max(WEIGHT_MIN, share), priority }));
}
