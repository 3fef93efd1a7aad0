import type { Command } from 'commander';
import { connect } from '../connection.js';
import { paletteFor } from '../output/palette.js';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import { reflectionCommand, type ReflectionOptions } from '../reflection/reflection-command.js';
import { examples } from '../shared-options.js';

export function listCommand(): Command {
  return reflectionCommand('list')
    .description('List the services and methods of an endpoint.')
    .addHelpText('after', examples('list 127.0.0.1:1234', `list '[::1]:1234' --json`))
    .action(list);
}

async function list(address: string, options: ReflectionOptions): Promise<void> {
  // Imported here for the sake of the start: help and completion need none of it.
  const [{ Reflected }, { showInShort }] = await Promise.all([
    import('../reflection/reflected.js'),
    import('../reflection/show.js'),
  ]);
  await using connection = await connect({ address, wire: 'native', security: options });
  const services = await new Reflected(connection, options.timeout).services();
  const colors = paletteFor(process.stdout);
  print(options.json === true ? jsonOf(services) : services.map((service) => showInShort(service, colors)).join('\n'));
}
