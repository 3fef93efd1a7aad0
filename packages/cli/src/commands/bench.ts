import type { Delivery, WireName } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addressArgument, wireOption } from '../address-argument.js';
import { parseArguments } from '../arguments/parse-arguments.js';
import { Load } from '../bench/load.js';
import { showProgress } from '../bench/progress.js';
import { reportLines, resultOf, type BenchResult } from '../bench/report.js';
import { StreamLoad, streamReportLines } from '../bench/stream-load.js';
import { Tally } from '../bench/tally.js';
import { TIMEOUT_MS, connect, type Connection } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { parseMethodName, untypedMethod } from '../method-name.js';
import { milliseconds } from '../option-parsers.js';
import { paletteFor } from '../output/palette.js';
import { print } from '../output/print.js';
import { jsonOf } from '../output/values.js';
import { failureOf, silence, type Target } from '../rpc-failure.js';
import { SECURITY_HELP, addSecurityOptions, type SecurityChoice } from '../security.js';
import { examples, type SharedOptions } from '../shared-options.js';

const IN_FLIGHT = 64;
/** What an endpoint has room for unless it is told otherwise: `maxPending`. */
const IN_FLIGHT_MAX = 4096;
const RATE_MAX = 1_000_000;
const SECONDS_MAX = 86_400;

const ADDITIONS = `
Without --rate, --in-flight calls are always on their way: each that ends makes room for the next. So a peer that
stops for a second delays few calls, and the latencies hardly show it.

With --rate, calls are due at fixed moments, whatever came of those before, and a latency is measured from the moment at
which the call was due, not from when it was sent. So the calls that a slow peer held up count with the time that they
waited, which avoids what is known as coordinated omission.

Throughput is the answers that came while it was measured. Ctrl-C ends the run and shows what was measured until then.

Exit codes:
  0  answered
  1  every call was refused
  2  misuse: nothing was sent
  3  nothing was answered`;

interface BenchCommandOptions extends SharedOptions, SecurityChoice {
  readonly inFlight?: number;
  readonly rate?: number;
  readonly duration: number;
  readonly warmup: number;
  readonly timeout: number;
  readonly wire: WireName;
  readonly delivery: Delivery;
  readonly stream?: true;
  readonly qlog?: string;
}

/** The command `rpcudp bench`. */
export function benchCommand(): Command {
  const command = new Command('bench')
    .description('Call a method again and again, and measure throughput, loss and latency.')
    .addArgument(addressArgument())
    .argument('<Service.method>', 'the method; its name alone with --wire rpcudp')
    .argument('[args...]', 'its arguments, written as for call')
    .option(
      '--in-flight <calls>',
      `calls on their way at once; default: ${IN_FLIGHT}, or ${IN_FLIGHT_MAX} with --rate`,
      calls,
    )
    .option('--stream', 'the method answers with a stream: read --in-flight of them, by default one, and count items')
    .option('--rate <calls>', 'calls to make in a second; default: as many as are answered', rate)
    .option('--duration <seconds>', 'how long to measure', duration, 5)
    .option('--warmup <seconds>', 'how long to call before that', warmup, 1)
    .option('--timeout <ms>', 'how long to wait for an answer', milliseconds, TIMEOUT_MS)
    .option('--qlog <file>', 'write what happens on the way to a file: see rpcudp help qlog')
    .addOption(wireOption())
    .addOption(
      new Option('--delivery <how>', 'how hard to try')
        .choices(['at-most-once', 'idempotent', 'best-effort'])
        .default('at-most-once'),
    );
  return addSecurityOptions(command)
    .addHelpText('after', ADDITIONS)
    .addHelpText('after', SECURITY_HELP)
    .addHelpText(
      'after',
      examples(
        `bench 127.0.0.1:1234 Greeter.sayHi '"Snake Plissken"'`,
        'bench 127.0.0.1:1234 Math.add 1 2 --rate 10000 --duration 30 --json',
      ),
    )
    .action(bench);
}

function calls(text: string): number {
  return number(text, /^\d+$/, [1, IN_FLIGHT_MAX], `a whole number from 1 to ${IN_FLIGHT_MAX}`);
}

function rate(text: string): number {
  return number(text, DECIMAL, [0.001, RATE_MAX], `calls a second, from 0.001 to ${RATE_MAX}`);
}

function duration(text: string): number {
  return number(text, DECIMAL, [0.001, SECONDS_MAX], `seconds, from 0.001 to ${SECONDS_MAX}`);
}

function warmup(text: string): number {
  return number(text, DECIMAL, [0, SECONDS_MAX], `seconds, from 0 to ${SECONDS_MAX}`);
}

const DECIMAL = /^(?:\d+\.?\d*|\.\d+)$/;

function number(text: string, form: RegExp, [least, most]: readonly [number, number], expected: string): number {
  const value = form.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It takes ${expected}.`);
}

async function bench(
  address: string,
  name: string,
  words: readonly string[],
  options: BenchCommandOptions,
): Promise<void> {
  const { wire, delivery, json } = options;
  const stream = options.stream && 'server';
  const method = untypedMethod(parseMethodName(name, wire), { delivery, stream });
  const args = await parseArguments(words);
  await using connection = await connect({ address, wire, security: options, qlog: options.qlog });
  const { channel, target } = connection;
  if (stream !== undefined) return await benchStreams(connection, { address, name, method, args }, options);
  const load = new Load(
    {
      channel,
      method,
      args,
      timeoutMs: options.timeout,
      inFlight: options.inFlight ?? (options.rate === undefined ? IN_FLIGHT : IN_FLIGHT_MAX),
      rate: options.rate,
      warmupMs: options.warmup * 1000,
      durationMs: options.duration * 1000,
    },
    await Tally.create(),
  );
  await runUntilInterrupted(load, (terminal) => showProgress(load, terminal));
  const result = resultOf(load, { address, method: name, wire, encrypted: target.secured, delivery });
  if (json === true) print(jsonOf(result));
  else if (result.answered > 0) reportLines(result, paletteFor(process.stdout)).forEach(print);
  checkAnswered(load, result, target);
}

/** Reads streams for as long as calls would be made. */
async function benchStreams(
  { channel, target, errors }: Connection,
  { address, name, method, args }: StreamedMethod,
  {
    wire,
    delivery,
    json,
    timeout: timeoutMs,
    inFlight: streams = 1,
    warmup: before,
    duration: during,
  }: BenchCommandOptions,
): Promise<void> {
  const times = { timeoutMs, warmupMs: before * 1000, durationMs: during * 1000 };
  const load = new StreamLoad({
    channel: { stream: (...call) => channel.stream!(...call) },
    method,
    args,
    streams,
    ...times,
  });
  try {
    await runUntilInterrupted(load, () => () => undefined);
  } catch (error) {
    throw errors.is(error) ? failureOf(error, target) : error;
  }
  const result = load.result({ address, method: name, wire, encrypted: target.secured, delivery });
  if (json === true) print(jsonOf(result));
  else streamReportLines(result, paletteFor(process.stdout)).forEach(print);
}

interface StreamedMethod {
  readonly address: string;
  readonly name: string;
  readonly method: MethodContract;
  readonly args: readonly unknown[];
}

async function runUntilInterrupted(
  load: Pick<Load, 'run' | 'stop'>,
  showHowFar: (terminal: NodeJS.WriteStream) => () => void,
): Promise<void> {
  const stop = (): void => load.stop();
  // Once: a second Ctrl-C ends the process, as ever.
  process.once('SIGINT', stop);
  const hideProgress = showHowFar(process.stderr);
  try {
    await load.run();
  } finally {
    hideProgress();
    process.off('SIGINT', stop);
  }
}

/** Ends a run that nobody answered. @throws CommandFailure that says why */
function checkAnswered(load: Load, { answered, failed, silent }: BenchResult, target: Target): void {
  if (answered > 0) return;
  const { firstError } = load.tally;
  if (firstError !== undefined) {
    const { exitCode, message, fields } = failureOf(firstError, target);
    const code = silent === 0 ? exitCode : ExitCode.silence;
    const counts = silent === 0 ? `All ${failed} calls failed. ` : `${failed} calls failed, ${silent} were silent. `;
    throw new CommandFailure(code, `${failed + silent === 1 ? '' : counts}${message}`, { fields, cause: firstError });
  }
  if (silent > 0) throw silence(target, load.options.timeoutMs);
  throw new CommandFailure(ExitCode.silence, 'The run was ended before anything was answered.');
}
