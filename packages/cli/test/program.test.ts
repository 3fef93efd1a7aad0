import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT_CODES } from '../src/exit-codes';
import { run } from './command';

const OWN = ['list', 'describe', 'call', 'ping', 'health', 'top', 'inspect', 'dht', 'keygen', 'completion'];

test('--version is that of the package', async () => {
  const manifest = readFileSync(join(__dirname, '../package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help lists the commands, examples, and the exit codes', async () => {
  const { code, stdout } = await run(['--help']);
  expect(code).toBe(0);
  for (const name of OWN) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(stdout).toContain('\nExamples:\n  $ rpcudp ');
  for (const [exitCode, meaning] of EXIT_CODES) expect(stdout).toContain(`\n  ${exitCode}  ${meaning}\n`);
});

test('without a command the help is an error', async () => {
  const { code, stdout, stderr } = await run([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Usage: rpcudp /);
});

test.each(OWN)('help for %s has its options and examples, in either way to ask for it', async (name) => {
  const { code, stdout } = await run([name, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('--json');
  expect(stdout).toContain(`\nExamples:\n  $ rpcudp ${name} `);
  expect((await run(['help', name])).stdout).toBe(stdout);
});

test.each([
  [['lst'], "unknown command 'lst'. Did you mean list? See: rpcudp help"],
  [['list'], "missing required argument 'host:port'. See: rpcudp help list"],
  [['list', 'a:1', 'b:2'], "too many arguments for 'list'. Expected 1 argument but got 2. See: rpcudp help list"],
  [['help', 'lst'], expect.stringMatching(/^There is no command "lst" to help with\. There are: list, /) as string],
])('%j is misuse, said in one line', async (args, message) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.replace(/^rpcudp: /, '').replace(/\n$/, '')).toEqual(message);
});

test('misuse is JSON, too, where JSON was asked for', async () => {
  const { code, stderr } = await run(['list', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stderr)).toEqual({
    error: { message: "missing required argument 'host:port'. See: rpcudp help list" },
  });
});

/** The files that Node has loaded for a command. */
async function loadedBy(...args: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rpcudp-cli-'));
  try {
    await run(args, { env: { NODE_V8_COVERAGE: folder } });
    const [report] = readdirSync(folder);
    const { result } = JSON.parse(readFileSync(join(folder, report!), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url).join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a command starts without the modules that it does not need, for the shell is waiting', async () => {
  expect(await loadedBy('--help')).not.toMatch(/packages\/core\/|\/commands\/|ts-morph/);
  expect(await loadedBy('call', '--help')).not.toMatch(/packages\/core\/|ts-morph/);
  const call = await loadedBy('call', '127.0.0.1:9', 'Greeter.sayHi', '--timeout', '1');
  expect(call).toMatch(/packages\/core\//);
  expect(call).not.toMatch(/\/commands\/(?!call)|ts-morph|hdr-histogram/);
});
