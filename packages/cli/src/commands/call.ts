import type { Delivery, WireName } from '@rpcudp/core';
import type { MethodContract, StreamSides } from '@rpcudp/core/service';
import { Command, Option } from 'commander';
import { addressArgument, wireOption } from '../address-argument.js';
import { argumentsAndStream, isLineSource } from '../arguments/json-lines.js';
import { parseArguments } from '../arguments/parse-arguments.js';
import { TIMEOUT_MS, connect, outcome, type Connection } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { parseMethodName, untypedMethod, type MethodName } from '../method-name.js';
import { keyAndValue, milliseconds, span, times, values } from '../option-parsers.js';
import { print } from '../output/print.js';
import { showProgressBar } from '../output/progress-bar.js';
import { report } from '../output/report.js';
import { jsonOf, showValue } from '../output/values.js';
import { silence } from '../rpc-failure.js';
import { SECURITY_HELP, addSecurityOptions, type SecurityChoice } from '../security.js';
import { examples, type SharedOptions } from '../shared-options.js';
import { answerToStream, printStream } from './call-stream.js';

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
  -                                               the same from standard input

A method that answers with a stream prints a line for each value, until the stream ends, --count, --for or Ctrl-C. Of one
that takes a stream, the last argument is an array, or @file or - with one JSON5 value a line. Whether a method has streams,
its server says; --stream says it beforehand, which values that are still being written need.`;

interface CallCommandOptions extends SharedOptions, SecurityChoice {
  readonly timeout: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly wire: WireName;
  readonly oneWay?: true;
  readonly delivery: Delivery;
  readonly repeat: number;
  readonly stream?: StreamSides;
  readonly count?: number;
  readonly for?: number;
  readonly qlog?: string;
}

/** What was typed. */
interface TypedCall {
  readonly name: MethodName;
  readonly words: readonly string[];
  readonly options: CallCommandOptions;
}

const STREAM_SIDES = ['server', 'client', 'both'] as const satisfies readonly StreamSides[];
type Sides = StreamSides | undefined;

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
    .addOption(
      new Option('--stream <sides>', 'whose values follow each other; default: what the server says').choices(
        STREAM_SIDES,
      ),
    )
    .option('--count <values>', 'read so many values of a stream', values)
    .option('--for <time>', 'read a stream for so long: 500ms, 10s, 2m', span)
    .option('--repeat <times>', 'call so many times, one after the other', times, 1)
    .option('--qlog <file>', 'write what happens on the way to a file: see rpcudp help qlog');
  return addSecurityOptions(command)
    .addHelpText('after', ARGUMENTS)
    .addHelpText('after', SECURITY_HELP)
    .addHelpText(
      'after',
      examples(
        `call 127.0.0.1:1234 Greeter.sayHi '"Snake Plissken"'`,
        `call 127.0.0.1:1234 Meter.pay 500 --metadata tenant=acme --json`,
        `call 127.0.0.1:1234 Store.put str:logo base64:iVBORw0KGgo=`,
        `call 127.0.0.1:1234 Market.watch str:X --for 10s`,
        `call 127.0.0.1:1234 Store.upload str:logo @chunks.jsonl`,
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
  const typed = { name: parseMethodName(name, options.wire), words, options };
  // What was typed wrong is told before anything is bound.
  if (options.stream === undefined && !isLineSource(words.at(-1))) await parseArguments(words);
  await using connection = await connect({ address, wire: options.wire, security: options, qlog: options.qlog });
  let worst: ExitCode = ExitCode.answered;
  for (let made = 0; made < options.repeat; made += 1) {
    try {
      await callOnce(connection, typed);
    } catch (error) {
      // Of many calls each is told; what was typed wrong stays wrong.
      if (!(error instanceof CommandFailure) || error.exitCode === ExitCode.misuse || options.repeat === 1) throw error;
      report(error, options);
      worst = Math.max(worst, error.exitCode) as ExitCode;
    }
  }
  process.exitCode = worst;
}

/** Calls, and where the server says that the method has streams, calls it as one that has: nothing ran by then. */
async function callOnce(connection: Connection, typed: TypedCall): Promise<void> {
  const stream = typed.options.stream ?? (await reflectedStream(connection, typed));
  try {
    await callAs(stream, connection, typed);
  } catch (error) {
    const told = typed.options.stream === undefined ? streamToldBy(error) : undefined;
    if (told === undefined || told === stream) throw error;
    await callAs(told, connection, typed);
  }
}

/** As what a method has to be called, one of whose arguments can be read only once. */
async function reflectedStream(connection: Connection, { name, words, options }: TypedCall): Promise<Sides> {
  if (options.wire !== 'native' || !isLineSource(words.at(-1))) return undefined;
  const { Reflected } = await import('../reflection/reflected.js');
  try {
    const found = await new Reflected(connection, options.timeout).find(`${name.service}.${name.name}`);
    return 'method' in found ? found.method.stream : undefined;
  } catch {
    // What it does not tell, the call itself will find out.
    return undefined;
  }
}

function streamToldBy(error: unknown): Sides {
  if (!(error instanceof CommandFailure)) return undefined;
  const { code, executed, details } = error.fields;
  if (code !== 'FAILED_PRECONDITION' || executed !== 'no') return undefined;
  const { stream } = (details ?? {}) as { readonly stream?: unknown };
  return STREAM_SIDES.find((sides) => sides === stream);
}

async function callAs(stream: Sides, connection: Connection, { name, words, options }: TypedCall): Promise<void> {
  const { json, metadata, timeout: timeoutMs, delivery } = options;
  const how = { timeoutMs, ...(metadata === undefined ? {} : { metadata }) };
  const method = untypedMethod(name, { delivery, shape: options.oneWay === true ? 'one-way' : 'unary', stream });
  const takes = stream === 'client' || stream === 'both';
  const args = takes ? await argumentsAndStream(words) : await parseArguments(words);
  if (stream === 'server' || stream === 'both')
    return printStream(connection, method, args, { ...how, json, count: options.count, forMs: options.for });
  if (stream === undefined) return print(await outcomeOf(connection, method, args, options));
  const value = await answerToStream(connection, method, args, how);
  print(json === true ? jsonOf(value) : showValue(value, process.stdout));
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
