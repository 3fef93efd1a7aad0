import type { Delivery, WireName } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { Command, Option } from 'commander';
import { addressArgument, wireOption } from '../address-argument.js';
import { parseArguments } from '../arguments/parse-arguments.js';
import { TIMEOUT_MS, connect, outcome, type Connection } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { parseMethodName, untypedMethod } from '../method-name.js';
import { keyAndValue, milliseconds, times } from '../option-parsers.js';
import { print } from '../output/print.js';
import { showProgressBar } from '../output/progress-bar.js';
import { report } from '../output/report.js';
import { jsonOf, showValue } from '../output/values.js';
import { silence } from '../rpc-failure.js';
import { SECURITY_HELP, addSecurityOptions, type SecurityChoice } from '../security.js';
import { examples, type SharedOptions } from '../shared-options.js';

const ARGUMENTS = `
An argument is one of these:
  5  true  null  '"text"'  '[1, 2]'  '{ a: 1 }'   JSON or JSON5
  str:text                                        text, without quotes
  hex:00ff  base64:AP8=                           bytes; also inside of JSON5
  123456789012345678  5n                          a bigint; also inside of JSON5
  2026-01-31T12:00:00Z                            a Date; also inside of JSON5
  undefined  -Infinity                            also inside of JSON5
  'Map([[1, "a"]])'  'Set([1])'  'URL("…")'       what JavaScript makes with new; also inside of JSON5
  @file                                           a file with one JSON5 value
  -                                               the same from standard input`;

interface CallCommandOptions extends SharedOptions, SecurityChoice {
  readonly timeout: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly wire: WireName;
  readonly oneWay?: true;
  readonly delivery: Delivery;
  readonly repeat: number;
}

export function callCommand(): Command {
  const command = new Command('call')
    .description('Call a method and print what it returns.')
    .addArgument(addressArgument())
    .argument('<Service.method>', 'the method; its name alone with --wire rpcudp')
    .argument('[args...]', 'its arguments, see below')
    .option('--timeout <ms>', 'how long to wait for the answer', milliseconds, TIMEOUT_MS)
    .option('--metadata <key=value>', 'a word beside the arguments; can be repeated', keyAndValue)
    .addOption(wireOption())
    .option('--one-way', 'want no answer, only that the call arrives')
    .addOption(
      new Option('--delivery <how>', 'how hard to try')
        .choices(['at-most-once', 'idempotent', 'best-effort'])
        .default('at-most-once'),
    )
    .option('--repeat <times>', 'call so many times, one after the other', times, 1);
  return addSecurityOptions(command)
    .addHelpText('after', ARGUMENTS)
    .addHelpText('after', SECURITY_HELP)
    .addHelpText(
      'after',
      examples(
        `call 127.0.0.1:1234 Greeter.sayHi '"Snake Plissken"'`,
        `call 127.0.0.1:1234 Meter.pay 500 --metadata tenant=acme --json`,
        `call 127.0.0.1:1234 Store.put str:logo base64:iVBORw0KGgo=`,
        `call 127.0.0.1:8468 find_node hex:6b6579 --wire rpcudp`,
        `call 127.0.0.1:1234 Meter.pay 500 --peer-key "$(cat server.pub)" --key alice.key`,
      ),
    )
    .action(call);
}

async function call(
  address: string,
  name: string,
  words: readonly string[],
  options: CallCommandOptions,
): Promise<void> {
  const { wire } = options;
  const method = untypedMethod(parseMethodName(name, wire), {
    delivery: options.delivery,
    shape: options.oneWay === true ? 'one-way' : 'unary',
  });
  const args = await parseArguments(words);
  await using connection = await connect({ address, wire, security: options });
  let worst: ExitCode = ExitCode.answered;
  for (let made = 0; made < options.repeat; made += 1) {
    try {
      print(await outcomeOf(connection, method, args, options));
    } catch (error) {
      // Of many calls each is told; what was typed wrong stays wrong.
      if (!(error instanceof CommandFailure) || error.exitCode === ExitCode.misuse || options.repeat === 1) throw error;
      report(error, options);
      worst = Math.max(worst, error.exitCode) as ExitCode;
    }
  }
  process.exitCode = worst;
}

async function outcomeOf(
  connection: Connection,
  method: MethodContract,
  args: readonly unknown[],
  options: CallCommandOptions,
): Promise<string> {
  const { json, metadata, timeout: timeoutMs } = options;
  const made = connection.channel.call(method, args, { timeoutMs, ...(metadata === undefined ? {} : { metadata }) });
  const hideBar = showProgressBar(made, process.stderr);
  const reply = await outcome(connection, made).finally(hideBar);
  // The rpcudp wire answers one-way calls like all others.
  const oneWay = method.shape === 'one-way' && options.wire === 'native';
  if (oneWay && reply.received)
    return json === true ? '{"oneWay":"arrived"}' : 'It arrived. Nobody says what came of it.';
  if (oneWay && method.delivery === 'best-effort') {
    return json === true ? '{"oneWay":"sent"}' : 'It was sent. Nobody says whether it arrived.';
  }
  if (!reply.received) throw silence(connection.target, timeoutMs, made.progress);
  return json === true ? jsonOf(reply.value) : showValue(reply.value, process.stdout);
}
