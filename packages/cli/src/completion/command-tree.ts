import type { Command } from 'commander';

/** What a shell needs to know of an option. */
export interface OptionWords {
  /** `--timeout`, and `-t` if it has one. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** The values that it takes, if there are so few that they are listed. */
  readonly values: readonly string[];
}

/** What a shell needs to know of a command. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** The words that its first argument takes, if they are listed. */
  readonly words: readonly string[];
}

/** The commands of a program, read from its definition, so that no script can tell anything else. */
export function commandWords(program: Command): CommandWords[] {
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: command.summary(),
    options: [...optionWords(command), HELP],
    words: command.registeredArguments[0]?.argChoices ?? [],
  }));
  const names = commands.map(({ name }) => name);
  return [...commands, { name: 'help', description: 'help for a command', options: [], words: names }];
}

/** Options of the program itself. */
export function optionWords(command: Command): OptionWords[] {
  return command.options
    .filter(({ hidden }) => !hidden)
    .map(({ short, long, description, required, optional, argChoices }) => ({
      flags: [short, long].filter((flag) => flag !== undefined),
      description,
      takesValue: required || optional,
      values: argChoices ?? [],
    }));
}

/** Commander adds it when it is asked, and does not count it among the options. */
export const HELP: OptionWords = { flags: ['-h', '--help'], description: 'show help', takesValue: false, values: [] };
