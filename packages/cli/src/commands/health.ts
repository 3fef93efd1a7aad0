import { Command } from 'commander';
import { addressArgument } from '../address-argument.js';
import type { HealthOptions } from '../health/health.js';
import { milliseconds } from '../option-parsers.js';
import { SECURITY_HELP, addSecurityOptions } from '../security.js';
import { examples } from '../shared-options.js';

const EXPLANATION = `
The endpoint has to tell: UdpEndpoint.bind({ health: true }). It answers SERVING, with exit code 0, or NOT_SERVING, with 1, also
while it drains; or SERVICE_UNKNOWN, with 4. With --watch there is a line at once and for each change, until Ctrl-C, and the exit
code is that of the last one.`;

export function healthCommand(): Command {
  const command = new Command('health')
    .description('Ask an endpoint, or a service of it, whether it can be called: for probes.')
    .addArgument(addressArgument())
    .argument('[service]', 'which service; default: the endpoint as a whole')
    .option('--watch', 'go on, and print what changes')
    .option('--timeout <ms>', 'how long to wait for the endpoint', milliseconds, 1000);
  return addSecurityOptions(command)
    .addHelpText('after', EXPLANATION)
    .addHelpText('after', SECURITY_HELP)
    .addHelpText(
      'after',
      examples('health 127.0.0.1:1234', 'health 127.0.0.1:1234 Orders', 'health 127.0.0.1:1234 --watch --json'),
    )
    .action(ask);
}

async function ask(address: string, service: string | undefined, options: HealthOptions): Promise<void> {
  // Imported here for the sake of the start: help and completion need none of it.
  const { health } = await import('../health/health.js');
  await health(address, service ?? '', options);
}
