import { Command } from 'commander';
import { addressArgument } from '../address-argument.js';
import { TIMEOUT_MS, connect } from '../connection.js';
import { milliseconds } from '../option-parsers.js';
import { paletteFor } from '../output/palette.js';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import { examples, type SharedOptions } from '../shared-options.js';

const EXPLANATION = `
The endpoint has to serve reflection: UdpEndpoint.bind({ reflection: true }).`;

interface ListOptions extends SharedOptions {
  readonly timeout: number;
}

export function listCommand(): Command {
  return new Command('list')
    .description('List the services and methods of an endpoint.')
    .addArgument(addressArgument())
    .option('--timeout <ms>', 'how long to wait for the answer', milliseconds, TIMEOUT_MS)
    .addHelpText('after', EXPLANATION)
    .addHelpText('after', examples('list 127.0.0.1:1234', `list '[::1]:1234' --json`))
    .action(list);
}

async function list(address: string, { timeout, json }: ListOptions): Promise<void> {
  // Imported here for the sake of the start: help and completion need none of it.
  const [{ Reflected }, { showInShort }] = await Promise.all([
    import('../reflection/reflected.js'),
    import('../reflection/show.js'),
  ]);
  await using connection = await connect({ address, wire: 'native' });
  const services = await new Reflected(connection, timeout).services();
  const colors = paletteFor(process.stdout);
  print(json === true ? jsonOf(services) : services.map((service) => showInShort(service, colors)).join('\n'));
}
