// One service, compiled and run by every toolchain: what comes out has to be what expectations.mjs has for it.
import { EXPECTED } from './expectations.mjs';
import { TOOLCHAINS } from './toolchains.mjs';

/** The checks of the toolchains whose programs can run here. */
export function matrix(project, runtimes) {
  const programs = programsOf(project, runtimes);
  const nameOf = (command) => command.split(' ')[0];
  return TOOLCHAINS.filter(({ commands }) => commands.every((command) => programs.has(nameOf(command)))).map(
    ({ title, folder, expected, commands }) => {
      const words = commands.map((command) => [...programs.get(nameOf(command)), ...command.split(' ').slice(1)]);
      return project.check(title, `toolchains/${folder}`, words, differenceFrom(EXPECTED[expected]));
    },
  );
}

/** By the name that commands have for them: the programs that take a command's arguments. */
function programsOf(project, runtimes) {
  const byNode = (path) => [process.execPath, project.installed(path)];
  return new Map([
    ['node', [process.execPath]],
    ['tsc-5.9', byNode('typescript-5.9/bin/tsc')],
    ['tsc-6.0', byNode('typescript/bin/tsc')],
    ['tsc-7.0', byNode('typescript-7.0/bin/tsc')],
    ['transpile', [process.execPath, '../transpile.mjs']],
    ['esbuild', [project.installed('esbuild/bin/esbuild')]],
    ['tsx', byNode('tsx/dist/cli.mjs')],
    ['ts-node', byNode('ts-node/dist/bin.js')],
    ['jest', [...byNode('jest/bin/jest.js'), '--runInBand']],
    ['vitest', byNode('vitest/vitest.mjs')],
    ...runtimes.map(({ id, program }) => [id, program]),
  ]);
}

/** What a report has instead of what is expected of it. */
function differenceFrom({ recorded, doubted, answers }) {
  return (output) => {
    const line = /^REPORT (.*)$/m.exec(output)?.[1];
    if (line === undefined) return 'Expected a line that begins with REPORT.';
    const reported = JSON.parse(line);
    const differences = [
      ...differencesOf('recorded for', recorded, reported.recorded),
      ...differencesOf('answer to', answers, reported.answers),
      ...differencesOf('parameters', { doubted }, { doubted: reported.doubted }),
    ];
    return differences.length === 0 ? undefined : differences.join('\n');
  };
}

function differencesOf(what, expected, reported) {
  return [...new Set([...Object.keys(expected), ...Object.keys(reported)])]
    .filter((key) => expected[key] !== reported[key])
    .map((key) => `${what} ${key}: expected ${expected[key]}, and ${reported[key]} came.`);
}
