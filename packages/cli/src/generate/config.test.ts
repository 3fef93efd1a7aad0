import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, settle } from './config.js';

let cwd: string;
beforeEach(() => (cwd = mkdtempSync(join(tmpdir(), 'rpcudp-config-'))));
afterEach(() => rmSync(cwd, { recursive: true }));

const FILE = 'rpcudp.config.json';

function write(name: string, content: unknown): void {
  writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content));
}

test('what is said nowhere has a default', () => {
  expect(settle({ files: ['a.ts'], out: 'out' }, cwd)).toEqual({
    files: ['a.ts'],
    out: 'out',
    guards: false,
    importTypes: false,
    strict: true,
    tsconfig: undefined,
    cwd,
  });
});

test.each([
  [FILE, { $schema: 'x', generate: { files: ['b.ts'], out: 'there', guards: true, strict: false } }],
  ['package.json', { name: 'p', rpcudp: { generate: { files: ['b.ts'], out: 'there', guards: true, strict: false } } }],
])('settings are read from %s, and what was typed wins', (name, content) => {
  write(name, content);
  expect(settle({ files: [] }, cwd)).toMatchObject({ files: ['b.ts'], out: 'there', guards: true, strict: false });
  const typed = { files: ['c.ts'], guards: false, strict: true, tsconfig: undefined };
  expect(settle(typed, cwd)).toMatchObject({ files: ['c.ts'], out: 'there', guards: false, strict: true });
});

test('a package.json without settings and an empty configuration say nothing', () => {
  write('package.json', { name: 'p' });
  expect(readConfig(cwd)).toEqual({});
  write(FILE, {});
  expect(readConfig(cwd)).toEqual({});
});

test.each([
  ['{', /^rpcudp\.config\.json is not JSON: /],
  ['[]', /^rpcudp\.config\.json must be an object, not \[\]\.$/],
  [{ generat: {} }, /^rpcudp\.config\.json has no setting "generat"\. There are "\$schema", "generate"\.$/],
  [{ generate: 1 }, /^rpcudp\.config\.json\.generate must be an object, not 1\.$/],
  [{ generate: { output: 'x' } }, /^rpcudp\.config\.json\.generate has no setting "output"\. There are "files", "out"/],
  [{ generate: { files: 'a.ts' } }, /\.generate\.files must be an array of globs, such as .*, not "a\.ts"\.$/],
  [{ generate: { files: [] } }, /\.generate\.files must be an array of globs/],
  [{ generate: { out: '' } }, /\.generate\.out must be a path that is not empty, not ""\.$/],
  [{ generate: { guards: 'yes' } }, /\.generate\.guards must be true or false, not "yes"\.$/],
])('a configuration that is not valid is refused: %j', (content, message) => {
  write(FILE, content);
  expect(() => readConfig(cwd)).toThrow(message);
  expect(() => readConfig(cwd)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test('two configurations are refused', () => {
  write(FILE, {});
  write('package.json', { rpcudp: {} });
  expect(() => readConfig(cwd)).toThrow(/both configure the command/);
});

test('files and folder have to be named', () => {
  expect(() => settle({ out: 'out' }, cwd)).toThrow(/^No files are named/);
  expect(() => settle({ files: ['a.ts'] }, cwd)).toThrow(/^No folder to write to is named/);
});

test('the schema knows the same settings, with the same defaults', () => {
  const file = join(__dirname, '../../schema/rpcudp.config.schema.json');
  const schema = JSON.parse(readFileSync(file, 'utf8')) as {
    properties: { generate: { properties: Record<string, { default?: boolean }> } };
  };
  const settled = settle({ files: ['a.ts'], out: 'out' }, cwd);
  const known = schema.properties.generate.properties;
  expect([...Object.keys(known), 'cwd'].sort()).toEqual(Object.keys(settled).sort());
  const defaults = Object.entries(known).filter(([, { default: value }]) => value !== undefined);
  expect(settled).toMatchObject(Object.fromEntries(defaults.map(([name, { default: value }]) => [name, value])));
});
