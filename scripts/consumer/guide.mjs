// Holds docs/guides/toolchains.md to the matrix: its settings are the files that the matrix runs with, and its table of what
// is recorded is that of expectations.mjs.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { RECORDED } from './expectations.mjs';

const guide = readFileSync('docs/guides/toolchains.md', 'utf8');

const SETTINGS = [
  'legacy-esm/tsconfig.json',
  'standard/tsconfig.json',
  'stripped/tsconfig.json',
  'legacy/.swcrc',
  'standard/.swcrc',
  'legacy/babel.config.json',
  'standard/babel.config.json',
  'legacy/jest.config.cjs',
  'legacy-esm/vitest.config.mjs',
  'legacy-esm/vitest.swc.config.mjs',
  'standard/vitest.config.mjs',
];
const LANGUAGES = { '.json': 'json', '': 'json', '.cjs': 'js', '.mjs': 'js' };

for (const file of SETTINGS) {
  const text = readFileSync(`scripts/consumer/project/toolchains/${file}`, 'utf8');
  const block = `\`\`\`${LANGUAGES[extname(file)]}\n${text}\`\`\`\n`;
  assert.ok(guide.includes(block), `docs/guides/toolchains.md has to show ${file} as it is:\n${block}`);
}

/** The columns of the table, and its rows by method; a cell that is empty has what the first column has. */
const COMPILERS = ['tsc', 'swc', 'oxc', 'Babel', 'Bun'];
const ROWS = {
  text: '`string`',
  number: '`number`',
  boolean: '`boolean`',
  bigint: '`bigint`',
  date: '`Date`',
  map: '`Map<string, number>`',
  set: '`Set<number>`',
  bytes: '`Uint8Array`',
  buffer: '`Buffer`',
  currency: 'an enum, imported',
  address: 'an interface',
  order: 'a class',
  typeOnly: 'the same, `import type`',
  defaulted: "`string`, `mark = '!'`",
  optional: '`value?: string`',
  rest: '`...values: number[]`',
  union: '`string \\| number`',
  echo: '`unknown`',
};
const WORDS = { Order: 'the class', object: 'the enum' };

const shown = [...guide.matchAll(/^\|(.*)\|$/gm)].map(([, row]) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
for (const [method, title] of Object.entries(ROWS)) {
  const [first, ...others] = COMPILERS.map((compiler) => cellOf(RECORDED[compiler][method]));
  const row = [title, first, ...others.map((cell) => (cell === first ? '' : cell))];
  const found = shown.find(([cell]) => cell === title);
  assert.deepEqual(found, row, `docs/guides/toolchains.md has to have this row: | ${row.join(' | ')} |`);
}

function cellOf(recorded) {
  return recorded
    .split(', ')
    .map((name) => WORDS[name] ?? `\`${name}\``)
    .join(', ');
}
