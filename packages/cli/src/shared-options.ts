import { Option, type Command } from 'commander';

/** What every command takes. */
const SHARED: readonly (readonly [flags: string, description: string])[] = [
  ['--json', 'print JSON, for programs'],
  ['--no-color', 'print no colours; nor does NO_COLOR=1'],
  ['--verbose', 'show what is behind an error'],
];

/** Adds the options that every command takes, but for those that it has defined itself. */
export function addSharedOptions(command: Command): Command {
  for (const [flags, description] of SHARED) {
    if (!command.options.some(({ long }) => long === flags)) command.addOption(new Option(flags, description));
  }
  return command;
}

/** What those options become. */
export interface SharedOptions {
  readonly json?: true;
  readonly verbose?: true;
}

/** The part of a command's help that shows it in use. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ rpcudp ${line}`).join('\n')}`;
}
