// Writes the version of packages/core into its source: `lerna version` runs it after it has written the manifest.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const source = readFileSync('src/version.ts', 'utf8');
writeFileSync('src/version.ts', source.replace(/VERSION = '.*'/, `VERSION = '${version}'`));
execFileSync('git', ['add', 'src/version.ts']);
