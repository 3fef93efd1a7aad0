/** The command's entry point; bin/rpcudp.js runs it. */
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { report, toFailure } from './output/report.js';
import { runProgram } from './program.js';

/** The version of the package whose bin/ was run. */
function ownVersion(): string {
  const manifest = join(dirname(realpathSync(process.argv[1]!)), '../package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}

async function main(args: readonly string[]): Promise<void> {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  try {
    const exitCode = await runProgram(args, ownVersion());
    process.exitCode ??= exitCode;
  } catch (error) {
    const failure = await toFailure(error);
    report(failure, { json: options.includes('--json'), verbose: options.includes('--verbose') });
    process.exitCode = failure.exitCode;
  }
}

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

void main(process.argv.slice(2));
