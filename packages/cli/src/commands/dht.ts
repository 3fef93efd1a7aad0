import { Argument, Command, Option } from 'commander';
import { wireOption } from '../address-argument.js';
import { ACTIONS, type Action, type DhtOptions } from '../dht/options.js';
import { milliseconds, number, span, values } from '../option-parsers.js';
import { examples } from '../shared-options.js';

const EXPLANATION = `
Actions:
  get <key>          print the value that is stored under a key
  set <key> <value>  store a value
  put <record>       store bytes that prove themselves, and print their key; on the native wire alone
  lookup <key>       find the nodes nearest to a key, and show each answer as it comes
  providers <key>    find who provides something; on the native wire alone

A key is text as it stands, or bytes as hex:… or base64:…; lookup takes 20 bytes for an id. A value is written as for
rpcudp call: 5, true, '"text"', str:text, hex:00ff, @file or -. It is text, bytes, a number or a boolean.

A record is text or bytes: '"text"', str:text, hex:00ff, or a file with all its bytes: @file or -. Its key is its hash, and
nobody can change it; or with --key-file a public key, and nobody but its owner can. get takes what put prints:
immutable:… or signed:…, the latter with the --salt of its put.

The command joins as a node that only asks. Each wire has a network of its own: that of Python nodes is on the rpcudp wire.`;

/** How long a command may take altogether, in milliseconds: a network that has lost nodes waits for some of them. */
const TIMEOUT_MS = 10_000;

/** The command `rpcudp dht`. */
export function dhtCommand(): Command {
  return new Command('dht')
    .description('Store and find values in a Kademlia network, and look into it.')
    .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
    .argument('<key>', 'the key that it is about; for put: the record')
    .argument('[value]', 'what to store: for set')
    .addOption(
      new Option('--bootstrap <host:port>', 'a node to join by; can be repeated')
        .argParser((address: string, before?: readonly string[]) => [...(before ?? []), address])
        .makeOptionMandatory(),
    )
    .addOption(wireOption())
    .option('--timeout <ms>', 'how long it may take altogether', milliseconds, TIMEOUT_MS)
    .option(
      '--quorum <values>',
      'for get: how many nodes have to agree; default: 3, or most of those that have it',
      values,
    )
    .option('--key-file <file>', 'for put: who signs, a file of rpcudp keygen or a seed of 64 hexadecimal digits')
    .option(
      '--seq <number>',
      'for put: the number of what is signed; default: one more than that which is found',
      number,
    )
    .option('--cas <number>', 'for put: store only where the record with this number is held', number)
    .option('--salt <text>', 'for put and get: which of the records of a public key')
    .option('--ttl <span>', 'for put: how long it is held, such as 30s or 12h; default: seven days', span)
    .option('--raw', 'for get of a record: write its bytes as they are')
    .option('--k <nodes>', 'how many nodes hold a value, as all of the network have it', values, 20)
    .option('--secret-file <file>', 'a file with the secret that all nodes of the network share, and encrypt')
    .addHelpText('after', EXPLANATION)
    .addHelpText(
      'after',
      examples(
        `dht set greeting '"hello"' --bootstrap 127.0.0.1:8468`,
        'dht get greeting --bootstrap 127.0.0.1:8468 --bootstrap 127.0.0.1:8469',
        `dht put @picture.png --bootstrap 127.0.0.1:8468`,
        `dht put '"hello"' --key-file alice.key --salt status --bootstrap 127.0.0.1:8468`,
        'dht lookup greeting --bootstrap 127.0.0.1:8468 --wire rpcudp',
        'dht providers room-7 --bootstrap 127.0.0.1:8468 --json',
      ),
    )
    .action(async (action: Action, key: string, value: string | undefined, options: DhtOptions) => {
      // Imported here for the sake of the start: help needs no network.
      const { dht } = await import('../dht/dht.js');
      await dht({ action, key, value }, options);
    });
}
