import { Command, Option } from 'commander';
import { ExitCode } from '../exit-codes.js';
import type { GenerateOptions, GenerateSettings } from '../generate/config.js';
import type { GenerateResult } from '../generate/generate.js';
import { print } from '../output/print.js';
import { report } from '../output/report.js';
import { examples, type SharedOptions } from '../shared-options.js';

const DETAILS = `
What is not typed is taken from rpcudp.config.json, or from "rpcudp" in package.json:
  { "generate": { "files": ["src/**/*.ts"], "out": "src/generated", "guards": true } }

Nothing is written if there is a problem in any source. Exit codes: 0 done, 1 problems, or files that are out of date
under --check, 2 misuse.`;

interface GenerateCommandOptions extends SharedOptions, Omit<GenerateSettings, 'files'> {
  readonly check?: true;
  readonly watch?: true;
}

/** `rpcudp generate`. The compiler takes long to load, so it is loaded only when the command runs. */
export function generateCommand(): Command {
  return new Command('generate')
    .description('Write typed clients from service classes.')
    .argument('[files...]', 'globs of TypeScript files with service classes')
    .option('-o, --out <folder>', 'where to write <class>.client.ts')
    .option('--guards', 'write <class>.guards.ts as well: checks of arguments, from their types')
    .addOption(new Option('--no-guards').hideHelp())
    .option('--import-types', 'import types from the class’s file instead of writing them out')
    .addOption(new Option('--no-import-types').hideHelp())
    .option('--no-strict', 'read "any" as "unknown" instead of refusing it')
    .addOption(new Option('--strict').hideHelp())
    .option('--tsconfig <file>', 'the compiler options; otherwise the nearest tsconfig.json')
    .option('--check', 'write nothing, and fail if a file is out of date')
    .addOption(
      new Option('-w, --watch', 'generate again whenever a source or a configuration changes').conflicts('check'),
    )
    .addHelpText('after', DETAILS)
    .addHelpText(
      'after',
      examples(
        `generate 'src/**/*.service.ts' --out src/generated`,
        `generate src/greeter.ts --out clients --guards`,
        `generate --check`,
        `generate --watch`,
      ),
    )
    .action(run);
}

async function run(files: readonly string[], options: GenerateCommandOptions): Promise<void> {
  const { settle } = await import('../generate/config.js');
  const settled = (): GenerateOptions => settle({ ...options, files }, process.cwd());
  const show = await reporter(options);
  if (options.watch !== true) {
    const { generate } = await import('../generate/generate.js');
    show(await generate(settled(), { check: options.check === true }));
    return;
  }
  const [{ watch }, { toFailure }] = await Promise.all([import('../generate/watch.js'), import('../output/report.js')]);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  await watch(settled, {
    signal: interrupted.signal,
    onRun: (run) => {
      if ('result' in run) show(run.result);
      else void toFailure(run.error).then((failure) => report(failure, options));
    },
  });
  // What was wrong on the way was said; the watch itself ended as it should.
  process.exitCode = ExitCode.answered;
}

/** Prints a result and sets the exit code to what it means. */
async function reporter({ json, check }: GenerateCommandOptions): Promise<(result: GenerateResult) => void> {
  const { reportJson, reportText } = await import('../generate/report.js');
  return (result) => {
    const { lines, errors } = (json === true ? reportJson : reportText)(result, process.cwd(), check === true);
    lines.forEach(print);
    for (const line of errors) process.stderr.write(`${line}\n`);
    const failed = result.problems.length > 0 || (check === true && result.changed.length > 0);
    process.exitCode = failed ? ExitCode.refused : ExitCode.answered;
  };
}
