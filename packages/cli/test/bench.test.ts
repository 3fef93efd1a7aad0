import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { RpcError, defineService } from '@rpcudp/core';
import { UdpEndpoint } from '@rpcudp/udp';
import { endedWithTest } from './children';

interface Work {
  add(a: number, b: number): number;
  refuse(): void;
  never(): Promise<void>;
}

const Work = defineService<Work>('Work', { add: {}, refuse: {}, never: {} });
const binary = join(__dirname, '../bin/rpcudp.js');
const SHORT = ['--duration', '0.2', '--warmup', '0'];

let endpoint: UdpEndpoint;
let address: string;

beforeAll(async () => {
  const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', wires: ['native', 'rpcudp'], logger });
  endpoint.serve(Work, {
    add: (a, b) => a + b,
    refuse: () => {
      throw new RpcError('PERMISSION_DENIED', 'not \u001b[31myou');
    },
    never: () => new Promise(() => undefined),
  });
  address = `127.0.0.1:${endpoint.address.port}`;
});

afterAll(() => endpoint.close({ graceMs: 0 }));

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: string[]): { readonly ended: Promise<Outcome>; readonly interrupt: () => void } {
  const env = { ...process.env, NO_COLOR: '1' };
  const child = endedWithTest(
    spawn(process.execPath, [binary, 'bench', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, stdout, stderr }));
  return { ended, interrupt: () => child.kill('SIGINT') };
}

const bench = (...args: string[]): Promise<Outcome> => start(...args).ended;

test('a method that answers is measured', async () => {
  const { status, stdout, stderr } = await bench(address, 'Work.add', '1', '2', ...SHORT);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^throughput {2}[\d,]+ calls\/s$/m);
  expect(stdout).toMatch(/^silent {6}0 \(0\.00 % lost\)$/m);
  expect(stdout).toMatch(
    /^latency {5}p50 [\d.]+ ms {2}p90 [\d.]+ ms {2}p99 [\d.]+ ms {2}p99\.9 [\d.]+ ms {2}max [\d.]+ ms$/m,
  );
  expect(stdout).toMatch(/█/);
});

test.each([
  ['a rate', ['Work.add', '1', '2', '--rate', '200'], { rate: 200, inFlight: 4096, wire: 'native' }],
  ['the rpcudp wire', ['add', '1', '2', '--wire', 'rpcudp', '--in-flight', '2'], { inFlight: 2, wire: 'rpcudp' }],
  ['another delivery', ['Work.add', '1', '2', '--delivery', 'best-effort'], { inFlight: 64, delivery: 'best-effort' }],
])('with %s, and for programs', async (_title, args, expected) => {
  const { status, stdout } = await bench(address, ...args, '--json', ...SHORT);
  const result = JSON.parse(stdout) as Record<string, unknown>;
  expect(status).toBe(0);
  expect(result).toMatchObject({ ...expected, address, failed: 0 });
  expect(result.answered).toBeGreaterThan(0);
});

test('an endpoint that refuses every call is told once, without what a terminal would obey', async () => {
  const { status, stdout, stderr } = await bench(address, 'Work.refuse', ...SHORT);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^rpcudp: All \d+ calls failed\. .*PERMISSION_DENIED: not \\u\{1b\}\[31myou\n$/);
});

test('a method that is not served ends the run at once', async () => {
  const { status, stderr } = await bench(address, 'Work.nothing', '--duration', '3600');
  expect(status).toBe(1);
  expect(stderr).toContain('UNIMPLEMENTED');
});

test('silence has an exit code of its own', async () => {
  const { status, stdout, stderr } = await bench(address, 'Work.never', '--timeout', '100', ...SHORT);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toContain(`No response from ${address} within 100 ms.`);
});

test('Ctrl-C ends the run, and what was measured until then is shown', async () => {
  const run = start(address, 'Work.add', '1', '2', '--duration', '3600', '--warmup', '0');
  // The first call says that the run has begun, and so that it listens for Ctrl-C.
  const before = endpoint.stats().requests.answered;
  while (endpoint.stats().requests.answered < before + 1000) await new Promise((resolve) => setImmediate(resolve));
  run.interrupt();
  const { status, stdout } = await run.ended;
  expect(status).toBe(0);
  expect(stdout).toMatch(/^throughput/m);
});

test.each([
  [['Work.add', '--rate', '0'], '--rate'],
  [['Work.add', '--in-flight', '4097'], 'from 1 to 4096'],
  [['Work.add', '--duration', 'long'], 'seconds'],
  [['add'], 'Service.method'],
  [['Work.add', 'nonsense'], 'Argument 1'],
])('%p is misuse', async (args, message) => {
  const { status, stdout, stderr } = await bench(address, ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});
