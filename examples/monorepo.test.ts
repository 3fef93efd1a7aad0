/** Two services, their clients and two apps in one repository: from a clean checkout to answers. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..');
const EXAMPLE = join(__dirname, 'monorepo');
const PACKAGES = ['client', 'cjs-app', 'esm-app', 'orders', 'shared', 'stock'];

const GENERATED = /^(?:\w+\.(?:client|guards)|shared\.types)\.ts$/;
const BUILT = /^dist$|\.tsbuildinfo$/;

const execute = promisify(execFile);
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rpcudp-monorepo-')));
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** What a clone has after npm ci: nothing generated and nothing built. */
function checkOut(): void {
  cpSync(EXAMPLE, folder, {
    recursive: true,
    filter: (file) => !GENERATED.test(basename(file)) && !BUILT.test(basename(file)),
  });
  mkdirSync(join(folder, 'node_modules/@rpcudp-examples'), { recursive: true });
  for (const name of PACKAGES) {
    symlinkSync(join(folder, name), join(folder, `node_modules/@rpcudp-examples/monorepo-${name}`));
  }
  for (const name of ['@rpcudp', '@types', '.bin', 'nx']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
}

beforeAll(async () => {
  checkOut();
  const lerna = join(ROOT, 'node_modules/lerna/dist/cli.js');
  // Nothing of the build may go on in the background, or be taken from a build of before.
  const env = { ...process.env, NX_DAEMON: 'false', NX_SKIP_NX_CACHE: 'true' };
  await execute(process.execPath, [lerna, 'run', 'build'], { cwd: folder, env });
}, 300_000);

/** Starts a server that was built, and gives its port. */
async function serve(name: string, ...args: string[]): Promise<string> {
  const server = spawn(process.execPath, [join(folder, name, 'dist/server.js'), '0', ...args]);
  running.push(server);
  const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
  return /port (\d+)/.exec(line)![1]!;
}

async function outputOf(app: string, port: string): Promise<string> {
  const { stdout } = await execute(process.execPath, [join(folder, app, 'dist/main.js'), port]);
  return stdout;
}

test('what is committed is what the build generates', () => {
  const generated = (at: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(join(at, 'client'))
        .filter((name) => GENERATED.test(name))
        .map((name) => [name, readFileSync(join(at, 'client', name), 'utf8')]),
    );
  expect(Object.keys(generated(folder))).toHaveLength(5);
  expect(generated(EXAMPLE)).toEqual(generated(folder));
});

test('money is a bigint in both apps, the one of ES modules and the one of CommonJS', async () => {
  const port = await serve('orders', await serve('stock'));
  expect(await outputOf('esm-app', port)).toBe(
    '9007199254740993: 1 lighter, 2000 cents with the bag, dated\n' +
      '9007199254740992: 2 eyepatch, 901 cents with the bag, dated\n',
  );
  expect(await outputOf('cjs-app', port)).toBe('12899 cents in the till\n');
});

test('an app holds nothing of the services', async () => {
  const esbuild = join(ROOT, 'node_modules/.bin/esbuild');
  const options = ['--bundle', '--platform=node', '--format=esm', '--packages=bundle'];
  // With the cryptography that an endpoint loads if it is asked for.
  const maxBuffer = 2 ** 26;
  const { stdout } = await execute(esbuild, [join(folder, 'esm-app/dist/main.js'), ...options], { maxBuffer });
  expect(stdout).toContain('cents with the bag');
  const secret = /const CONNECTION = '(.*)'/.exec(readFileSync(join(EXAMPLE, 'orders/database.ts'), 'utf8'))![1]!;
  for (const text of [secret, 'class Database', 'class Orders', 'ordersGuards']) expect(stdout).not.toContain(text);
});
