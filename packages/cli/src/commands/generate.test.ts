import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSharedOptions } from '../shared-options.js';
import { generateCommand } from './generate.js';

let cwd: string;
let printed: { out: string; errors: string };
const exitCode = process.exitCode;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'rpcudp-command-'));
  printed = { out: '', errors: '' };
  jest.spyOn(process, 'cwd').mockReturnValue(cwd);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed.out += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed.errors += String(text)), true));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = exitCode;
  rmSync(cwd, { recursive: true });
});

function write(parameter: string): void {
  const service = `@RpcService('Greeter') export class Greeter { @RpcMethod() sayHi(name: ${parameter}): void {} }`;
  writeFileSync(join(cwd, 'greeter.ts'), `import { RpcMethod, RpcService } from '@rpcudp/core';\n${service}`);
}

async function run(...args: readonly string[]): Promise<unknown> {
  printed = { out: '', errors: '' };
  await addSharedOptions(generateCommand()).exitOverride().parseAsync(args, { from: 'user' });
  return process.exitCode;
}

test('a check fails until the files have been generated', async () => {
  write('string');
  expect(await run('greeter.ts', '--out', 'out', '--check')).toBe(1);
  expect(printed).toEqual({ out: '', errors: 'out/greeter.client.ts is out of date. Run "rpcudp generate".\n' });
  expect(await run('greeter.ts', '--out', 'out')).toBe(0);
  expect(printed).toEqual({ out: 'wrote out/greeter.client.ts\n', errors: '' });
  expect(await run('greeter.ts', '--out', 'out', '--check')).toBe(0);
});

test('the configuration is used, and options that say no win over it', async () => {
  write('any');
  const generate = { files: ['*.ts'], out: 'there', guards: true };
  writeFileSync(join(cwd, 'rpcudp.config.json'), JSON.stringify({ generate }));
  expect(await run('--json', '--no-guards', '--no-strict')).toBe(0);
  expect(JSON.parse(printed.out)).toMatchObject({ written: ['there/greeter.client.ts'], problems: [] });
  expect(await run()).toBe(1);
  expect(printed.errors).toContain('greeter.ts:2:66 - Greeter.sayHi(name): any says nothing');
});

test('misuse is told before the compiler is loaded', async () => {
  await expect(run('--out', 'out')).rejects.toMatchObject({ exitCode: 2 });
  await expect(run('--watch', '--check')).rejects.toThrow(/cannot be used with option '--check'/);
});
