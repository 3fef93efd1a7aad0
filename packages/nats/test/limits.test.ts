import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as limits from '../src/limits';

const PACKAGE = join(__dirname, '..');
const files = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' });
const tests = [
  ...files.filter((file) => file.endsWith('.test.ts')).map((file) => join(PACKAGE, 'src', file)),
  ...readdirSync(__dirname)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(__dirname, file)),
];
const text = tests.map((file) => readFileSync(file, 'utf8')).join('\n');

test.each(Object.keys(limits))('the limit %s has a test that names it', (name) => {
  expect(text).toMatch(new RegExp(`\\b${name}\\b`));
});
