import { Command, InvalidArgumentError } from 'commander';
import { addressArgument } from '../address-argument.js';
import { TIMEOUT_MS } from '../connection.js';
import type { InspectOptions } from '../inspect/inspect.js';
import { milliseconds } from '../option-parsers.js';
import { SECURITY_HELP, addSecurityOptions } from '../security.js';
import { examples } from '../shared-options.js';

const EXPLANATION = `
The page lists services and calls them if the endpoint was bound with { reflection: true }, and shows its peers and calls with
{ inspection: true }. It is for whoever has its whole address, which has a token in it, and ends with Ctrl-C.`;

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('Call an endpoint, and watch what it does, on a page in your browser.')
    .addArgument(addressArgument())
    .option('--open', 'open the page in the browser')
    .option('--port <port>', 'the port of the page; default: any that is free', port, 0)
    .option('--host <address>', 'the IP address of the page', '127.0.0.1')
    .option('--expose', 'let others than this machine reach it, at a --host that they can reach')
    .option('--timeout <ms>', 'how long to wait for what the endpoint tells of itself', milliseconds, TIMEOUT_MS);
  return addSecurityOptions(command)
    .addHelpText('after', EXPLANATION)
    .addHelpText('after', SECURITY_HELP)
    .addHelpText('after', examples('inspect 127.0.0.1:1234 --open', 'inspect 127.0.0.1:1234 --port 8080'))
    .action(show);
}

async function show(address: string, options: InspectOptions): Promise<void> {
  // Imported here for the sake of the start: help and completion need none of it.
  const { inspect } = await import('../inspect/inspect.js');
  await inspect(address, options);
}

function port(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number <= 65_535) return number;
  throw new InvalidArgumentError('It takes a port, from 0 to 65535.');
}
