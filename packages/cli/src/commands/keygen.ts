import { Command } from 'commander';
import { misuse } from '../failure.js';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import { examples, type SharedOptions } from '../shared-options.js';

const EXPLANATION = `
The file is the identity of an endpoint: loadKeyPair(file) for security.keyPair, or --key of the commands that call.
Nobody else may read it. The public key that is printed is no secret; whoever is to know the endpoint by it has to get
it by a way that can be trusted. A file that is there already is never replaced.`;

interface KeygenOptions extends SharedOptions {
  readonly show?: true;
}

/** The command `rpcudp keygen`. */
export function keygenCommand(): Command {
  return new Command('keygen')
    .description('Make an identity in a new file, and print its public key.')
    .argument('<file>', 'the key file, such as server.key')
    .option('--show', 'make nothing: print the public key of a file that is there')
    .addHelpText('after', EXPLANATION)
    .addHelpText('after', examples('keygen server.key', 'keygen --show server.key', 'keygen alice.key --json'))
    .action(keygen);
}

async function keygen(file: string, { show, json }: KeygenOptions): Promise<void> {
  // Imported here for the sake of the start: help needs no cryptography.
  const { loadKeyPair } = await import('@rpcudp/core/security');
  const { publicKey } = show === true ? loadKeyPair(file) : await made(file);
  print(json === true ? jsonOf({ file, publicKey }) : publicKey);
}

/** @throws CommandFailure if there is such a file */
async function made(file: string): Promise<{ readonly publicKey: string }> {
  const [{ RpcError }, { generateKeyPair, saveKeyPair }] = await Promise.all([
    import('@rpcudp/core'),
    import('@rpcudp/core/security'),
  ]);
  const keyPair = generateKeyPair();
  try {
    saveKeyPair(file, keyPair);
    return keyPair;
  } catch (error) {
    if (!RpcError.is(error) || error.code !== 'ALREADY_EXISTS') throw error;
    throw misuse(`${error.message} To see its public key: rpcudp keygen --show ${file}`, error);
  }
}
