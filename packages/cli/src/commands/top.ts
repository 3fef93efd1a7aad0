import { InvalidArgumentError, Command, Option } from 'commander';
import { addressArgument } from '../address-argument.js';
import { TIMEOUT_MS } from '../connection.js';
import { milliseconds, times } from '../option-parsers.js';
import { SECURITY_HELP, addSecurityOptions } from '../security.js';
import { examples } from '../shared-options.js';
import { SORT_NAMES } from '../top/sort-order.js';
import type { TopOptions } from '../top/top.js';

const EXPLANATION = `
The endpoint has to show itself: UdpEndpoint.bind({ inspection: true }). On a terminal, keys sort: c by calls, t by time, f by
failures, n by name; q quits. Elsewhere, and with --count or --json, there is a line for each interval.`;

export function topCommand(): Command {
  const command = new Command('top')
    .description('Show what an endpoint does: calls a second, their times, its peers.')
    .addArgument(addressArgument())
    .option('--interval <ms>', 'from one look to the next, 100 to 60000', intervalMs, 1000)
    .option('--count <times>', 'print so many lines, and end; default: go on until q or Ctrl-C', times)
    .addOption(new Option('--sort <by>', 'what comes first').choices(SORT_NAMES).default('calls'))
    .option('--timeout <ms>', 'how long to wait for the endpoint', milliseconds, TIMEOUT_MS);
  return addSecurityOptions(command)
    .addHelpText('after', EXPLANATION)
    .addHelpText('after', SECURITY_HELP)
    .addHelpText('after', examples('top 127.0.0.1:1234', 'top 127.0.0.1:1234 --count 10 --interval 500 --json'))
    .action(show);
}

async function show(address: string, options: TopOptions): Promise<void> {
  // Imported here for the sake of the start: help and completion need none of it.
  const { top } = await import('../top/top.js');
  await top(address, options);
}

/** What an endpoint takes. */
function intervalMs(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : NaN;
  if (ms >= 100 && ms <= 60_000) return ms;
  throw new InvalidArgumentError('It takes a whole number of milliseconds, from 100 to 60000.');
}
