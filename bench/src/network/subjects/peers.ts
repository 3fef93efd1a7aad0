import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject } from './subject';

/** What others offer: an adapter of each is in `bench/peers`, which has dependencies of its own. */
export const PEERS = ['grpc-js', 'moleculer', 'trpc', 'nestjs', 'capnweb', 'dht-rpc'] as const;
export type PeerName = (typeof PEERS)[number];

/** Those that a large message gets through: dht-rpc has one datagram for a request. */
export const PEERS_OF_LARGE_MESSAGES: readonly PeerName[] = PEERS.filter((name) => name !== 'dht-rpc');

const FOLDER = join(__dirname, '../../../peers');

export function isPeer(name: string): name is PeerName {
  return PEERS.some((peer) => peer === name);
}

export async function loadPeer(name: PeerName | 'nats' | 'python-rpcudp'): Promise<Subject> {
  return (await import(join(FOLDER, `${name}.js`))) as Subject;
}

/** Installs what its lock file says, where that has not been done yet. */
export function installPeers(): void {
  if (existsSync(join(FOLDER, 'node_modules/.package-lock.json'))) return;
  console.log('Installing what bench/peers needs …');
  // Nothing of theirs has to be compiled, and scripts of strangers are nothing that a benchmark should run as root.
  const command = ['ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', command, { stdio: 'inherit' });
}
