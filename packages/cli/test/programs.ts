import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = join(__dirname, '../../../scripts/optional-programs.json');

/**
 * Where a program is that some tests need; undefined if it is not there. The end of `npm test` says so then, and fails in CI:
 * scripts/report-missing.mjs.
 */
export function programPath(name: string): string | undefined {
  const programs = JSON.parse(readFileSync(PROGRAMS, 'utf8')) as Record<string, { readonly commands: string[] }>;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return programs[name]!.commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(existsSync);
}
