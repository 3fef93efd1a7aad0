import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endedWithTest } from './children';

const BINARY = join(__dirname, '../bin/rpcudp.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the installed command; it ends with the test at the latest. */
export function start(args: readonly string[], { cwd, env }: RunOptions = {}): ChildProcessWithoutNullStreams {
  // Without what the terminal of the tests says about colours.
  const inherited = { ...process.env, FORCE_COLOR: '', NO_COLOR: '' };
  return endedWithTest(spawn(process.execPath, [BINARY, ...args], { cwd, env: { ...inherited, ...env } }));
}

/** What a command that was started gives until it ends. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Runs the installed command to its end. The event loop goes on meanwhile, so a test can serve what it calls. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = start(args, options);
  child.stdin.end(options.input);
  return ended(child);
}
