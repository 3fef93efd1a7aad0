// Says which tests were not run, because a program that they need is not there: the last lines of `npm test`. In CI that is a
// failure, for there nothing may go unseen.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const programs = JSON.parse(readFileSync(new URL('optional-programs.json', import.meta.url), 'utf8'));
// Debian puts servers where not everybody looks for programs.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

for (const [name, { commands, tests, install }] of Object.entries(programs)) {
  if (commands.some((command) => folders.some((folder) => existsSync(join(folder, command))))) continue;
  console.error(`NOT RUN: ${tests}\n  There is no ${name} here. To run them: ${install}`);
  if (process.env.CI === 'true') process.exitCode = 1;
}
