import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { top } from '../src/top/top.js';
import { run, start } from './command';
import { Greeter, deaf, served, silent, type Served } from './served';

const callers: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(callers.splice(0).map((stop) => stop())));

/** Has somebody call all the time, to the end of the test. */
async function callAllTheTime({ endpoint }: Served): Promise<void> {
  const caller = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent });
  const greeter = createClient(Greeter, caller.peer(endpoint.address));
  await greeter.sayHi('you');
  const timer = setInterval(() => void greeter.sayHi('you'), 20);
  callers.push(() => {
    clearInterval(timer);
    return caller.close();
  });
}

test('elsewhere than on a terminal there is a line for each interval, as many as were asked for', async () => {
  await using server = await served({ inspection: true });
  await callAllTheTime(server);
  const { code, stdout, stderr } = await run(['top', server.address, '--count', '2', '--interval', '200']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const line =
    /^\d\d:\d\d:\d\d {2}served [\d.,]+\/s p50 [\d.]+ ms p99 [\d.]+ ms failed 0\/s {2}called 0\/s failed 0\/s {2}loss 0.0 % {2}dropped 0\/s {2}peers 2$/;
  expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(line), expect.stringMatching(line)]);
});

test('--json prints the figures', async () => {
  await using server = await served({ inspection: true });
  await callAllTheTime(server);
  const { code, stdout } = await run(['top', server.address, '--count', '1', '--interval', '300', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    served: { callsPerSecond: expect.any(Number) as number, failedPerSecond: 0 },
    methods: [{ side: 'server', name: 'Greeter.sayHi' }],
    peerCount: 2,
  });
});

test('an endpoint that does not show itself says so, with what to do', async () => {
  await using server = await served();
  const { code, stderr } = await run(['top', server.address, '--count', '1']);
  expect(code).toBe(1);
  expect(stderr).toContain('does not show what it does. Bind it with UdpEndpoint.bind({ inspection: true }).');
});

test('silence is a failure of its own', async () => {
  await using nobody = await deaf();
  const { code, stderr } = await run(['top', nobody.address, '--count', '1', '--timeout', '200']);
  expect(code).toBe(3);
  expect(stderr).toContain('No response from');
});

test.each(['99', '60001', '1s'])('an interval of %s is misuse', async (interval) => {
  expect(await run(['top', '127.0.0.1:9', '--interval', interval])).toMatchObject({ code: 2, stdout: '' });
});

test('Ctrl-C ends a run of lines, which has then done what it was for', async () => {
  await using server = await served({ inspection: true });
  const child = start(['top', server.address, '--interval', '100']);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
});

/** A terminal in memory. */
class Terminal {
  readonly input = Object.assign(new PassThrough(), { isTTY: true, raw: false, setRawMode: this.#setRaw.bind(this) });
  readonly output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 30 });
  written = '';
  raw: boolean[] = [];

  constructor() {
    this.output.on('data', (chunk: Buffer) => (this.written += chunk.toString()));
  }

  get ports(): { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream } {
    return this as unknown as { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream };
  }

  async shows(text: string | RegExp): Promise<void> {
    while (this.written.search(text) < 0) await once(this.output, 'data');
  }

  #setRaw(raw: boolean): void {
    this.raw.push(raw);
  }
}

const OPTIONS = { interval: 100, timeout: 300, sort: 'calls' } as const;

test('on a terminal the screen is drawn again and again, keys sort, and q leaves it as it was', async () => {
  await using server = await served({ inspection: true });
  await callAllTheTime(server);
  const terminal = new Terminal();
  const shown = top(server.address, OPTIONS, terminal.ports);
  await terminal.shows('← Greeter.sayHi');
  await terminal.shows(/127\.0\.0\.1:\d+ +\d/);
  terminal.input.write('t');
  await terminal.shows(/t \[time\]/);
  terminal.output.emit('resize');
  terminal.input.write('q');
  await shown;

  expect(terminal.raw).toEqual([true, false]);
  expect(terminal.written.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
  expect(terminal.written.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
});

test('an endpoint that goes away and comes back is shown again', async () => {
  const server = await served({ inspection: true });
  const { port } = server.endpoint.address;
  const terminal = new Terminal();
  const shown = top(server.address, OPTIONS, terminal.ports);
  await terminal.shows('METHOD');
  await server[Symbol.asyncDispose]();
  await terminal.shows('Trying again, q quits: ');
  terminal.written = '';
  const again = await served({ inspection: true, port });
  await terminal.shows(/sort: c \[calls\]/);
  terminal.input.write('\u0003');
  await shown;
  expect(terminal.raw).toEqual([true, false]);
  await again[Symbol.asyncDispose]();
});

test('what is wrong from the beginning ends it, and the terminal was never touched', async () => {
  await using server = await served();
  const terminal = new Terminal();
  await expect(top(server.address, OPTIONS, terminal.ports)).rejects.toMatchObject({ exitCode: 1 });
  expect(terminal.written).toBe('');
});
