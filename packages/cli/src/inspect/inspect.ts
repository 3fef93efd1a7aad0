import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { misuse } from '../failure.js';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import type { SecurityChoice } from '../security.js';
import type { SharedOptions } from '../shared-options.js';
import { isLoopback } from './access.js';
import { Api } from './api.js';
import { PageServer } from './page-server.js';

export interface InspectOptions extends SharedOptions, SecurityChoice {
  readonly host: string;
  readonly port: number;
  readonly expose?: true;
  readonly open?: true;
  readonly timeout: number;
}

/** Serves the page until Ctrl-C. */
export async function inspect(address: string, options: InspectOptions): Promise<void> {
  const { host, port, expose, timeout } = options;
  if (!isLoopback(host) && expose !== true) {
    throw misuse(
      `At ${host} others than this machine could reach the page, in the clear, and call in your name. ` +
        'If that is meant, say so with --expose.',
    );
  }
  await using connection = await connect({ address, wire: 'native', security: options });
  await using server = await PageServer.listen(new Api(connection, timeout), { host, port });
  const { url } = server;
  print(options.json === true ? jsonOf({ url, address }) : `${url}\nThe page of ${address} is there until Ctrl-C.`);
  if (options.open === true) openBrowser(url);
  await once(process, 'SIGINT');
  process.exitCode = ExitCode.answered;
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Tries; where there is none, the address is printed all the same. */
function openBrowser(url: string): void {
  const [command = '', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.once('error', () => process.stderr.write('No browser could be opened. Open the address above.\n'));
  child.unref();
}
