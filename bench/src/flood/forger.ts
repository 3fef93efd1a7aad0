import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServerAddress } from './server';

/** What a flood is made of. */
export interface FloodPlan {
  readonly packets: number;
  /** In a second. */
  readonly rate: number;
}

/** What came of a flood. */
export interface FloodFigures {
  /** How long it took to send it. */
  readonly seconds: number;
  /** Bytes that were sent to one of the forged sources for one that came from there, of the one that got most. */
  readonly mostBytesOutPerByteIn: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A flood that has begun. */
export interface Flood {
  /** Resolves when the last packet has gone. */
  readonly sent: Promise<unknown>;
  /** Resolves when nobody is answered any more. */
  readonly over: Promise<FloodFigures>;
}

/** A helper of this folder, in the language that has raw sockets. */
const SCRIPT = join(__dirname, '..', '..', 'src', 'flood', 'forge.py');

/** Why nothing can be forged here; undefined if it can be. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'It needs Linux, where all of 127.0.0.0/8 is the machine itself.';
  const opened = spawnSync('python3', ['-c', 'import socket; socket.socket(2, socket.SOCK_RAW, 255)']);
  if (opened.error !== undefined) return 'It needs python3, for Node has no raw sockets.';
  if (opened.status !== 0) return 'It needs raw sockets: run it as root, or with the capability CAP_NET_RAW.';
  return undefined;
}

/** Catches datagrams, and sends them from forged sources. */
export class Forger {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rpcudp-flood-'));
  readonly #file = join(this.#folder, 'datagrams');

  /** Catches the first datagrams of so many callers of a server. */
  async catchOpenings(count: number, server: ServerAddress): Promise<void> {
    const catcher = fork(join(__dirname, 'openings.js'), [this.#file, `${count}`, JSON.stringify(server)]);
    const [code] = (await once(catcher, 'exit')) as [number | null];
    if (code !== 0) throw new Error('The process that catches opening packets has failed.');
  }

  /** Sends so many packets, each from an address of its own, to a port of 127.0.0.1, or to one that nobody reads. */
  flood(port: number | undefined, { packets, rate }: FloodPlan): Flood {
    const helper = spawn('python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    helper.stdin.end(`${JSON.stringify({ file: this.#file, port, packets, rate })}\n`);
    const lines = createInterface(helper.stdout)[Symbol.asyncIterator]();
    const next = async (): Promise<object> => {
      const line: IteratorResult<string, unknown> = await lines.next();
      if (line.done === true) throw new Error('The helper that forges packets has failed.');
      return JSON.parse(line.value) as object;
    };
    const sent = next();
    return { sent, over: sent.then(async (first) => ({ ...first, ...(await next()) }) as FloodFigures) };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
