import { spawnSync } from 'node:child_process';
import { bareDgram } from '../bare-dgram';
import { loadPeer, PEERS } from '../network/subjects/peers';
import { rpcudp } from '../network/subjects/rpcudp';
import type { Subject } from '../subject';
import { exchanging } from './exchanging';

/** This framework, as the others are compared with it. */
export const OURS = 'rpcudp';

/** One that needs a program which few machines have. */
interface NeedyPeer {
  readonly name: 'nats' | 'python-rpcudp';
  readonly title: string;
  /** Runs if the program is there. */
  readonly command: readonly [string, ...string[]];
  readonly missing: string;
}

const NEEDY: readonly NeedyPeer[] = [
  {
    name: 'nats',
    title: 'NATS request/reply',
    command: ['nats-server', '--version'],
    missing: 'there is no nats-server here: apt-get install nats-server',
  },
  {
    name: 'python-rpcudp',
    title: "rpcudp wire to Python's rpcudp",
    command: ['python3', '-c', 'import rpcudp'],
    missing: 'Python has no rpcudp here: pip install rpcudp',
  },
];

/** The baseline first. Those that this machine has no program for are among them. */
export const peerSubjects: readonly Subject[] = [
  bareDgram,
  exchanging(OURS, () => Promise.resolve(rpcudp('bbr', false))),
  exchanging(`${OURS}, encrypted`, () => Promise.resolve(rpcudp('bbr', true))),
  ...PEERS.map((name) => exchanging(name, () => loadPeer(name))),
  ...NEEDY.map(({ name, title }) => exchanging(title, () => loadPeer(name))),
];

/** Which of them cannot be measured here, and why. */
export function missingPeers(): ReadonlyMap<string, string> {
  const missing = NEEDY.filter(({ command: [program, ...args] }) => spawnSync(program, args).status !== 0);
  return new Map(missing.map(({ title, missing: why }) => [title, why]));
}
