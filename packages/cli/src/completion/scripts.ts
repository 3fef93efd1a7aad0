import type { CommandWords, OptionWords } from './command-tree.js';

/** What a script is made from: the commands, and the options of the program itself. */
export interface CompletionTree {
  readonly commands: readonly CommandWords[];
  readonly options: readonly OptionWords[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script for a shell. It is static: it completes without running the command. */
export function completionScript(shell: Shell, tree: CompletionTree): string {
  return { bash, zsh, fish }[shell](tree);
}

function bash({ commands, options }: CompletionTree): string {
  const values = commands.flatMap((command) =>
    command.options
      .filter(({ takesValue }) => takesValue)
      .flatMap((option) =>
        option.flags.map((flag) => `    '${command.name} ${flag}') words='${option.values.join(' ')}' ;;`),
      ),
  );
  const words = commands.map(
    (command) => `        ${command.name}) words='${[...command.words, ...flagsOf(command.options)].join(' ')}' ;;`,
  );
  const first = [...commands.map(({ name }) => name), ...flagsOf(options)].join(' ');
  return `# bash completion for rpcudp. Load it with: source <(rpcudp completion bash)
_rpcudp() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words=
  if ((COMP_CWORD == 1)); then
    words='${first}'
  else
    case "\${COMP_WORDS[1]} $previous" in
${values.join('\n')}
    *)
      case "\${COMP_WORDS[1]}" in
${words.join('\n')}
      esac
      ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _rpcudp rpcudp
`;
}

function zsh({ commands, options }: CompletionTree): string {
  const described = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`);
  const cases = commands.map((command) => {
    const specs = [
      ...command.options.map(zshOption),
      ...(command.words.length > 0 ? [quoted(`1: :(${command.words.join(' ')})`)] : []),
      quoted('*: :_files'),
    ];
    return `    ${command.name})\n      _arguments ${specs.join(' \\\n        ')}\n      ;;`;
  });
  return `#compdef rpcudp
# zsh completion for rpcudp. Write it to a file called _rpcudp in a folder of $fpath, before compinit is called.
_rpcudp() {
  local -a commands=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    _arguments ${options.map(zshOption).join(' ')}
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT -= 1))
  case $command in
${cases.join('\n')}
  esac
}
if [[ \${funcstack[1]} == _rpcudp ]]; then
  _rpcudp "$@"
else
  compdef _rpcudp rpcudp
fi
`;
}

function zshOption({ flags, description, takesValue, values }: OptionWords): string {
  const action = values.length > 0 ? `:value:(${values.join(' ')})` : takesValue ? ':value:_files' : '';
  const text = description.replace(/[[\]:\\]/g, '\\$&');
  return flags.map((flag) => quoted(`*${flag}[${text}]${action}`)).join(' ');
}

function fish({ commands, options }: CompletionTree): string {
  const names = commands.map(
    ({ name, description }) =>
      `complete -c rpcudp -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(description)}`,
  );
  const own = options.map((option) => fishOption('__fish_use_subcommand', option));
  const rest = commands.flatMap((command) => {
    const condition = fishQuoted(`__fish_seen_subcommand_from ${command.name}`);
    const words =
      command.words.length === 0
        ? []
        : [`complete -c rpcudp -n ${condition} -f -a ${fishQuoted(command.words.join(' '))}`];
    return [...words, ...command.options.map((option) => fishOption(condition, option))];
  });
  const head = '# fish completion for rpcudp. Load it with: rpcudp completion fish | source';
  return `${[head, ...names, ...own, ...rest].join('\n')}\n`;
}

function fishOption(condition: string, { flags, description, takesValue, values }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = values.length > 0 ? ` -x -a ${fishQuoted(values.join(' '))}` : takesValue ? ' -r' : '';
  return `complete -c rpcudp -n ${condition} ${names.join(' ')}${value} -d ${fishQuoted(description)}`;
}

function flagsOf(options: readonly OptionWords[]): string[] {
  return options.flatMap(({ flags }) => flags);
}

/** For bash and zsh, which have no escapes in single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
