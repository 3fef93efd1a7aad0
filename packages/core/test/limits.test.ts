import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as interceptors from '../src/interceptor-limits';
import * as general from '../src/limits';
import * as native from '../src/native-limits';

const PACKAGES = join(__dirname, '..', '..');

/** The text of every test of the packages but this one. */
function testSources(): string {
  const files = readdirSync(PACKAGES).flatMap((name) =>
    ['src', 'test'].flatMap((folder) => testFiles(join(PACKAGES, name, folder))),
  );
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

function testFiles(folder: string): string[] {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.test.ts')).map((file) => join(folder, file));
  } catch {
    // A package need not have both folders.
    return [];
  }
}

const limits = { ...general, ...native, ...interceptors };
const sources = testSources();

test.each(Object.keys(limits))('the limit %s has a test that names it', (name) => {
  expect(sources).toMatch(new RegExp(`\\b${name}\\b`));
});
