import type { ServiceDescription } from '@rpcudp/core/reflection';
import type { Command } from 'commander';
import { connect } from '../connection.js';
import { paletteFor } from '../output/palette.js';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import type { Described } from '../reflection/reflected.js';
import { reflectionCommand, type ReflectionOptions } from '../reflection/reflection-command.js';
import { examples } from '../shared-options.js';

export function describeCommand(): Command {
  return reflectionCommand('describe')
    .description('Describe services: parameters and their types, delivery, timeouts, docs.')
    .argument('[Service.method]', 'a service, or one method of it; default: all services')
    .addHelpText(
      'after',
      examples(
        'describe 127.0.0.1:1234',
        'describe 127.0.0.1:1234 Meter',
        'describe 127.0.0.1:1234 Meter.pay',
        'describe 127.0.0.1:1234 rpcudp.Reflection --json',
      ),
    )
    .action(describe);
}

async function describe(address: string, name: string | undefined, options: ReflectionOptions): Promise<void> {
  const { Reflected } = await import('../reflection/reflected.js');
  await using connection = await connect({ address, wire: 'native', security: options });
  const reflected = new Reflected(connection, options.timeout);
  const found = name === undefined ? await reflected.services() : await reflected.find(name);
  print(options.json === true ? jsonOf('method' in found ? found.method : found) : await textOf(found));
}

async function textOf(found: Described | readonly ServiceDescription[]): Promise<string> {
  const { showMethod, showService } = await import('../reflection/show.js');
  const colors = paletteFor(process.stdout);
  if ('method' in found) return showMethod(found.method, colors);
  if ('methods' in found) return showService(found, colors);
  return found.map((service) => showService(service, colors)).join('\n\n');
}
