import { Command, CommanderError } from 'commander';
import { EXIT_CODES, ExitCode } from './exit-codes.js';
import { misuse } from './failure.js';
import { failureLine } from './output/report.js';
import { addSharedOptions } from './shared-options.js';

/** The commands, in the order of the help. Each is a module of its own, loaded when it is needed. */
export const COMMANDS = {
  list: 'what an endpoint serves',
  describe: 'its services and methods in full',
  call: 'call a method',
  ping: 'measure round trips and loss',
  health: 'ask whether an endpoint can be called',
  bench: 'measure how many calls a method takes',
  top: 'watch what an endpoint does',
  inspect: 'the same and calls, on a page in your browser',
  dht: 'store and find values in a Kademlia network',
  decode: 'make datagrams readable',
  qlog: 'show what a qlog of an endpoint tells',
  keygen: 'make an identity in a new key file',
  generate: 'write typed clients from service classes',
  completion: 'print a script that completes commands in your shell',
} as const;

export type CommandName = keyof typeof COMMANDS;

export const NAMES = Object.keys(COMMANDS) as CommandName[];

const ADDITIONS = `
An address is host:port, an IPv6 one [host]:port. "rpcudp help call" says more about a command.

Examples:
  $ rpcudp list 127.0.0.1:1234
  $ rpcudp call 127.0.0.1:1234 Greeter.sayHi '"Snake Plissken"'
  $ rpcudp ping '[::1]:1234' --count 3
  $ rpcudp keygen server.key

Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}`;

/** Runs what was typed. Gives the exit code, unless the command has set one. @throws what the command throws */
export async function runProgram(args: readonly string[], version: string): Promise<ExitCode> {
  const { asked, isHelp } = read(args);
  const known = NAMES.find((name) => name === asked);
  if (isHelp && asked !== undefined && known === undefined) {
    throw misuse(`There is no command ${JSON.stringify(asked)} to help with. There are: ${NAMES.join(', ')}`);
  }
  const program = await buildProgram(known === undefined ? [] : [known], version, misuseLine(args, known));
  try {
    await program.parseAsync(args.map(guarded), { from: 'user' });
    return ExitCode.answered;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has said what is wrong. It ends so after help and version, too, with 0.
    return error.exitCode === 0 ? ExitCode.answered : ExitCode.misuse;
  }
}

/** A negative number that commander would take for an option. JSON5, which reads it, passes over the space. */
function guarded(arg: string): string {
  return /^-(?:Infinity|NaN|0[xX][\da-fA-F]+n?|\d+n)$/.test(arg) ? ` ${arg}` : arg;
}

/** The tree of commands, in which only those that are named are whole; the others have a name and a summary. */
export async function buildProgram(
  whole: readonly CommandName[],
  version: string,
  lineOf = misuseLine([], undefined),
): Promise<Command> {
  const program = new Command('rpcudp')
    .description('RPC over UDP on the command line')
    .version(version)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${lineOf(text)}\n`) })
    .addHelpText('after', ADDITIONS);
  for (const name of NAMES) {
    const command = whole.includes(name) ? await load(name) : new Command(name);
    program.addCommand(addSharedOptions(command).copyInheritedSettings(program).summary(COMMANDS[name]));
  }
  return program;
}

/** What the words ask for: a command, or help with one. */
function read(args: readonly string[]): { readonly asked: string | undefined; readonly isHelp: boolean } {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  return first === 'help' ? { asked: second, isHelp: true } : { asked: first, isHelp: false };
}

async function load(name: CommandName): Promise<Command> {
  const module = (await import(`./commands/${name}.js`)) as Record<string, () => Command>;
  return module[`${name}Command`]!();
}

/** How what commander says of a mistake is shown: as all that goes wrong is. */
function misuseLine(args: readonly string[], command: CommandName | undefined): (text: string) => string {
  const help = command === undefined ? 'rpcudp help' : `rpcudp help ${command}`;
  return (text) => failureLine(misuse(`${oneSentence(text)} See: ${help}`), { json: args.includes('--json') });
}

/** `error: unknown option '--x'\n(Did you mean --y?)`, as one line of ours. */
function oneSentence(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/ \((Did you mean .+\?)\)$/, '. $1')
    .replace(/[^.?]$/, '$&.');
}
