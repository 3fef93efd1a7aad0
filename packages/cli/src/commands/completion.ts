import { Argument, Command } from 'commander';
import { HELP, commandWords, optionWords } from '../completion/command-tree.js';
import { SHELLS, completionScript, type Shell } from '../completion/scripts.js';
import { jsonOf } from '../output/values.js';
import { examples, type SharedOptions } from '../shared-options.js';

export function completionCommand(): Command {
  return new Command('completion')
    .description('Print a script that completes commands, options and their values in your shell.')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        'completion bash > ~/.local/share/bash-completion/completions/rpcudp',
        'completion zsh > ~/.zfunc/_rpcudp',
        'completion fish > ~/.config/fish/completions/rpcudp.fish',
      ),
    )
    .action(completion);
}

async function completion(shell: Shell, { json }: SharedOptions): Promise<void> {
  // The one command that needs all others. It cannot be done on top, for the program is what loads this module.
  const { NAMES, buildProgram } = await import('../program.js');
  const program = await buildProgram(NAMES, '');
  const script = completionScript(shell, { commands: commandWords(program), options: [...optionWords(program), HELP] });
  process.stdout.write(json === true ? `${jsonOf({ shell, script })}\n` : script);
}
