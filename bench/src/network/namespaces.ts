import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measuredEnvironment } from '../fresh-memory';
import type { Link } from './link';

const PREFIX = 'rpcudp-bench';
/** So that what the relay does not read at once waits, instead of being lost twice. */
const DEVICE_QUEUE_PACKETS = 10_000;
/** Before what else runs here, and after the relay, which has -20. */
const END_PRIORITY = -18;
/** What goes over TCP and does not say how goes by what copes best with loss. */
const TCP_CONTROL_USUAL = 'bbr';
const RELAY_SOURCE = join(__dirname, '../../network/wan.c');

/** The two ends of a link, where the server is and where its callers are. */
export type End = 'server' | 'caller';
export const HOSTS: Readonly<Record<End, string>> = { server: '10.99.0.1', caller: '10.99.0.2' };

/** Says what this machine lacks for namespaces and a relay between them; `undefined` if it lacks nothing. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'It needs Linux: network namespaces are nowhere else.';
  if (process.getuid?.() !== 0) return 'It needs root, to make network namespaces: start it with sudo.';
  if (!existsSync('/dev/net/tun')) return 'It needs TUN devices, and there is no /dev/net/tun: modprobe tun.';
  for (const [tool, from] of [
    ['ip', 'iproute2'],
    ['cc', 'a C compiler, such as gcc'],
    ['sysctl', 'procps'],
  ] as const)
    if (spawnSync(tool, ['--version']).error !== undefined) return `It needs the command '${tool}': install ${from}.`;
  return whyNoNamespace();
}

/** Root of a container is often not let: only making one shows. */
function whyNoNamespace(): string | undefined {
  const name = `${PREFIX}-${process.pid}-0-server`;
  const { status, stderr } = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (status !== 0) return `It needs to make network namespaces, and this machine lets it not: ${stderr.trim()}`;
  spawnSync('ip', ['netns', 'del', name]);
  return undefined;
}

/** Which kinds of congestion control namespaces may give their TCP, of those that are wanted, and which they may not. */
export function tcpControls(wanted: readonly string[]): { allowed: string[]; others: string[] } {
  const list = execFileSync('sysctl', ['-n', 'net.ipv4.tcp_allowed_congestion_control'], { encoding: 'utf8' });
  const known = list.trim().split(/\s+/);
  return {
    allowed: wanted.filter((control) => known.includes(control)),
    others: wanted.filter((control) => !known.includes(control)),
  };
}

/** Two network namespaces with a link between them. Whatever ends this process takes them away with it. */
export class LinkedNamespaces {
  static #made = 0;
  static readonly #open = new Set<LinkedNamespaces>();

  readonly #id = `${process.pid}-${(LinkedNamespaces.#made += 1)}`;
  readonly #processes = new Set<ChildProcess>();

  static async make(link: Link, seed: number): Promise<LinkedNamespaces> {
    const namespaces = new LinkedNamespaces();
    LinkedNamespaces.#open.add(namespaces);
    await namespaces.#connect(link, seed);
    return namespaces;
  }

  /** For the end of the process, which cannot wait. */
  static closeAll(): void {
    for (const namespaces of LinkedNamespaces.#open) namespaces.close();
  }

  /** Takes away what runs left behind that were killed. */
  static removeLeftovers(): void {
    const names = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n');
    for (const name of names.map((line) => line.split(' ')[0]!)) {
      const [, pid] = /^rpcudp-bench-(\d+)-\d+-(?:server|caller)$/.exec(name) ?? [];
      if (pid !== undefined && !existsSync(`/proc/${pid}`)) spawnSync('ip', ['netns', 'del', name]);
    }
  }

  /** Says by which kind of congestion control the TCP connections of both ends go. */
  useTcp(control: string): void {
    for (const end of ['server', 'caller'] as const)
      this.#inside(end, ['sysctl', '-q', '-w', `net.ipv4.tcp_congestion_control=${control}`]);
  }

  /** Starts a program of Node's at one end, with a channel for messages. It ends when the namespaces are closed. */
  fork(end: End, program: string, nodeOptions: readonly string[] = []): ChildProcess {
    const command = ['netns', 'exec', this.#nameOf(end), process.execPath, ...nodeOptions, program];
    const child = spawn('ip', command, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: measuredEnvironment(),
    });
    this.#processes.add(child);
    // TCP's half of the work is done by the kernel, which waits for no program of this machine; nor should what stands beside it.
    if (child.pid !== undefined) setPriority(child.pid, END_PRIORITY);
    child.once('exit', () => this.#processes.delete(child));
    return child;
  }

  close(): void {
    LinkedNamespaces.#open.delete(this);
    for (const child of this.#processes) child.kill('SIGKILL');
    for (const end of ['server', 'caller'] as const) spawnSync('ip', ['netns', 'del', this.#nameOf(end)]);
  }

  async #connect(link: Link, seed: number): Promise<void> {
    const devices = { server: `rb${this.#id}s`, caller: `rb${this.#id}c` };
    const figures = [link.roundTripMs / 2, link.lossPercent, link.mbit, link.queueMs, seed].map(String);
    const relay = spawn(relayProgram(), [devices.server, devices.caller, ...figures], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#processes.add(relay);
    const { allowed } = tcpControls([TCP_CONTROL_USUAL]);
    await Promise.race([once(relay.stdout, 'data'), once(relay, 'exit').then(relayFailed)]);
    for (const end of ['server', 'caller'] as const) {
      const name = this.#nameOf(end);
      ip('netns', 'add', name);
      ip('link', 'set', devices[end], 'netns', name, 'txqueuelen', String(DEVICE_QUEUE_PACKETS));
      const other = HOSTS[end === 'server' ? 'caller' : 'server'];
      this.#inside(end, ['ip', 'addr', 'add', HOSTS[end], 'peer', other, 'dev', devices[end]]);
      this.#inside(end, ['ip', 'link', 'set', devices[end], 'up']);
      this.#inside(end, ['ip', 'link', 'set', 'lo', 'up']);
    }
    for (const control of allowed) this.useTcp(control);
  }

  #inside(end: End, command: readonly string[]): void {
    ip('netns', 'exec', this.#nameOf(end), ...command);
  }

  #nameOf(end: End): string {
    return `${PREFIX}-${this.#id}-${end}`;
  }
}

let program: string | undefined;

/** Compiles the relay once for each run, into a folder that ends with it. */
function relayProgram(): string {
  if (program !== undefined) return program;
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  program = join(folder, 'wan');
  execFileSync('cc', ['-O2', '-o', program, RELAY_SOURCE], { stdio: 'inherit' });
  return program;
}

function relayFailed(): never {
  throw new Error('The relay between the namespaces ended before its devices were up. What it said is above.');
}

function ip(...command: readonly string[]): void {
  execFileSync('ip', command, { stdio: ['ignore', 'ignore', 'inherit'] });
}
