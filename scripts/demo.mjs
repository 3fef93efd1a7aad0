// Starts the server and the client of examples/hello in two processes and shows what they print.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const tsNode = createRequire(import.meta.url).resolve('ts-node/dist/bin-transpile.js');

function start(file, argument, stdout) {
  return spawn(process.execPath, [tsNode, file, argument], {
    cwd: 'examples/hello',
    stdio: ['ignore', stdout, 'inherit'],
  });
}

const server = start('server.ts', '0', 'pipe');
const serverGone = once(server, 'exit');
const firstLine = once(createInterface({ input: server.stdout }), 'line');
const [line] = await Promise.race([firstLine, serverGone.then(() => ['The server ended before it listened.'])]);
console.log(line);

const port = /port (\d+)/.exec(line)?.[1];
if (port === undefined) process.exit(1);
const [status] = await once(start('client.ts', port, 'inherit'), 'exit');
server.kill();
process.exitCode = status ?? 1;
