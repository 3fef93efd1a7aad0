// Checks are commands: what they print must hold what is expected of them. As many run at a time as there are processors.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

/** For each check. A loaded machine takes half a minute where a free one takes four seconds. */
const TIME_LIMIT_SECONDS = 120;
/** No program looks for a newer version of itself, or tells its maker that it runs. */
const QUIET = { DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1', NO_COLOR: '1' };

/**
 * Runs checks, and tells of each: `{ title, commands, cwd, faultOf }`.
 * `faultOf` gets what the commands printed, and says what is wrong with it, if anything is.
 *
 * @returns whether all have passed.
 */
export async function runAll(checks) {
  const waiting = [...checks];
  const results = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results.push(await run(next));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results.every(Boolean);
}

/** What has to be installed before a check. */
export function npmInstall(title, cwd, args) {
  const command = ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...args];
  return { title, commands: [command], cwd };
}

async function run({ title, commands, cwd, faultOf = () => undefined }) {
  const start = performance.now();
  const { error, output } = await executeAll(commands, cwd);
  const fault = error === null ? faultOf(output) : (killed(error) ?? error.message);
  const time = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
  console.log(`${fault === undefined ? 'ok   ' : 'WRONG'} ${time} s  ${title}`);
  if (fault !== undefined) console.log(`${output}\n${fault}`);
  return fault === undefined;
}

function killed(error) {
  return error.killed ? `Killed after ${TIME_LIMIT_SECONDS} s.` : undefined;
}

/** One after the other, until one fails. */
async function executeAll(commands, cwd) {
  let output = '';
  for (const command of commands) {
    const executed = await execute(command, cwd);
    output += executed.output;
    if (executed.error !== null) return { error: executed.error, output };
  }
  return { error: null, output };
}

function execute([file, ...args], cwd) {
  const options = {
    cwd,
    env: { ...process.env, ...QUIET },
    timeout: TIME_LIMIT_SECONDS * 1000,
    killSignal: 'SIGKILL',
    shell: process.platform === 'win32',
  };
  return new Promise((done) => {
    execFile(file, args, options, (error, stdout, stderr) => done({ error, output: stdout + stderr }));
  });
}
