import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { RpcError, type Address, type WireName } from '@rpcudp/core';
import { inspectOption, type PeerOptions, type RpcEndpoint } from '@rpcudp/core/endpoint';
import { isNodeId, type NodeId } from '../ids/node-id.js';
import { BUCKET_CONTACTS, LOOKUP_CALLS, REQUESTS_PER_SECOND, STORES_PER_SECOND } from '../limits.js';
import type { MaintenanceOptions } from '../maintenance/maintenance.js';
import type { RecordStoreOptions } from '../records/record-store.js';
import { canonicalHost } from '../wire/hosts.js';
import { isPort } from '../wire/contacts.js';
import { SYSTEM_PORTS, type KademliaPorts } from './ports.js';
import type { StateStore } from './state-store.js';

/** How a node is set up. */
export interface KademliaOptions extends MaintenanceOptions, Omit<RecordStoreOptions, 'own' | 'isWanted' | 'isBetter'> {
  /** Nodes by way of which it joins: `'10.0.0.1:8468'`, `'[::1]:8468'`, `'example.org:8468'` or `{ host, port }`. */
  readonly bootstrap?: readonly (string | Address)[];
  /** Its id: 20 bytes. Default: the one of its state, else a random one. */
  readonly id?: NodeId;
  /** Where it keeps its id, contacts and records while it is not running. Default: nowhere. */
  readonly state?: StateStore;
  /**
   * The wires of the endpoint on which it takes part; each is a network of its own. Default: all that the endpoint speaks. Scalars
   * go over `'rpcudp'` if it is one of them, everything else over `'native'`.
   */
  readonly wires?: readonly WireName[];
  /** Contacts of a bucket, and nodes that hold a record. All nodes of a network should have the same. Default: 20. */
  readonly k?: number;
  /** Calls of a lookup that are on their way at once. Default: 6. */
  readonly alpha?: number;
  /** How many paths that share no node its lookups for records take, to store and to find them, against liars: 1 to 8. Default: 1. */
  readonly paths?: number;
  /** The b of the paper: more contacts, fewer hops: 1 to 8. Default: 1. */
  readonly bitsPerHop?: number;
  /**
   * Whether it only asks: nothing is served, and on the native wire it tells nobody its id, so that nobody asks it. Nodes of Python
   * remember it all the same. Default: false.
   */
  readonly client?: boolean;
  /** Requests that one source may make in a second: an IPv4 address, or 64 bits of an IPv6 one. Default: 1,000. */
  readonly requestsPerSecond?: number;
  /** Records that one source may store in a second. Default: 100. */
  readonly storesPerSecond?: number;
  /** Clocks, chance and timers: for simulations. Default: those of the process. */
  readonly ports?: KademliaPorts;
}

/** The options with their defaults. */
export interface CheckedOptions {
  readonly wires: readonly WireName[];
  readonly k: number;
  readonly alpha: number;
  readonly paths: number;
  readonly bitsPerHop: number;
  readonly requestsPerSecond: number;
  readonly storesPerSecond: number;
  readonly client: boolean;
  readonly ports: KademliaPorts;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws RpcError `INVALID_ARGUMENT`, or `FAILED_PRECONDITION` if the endpoint would call no node for want of its public key
 */
export function checkOptions(endpoint: RpcEndpoint, options: KademliaOptions): CheckedOptions {
  const { id, ports = SYSTEM_PORTS, client = false } = options;
  if (id !== undefined && !isNodeId(id)) throw invalid('id', 'a Uint8Array of 20 bytes', id);
  return {
    wires: wiresOf(endpoint, options.wires),
    k: whole('k', options.k ?? BUCKET_CONTACTS, BUCKET_CONTACTS),
    alpha: whole('alpha', options.alpha ?? LOOKUP_CALLS, 64),
    paths: whole('paths', options.paths ?? 1, 8),
    bitsPerHop: whole('bitsPerHop', options.bitsPerHop ?? 1, 8),
    requestsPerSecond: whole('requestsPerSecond', options.requestsPerSecond ?? REQUESTS_PER_SECOND, 1e9),
    storesPerSecond: whole('storesPerSecond', options.storesPerSecond ?? STORES_PER_SECOND, 1e9),
    client,
    ports,
  };
}

function wiresOf(endpoint: RpcEndpoint, wanted: readonly WireName[] | undefined): WireName[] {
  const wires = (wanted ?? ['native', 'rpcudp']).filter((wire) => speaks(endpoint, { wire }));
  const wantsNative = wanted?.includes('native') ?? true;
  if (wantsNative && !wires.includes('native') && speaks(endpoint, { wire: 'native', publicKey: ANY_PUBLIC_KEY }))
    throw new RpcError('FAILED_PRECONDITION', UNKNOWN_KEYS);
  if (wires.length > 0 && (wanted === undefined || wires.length === wanted.length)) return wires;
  throw invalid('wires', 'wires of the endpoint', wanted?.join(', '));
}

/** Of nobody: it only shows that an endpoint would call the one who has it. */
const ANY_PUBLIC_KEY = Buffer.alloc(32, 9).toString('base64url');

const UNKNOWN_KEYS =
  'The endpoint has security, so it calls those alone whose public keys it knows, and a node cannot know those of others beforehand. Bind ' +
  "it with security: { sharedSecret }, the same for all nodes of the network, or take part on the rpcudp wire alone: wires: ['rpcudp'].";

/** An endpoint does not tell which wires it has, but makes no channel for another; that sends nothing. */
function speaks(endpoint: RpcEndpoint, peer: PeerOptions): boolean {
  try {
    endpoint.peer({ host: '127.0.0.1', port: 1 }, peer);
    return true;
  } catch {
    return false;
  }
}

function whole(option: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw invalid(option, `a whole number from 1 to ${most}`, value);
}

function invalid(option: string, expected: string, got: unknown): RpcError {
  return new RpcError('INVALID_ARGUMENT', `${option} must be ${expected}, not ${inspectOption(got)}.`);
}

/** Where a node is, by what a user calls it. Names are looked up; one that has no address is left out. */
export async function addressesOf(peers: readonly (string | Address)[]): Promise<Address[]> {
  const named = peers.map((peer) => (typeof peer === 'string' ? parse(peer) : peer));
  for (const { port } of named)
    if (!isPort(port)) throw invalid('bootstrap', 'addresses with a port from 1 to 65535', port);
  const found = await Promise.all(named.map(resolve));
  return found.flat();
}

/** @throws RpcError `INVALID_ARGUMENT` */
function parse(text: string): Address {
  const { host, name, port } = /^(?:\[(?<host>[^\]]+)\]|(?<name>[^:\s]+)):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (port === undefined) throw invalid('bootstrap', '"host:port", such as "10.0.0.1:8468" or "[::1]:8468"', text);
  return { host: (host ?? name)!, port: Number(port) };
}

async function resolve({ host, port }: Address): Promise<Address[]> {
  const literal = canonicalHost(host);
  if (literal !== undefined || isIPv6(host)) return [{ host: literal ?? host, port }];
  try {
    const { address } = await lookup(host);
    return [{ host: canonicalHost(address) ?? address, port }];
  } catch {
    return [];
  }
}
