import { Command } from 'commander';
import { addressArgument, wireOption } from '../address-argument.js';
import { milliseconds, times } from '../option-parsers.js';
import { ping } from '../ping/ping.js';
import { SECURITY_HELP, addSecurityOptions } from '../security.js';
import { examples } from '../shared-options.js';

const EXPLANATION = `
Every endpoint of the native wire can be pinged: the call is rpcudp.Reflection.about, and "no such method" is an answer,
too. Each ping is one datagram that is not sent again (best effort), so loss is that of the network. On the rpcudp wire
nobody can say no, so name a --method that the peer has and that takes no arguments. Ctrl-C ends it.`;

export function pingCommand(): Command {
  const command = new Command('ping')
    .description('Measure round-trip times and loss.')
    .addArgument(addressArgument())
    .option('--count <times>', 'stop after so many; default: go on until Ctrl-C', times)
    .option('--interval <ms>', 'from one ping to the next', milliseconds, 1000)
    .option('--timeout <ms>', 'after how long a ping is lost', milliseconds, 1000)
    .option('--method <name>', 'what to call instead of rpcudp.Reflection.about')
    .addOption(wireOption());
  return addSecurityOptions(command)
    .addHelpText('after', EXPLANATION)
    .addHelpText('after', SECURITY_HELP)
    .addHelpText(
      'after',
      examples(
        'ping 127.0.0.1:1234',
        'ping 127.0.0.1:1234 --count 100 --interval 10 --json',
        'ping 127.0.0.1:8468 --wire rpcudp --method stun',
      ),
    )
    .action(ping);
}
