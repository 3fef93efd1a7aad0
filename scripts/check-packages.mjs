// Checks the packages as they would be published: what is in each tarball, and whether every kind of user can import it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { createRequire } from 'node:module';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packAll } from './pack.mjs';

const attw = join(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json'), '../dist/index.js');
const REQUIRED = ['LICENSE', 'README.md', 'package.json'];
/** Says that the files beside it are CommonJS, against the package's own "type". */
const CJS_MANIFEST = 'dist/cjs/package.json';
const EXPECTED = [
  /^CHANGELOG\.md$/,
  /^bin\/.+\.js$/,
  /^dist\/.+\.(js|d\.ts)(\.map)?$/,
  /^dist\/inspect\/page\/.+\.(html|css|svg)$/,
  /^schema\/.+\.json$/,
  /^src\/.+\.ts$/,
];

const HIDDEN_MEMBER = /^ *(#private|(private|protected) (?!constructor)\w+).*$/m;

const folder = mkdtempSync(join(tmpdir(), 'rpcudp-packages-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

for (const { manifest, tarball, files } of packAll(folder)) {
  const { name } = manifest;
  const root = join(folder, name.replace('/', '-'));
  unpack(tarball, root);
  const findings = [
    ...contentFindings(root, files),
    ...files.filter((file) => file.endsWith('.map')).flatMap((file) => sourceMapFindings(root, file, files)),
    ...(await publintFindings(tarball)),
    ...(manifest.exports === undefined ? [] : [...nominalFindings(root, files), ...typeFindings(tarball)]),
  ];
  console.log(findings.length === 0 ? `${name}: ${files.length} files, no findings` : `${name}: wrong`);
  for (const finding of findings) console.log(`  ${finding}`);
  if (findings.length > 0) process.exitCode = 1;
}

function unpack(tarball, root) {
  mkdirSync(root);
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', root, '--strip-components=1']);
  if (status !== 0) throw new Error(`${tarball} cannot be unpacked: ${String(stderr)}`);
}

/** What is missing from the tarball, and what has no business in it. */
function contentFindings(root, files) {
  const hasCjs = files.some((file) => file.startsWith('dist/cjs/'));
  const required = hasCjs ? [...REQUIRED, CJS_MANIFEST] : REQUIRED;
  const missing = required.filter((file) => !files.includes(file)).map((file) => `${file} is missing.`);
  const stray = files
    .filter((file) => !required.includes(file))
    .filter((file) => !EXPECTED.some((pattern) => pattern.test(file)) || file.includes('.test.'))
    .map((file) => `${file} should not be published.`);
  return [...missing, ...stray, ...(files.includes(CJS_MANIFEST) ? cjsManifestFindings(root) : [])];
}

function cjsManifestFindings(root) {
  const { type } = JSON.parse(readFileSync(join(root, CJS_MANIFEST), 'utf8'));
  return type === 'commonjs' ? [] : [`${CJS_MANIFEST} says "type": "${type}", not "commonjs".`];
}

/** A map that leads nowhere: its source was renamed and the build left the old output behind, or it is not published. */
function sourceMapFindings(root, file, files) {
  const { sources, sourceRoot = '' } = JSON.parse(readFileSync(join(root, file), 'utf8'));
  return sources
    .map((source) => posix.join(posix.dirname(file), sourceRoot, source))
    .filter((source) => !files.includes(source))
    .map((source) => `${file} points to ${source}, which is not in the tarball.`);
}

/** A class with hidden members, of which there is one in each build: what one build makes would not fit the other. */
function nominalFindings(root, files) {
  return files
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => [file, HIDDEN_MEMBER.exec(readFileSync(join(root, file), 'utf8'))])
    .filter(([, hidden]) => hidden !== null)
    .map(([file, [hidden]]) => `${file} declares "${hidden.trim()}", which makes its class two types.`);
}

async function publintFindings(tarball) {
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** All ways of resolving, that of Node 10 included: `"module": "commonjs"` means it before TypeScript 6. */
function typeFindings(tarball) {
  const args = [tarball, '--profile', 'strict', '--no-definitely-typed', '--format', 'ascii', '--no-color'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [attw, ...args], { encoding: 'utf8' });
  return status === 0 ? [] : [`attw: ${stdout}${stderr}`.trim().replaceAll('\n', '\n  ')];
}
