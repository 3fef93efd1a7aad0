/** The example with a service, its generated client and an app in three packages: what is committed there is true. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { endedWithTest } from './children';
import { run } from './command';

const ROOT = resolve(__dirname, '../../..');
const EXAMPLE = join(ROOT, 'examples/monorepo');

const folder = mkdtempSync(join(tmpdir(), 'rpcudp-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const execute = promisify(execFile);

interface Bundle {
  readonly code: string;
  readonly inputs: readonly string[];
}

/** The app in one file, as its `build` script makes it. */
async function bundle(): Promise<Bundle> {
  const manifest = JSON.parse(readFileSync(join(EXAMPLE, 'app/package.json'), 'utf8')) as {
    scripts: { build: string };
  };
  const [command, ...args] = manifest.scripts.build.split(' ');
  const to = [`--outfile=${join(folder, 'app.cjs')}`, `--metafile=${join(folder, 'meta.json')}`, '--log-level=error'];
  const options = args.filter((arg) => !arg.startsWith('--outfile='));
  await execute(join(ROOT, 'node_modules/.bin', command!), [...options, ...to], { cwd: join(EXAMPLE, 'app') });
  const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as {
    inputs: Readonly<Record<string, unknown>>;
  };
  return { code: readFileSync(join(folder, 'app.cjs'), 'utf8'), inputs: Object.keys(meta.inputs) };
}

async function startServer(): Promise<string> {
  const tsNode = require.resolve('ts-node/dist/bin-transpile.js');
  const server = endedWithTest(spawn(process.execPath, [tsNode, 'server.ts', '0'], { cwd: join(EXAMPLE, 'service') }));
  let errors = '';
  server.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const line = await Promise.race([
    once(createInterface({ input: server.stdout }), 'line').then(([first]) => first as string),
    once(server, 'close').then(() => Promise.reject(new Error(errors))),
  ]);
  return /port (\d+)/.exec(line)![1]!;
}

test('what is committed is what would be generated', async () => {
  const { code, stderr } = await run(['generate', '--check'], { cwd: join(EXAMPLE, 'client') });
  expect([stderr, code]).toEqual(['', 0]);
});

test('the app gets its answers from the service, and holds nothing of it', async () => {
  const { code, inputs } = await bundle();
  const { stdout } = await execute(process.execPath, [join(folder, 'app.cjs'), await startServer()]);
  expect(stdout).toMatch(/^9007199254740993: 1999 cents, dated\n9007199254740992: 900 cents, dated\n$/);

  expect(inputs.some((file) => file.endsWith('client/orders.client.ts'))).toBe(true);
  expect(inputs.filter((file) => /^\.\.\/service\/|guards\.ts$/.test(file))).toEqual([]);
  const secrets = [/const CONNECTION = '(.*)'/, /class (\w+) \{/].map(
    (pattern) => pattern.exec(readFileSync(join(EXAMPLE, 'service/database.ts'), 'utf8'))![1]!,
  );
  for (const secret of [...secrets, 'class Orders', '#database']) expect(code).not.toContain(secret);
});
