import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where Debian puts servers, which is not on everybody's PATH. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** The program, where there is one. */
export const NATS_SERVER = FOLDERS.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path));

/** A server of this test's own on loopback. */
export class NatsServer implements AsyncDisposable {
  readonly port: number;
  readonly #arguments: readonly string[];
  #process: ChildProcess;

  private constructor(process: ChildProcess, port: number, args: readonly string[]) {
    this.#process = process;
    this.port = port;
    this.#arguments = args;
  }

  /** On a free port, which it keeps when it is started again. @param config Lines of a configuration file. */
  static async start(config = ''): Promise<NatsServer> {
    const folder = mkdtempSync(join(tmpdir(), 'rpcudp-nats-'));
    const file = join(folder, 'server.conf');
    writeFileSync(file, config);
    const args = ['-c', file, '-a', '127.0.0.1'];
    const process = spawn(NATS_SERVER!, [...args, '-p', '-1', '--ports_file_dir', folder], { stdio: 'ignore' });
    const port = await portIn(folder, `nats-server_${process.pid}.ports`);
    return new NatsServer(process, port, args);
  }

  get url(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.kill('SIGKILL');
    await ended;
  }

  startAgain(): void {
    this.#process = spawn(NATS_SERVER!, [...this.#arguments, '-p', String(this.port)], { stdio: 'ignore' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.kill();
    rmSync(this.#arguments[1]!.replace(/\/server\.conf$/, ''), { recursive: true, force: true });
  }
}

/** The port that a server says it has, when it says so. */
function portIn(folder: string, name: string): Promise<number> {
  return new Promise((resolve) => {
    const look = (): void => {
      const file = readdirSync(folder).find((each) => each === name);
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
      const port = /:(\d+)"/.exec(text)?.[1];
      if (port === undefined) return;
      watcher.close();
      resolve(Number(port));
    };
    const watcher = watch(folder, look);
    look();
  });
}
