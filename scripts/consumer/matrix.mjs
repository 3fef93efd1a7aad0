// One service, compiled and run by every toolchain: what comes out has to be what expectations.mjs has for it.
import { isDeepStrictEqual } from 'node:util';
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
    ['vitest', byNode('vitest/vitest.mjs')],
    ...runtimes.map(({ id, program }) => [id, program]),
  ]);
}

/** What a report has instead of what is expected of it. */
function differenceFrom(expected) {
  return (output) => {
    const line = /^REPORT (.*)$/m.exec(output)?.[1];
    if (line === undefined) return 'Expected a line that begins with REPORT.';
    const differences = Object.entries(expected).flatMap(([part, entries]) =>
      differencesOf(part, entries, JSON.parse(line)[part]),
    );
    return differences.length === 0 ? undefined : differences.join('\n');
  };
}

function differencesOf(part, expected, reported) {
  return [...new Set([...Object.keys(expected), ...Object.keys(reported)])]
    .filter((key) => !isDeepStrictEqual(expected[key], reported[key]))
    .map((key) => `${part}: ${key}: expected ${expected[key]}, and ${reported[key]} came.`);
}
