import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Ended, type RunOptions } from './command';
import { deaf, served, type Served } from './served';

let server: Served;
beforeAll(async () => {
  server = await served();
});
afterAll(() => server[Symbol.asyncDispose]());

const call = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  run(['call', server.address, ...args], options);

const printed = (stdout: string): Ended => ({ code: 0, stdout: `${stdout}\n`, stderr: '' });

test('the result is printed as JavaScript writes it', async () => {
  const { code, stdout, stderr } = await call(['Greeter.sayHi', '"Snake Plissken"']);
  expect(stdout).toMatch(/^'Hello Snake Plissken, you live at 127\.0\.0\.1:\d+'\n$/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('with --json the result is one line of JSON', async () => {
  const words = ['{ bytes: hex:00ff, many: 12345678901234567890, at: 2026-01-31T12:00:00Z }', '--json'];
  expect(await call(['test.Probe.echo', ...words])).toEqual(
    printed('{"bytes":{"base64":"AP8="},"many":"12345678901234567890","at":"2026-01-31T12:00:00.000Z"}'),
  );
});

test('every way to write an argument gives the value that it stands for', async () => {
  const words = ['5', '-7', 'str:a b', 'hex:00ff', 'base64:AP8=', "{ a: ['x', null] }", '2026-01-31T12:00:00Z'];
  const { stdout } = await call(['test.Probe.echo', ...words]);
  expect(stdout.replace(/\s+/g, ' ')).toBe(
    "[ 5, -7, 'a b', hex:00ff, hex:00ff, { a: [ 'x', null ] }, 2026-01-31T12:00:00.000Z ] ",
  );
});

test('an argument can be a file or standard input', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rpcudp-cli-'));
  try {
    writeFileSync(join(folder, 'value.json5'), '// a comment\n{ from: "file" }\n');
    const args = ['test.Probe.echo', '@value.json5', '-', '--json'];
    const { stdout } = await call(args, { cwd: folder, input: '["input"]\n' });
    expect(stdout).toBe('[{"from":"file"},["input"]]\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('metadata travels, and can have an equals sign in its value', async () => {
  const args = ['test.Probe.metadata', '--metadata', 'tenant=acme', '--metadata', 'token=a=b', '--json'];
  expect(await call(args)).toEqual(printed('{"tenant":"acme","token":"a=b"}'));
});

test('after -- nothing is an option', async () => {
  expect(await call(['test.Probe.echo', '--json', '--', '-Infinity'])).toEqual(printed('"-Infinity"'));
  expect(await call(['test.Probe.echo', '--', '--json'])).toMatchObject({ code: 2 });
});

test('negative numbers of every form are arguments, wherever they stand', async () => {
  const words = ['-Infinity', '-9007199254740993n', '-0x10', '-5n', '-0'];
  const { stdout } = await call(['test.Probe.echo', ...words, '--timeout', '2000']);
  expect(stdout).toBe('[ -Infinity, -9007199254740993n, -16, -5n, -0 ]\n');
});

test('values of the native wire are written as JavaScript makes them, and arrive', async () => {
  const words = [
    'undefined',
    'Map([[1, Set([2n])]])',
    `RangeError('no')`,
    'URL("https://example.org/")',
    'Int8Array([1])',
  ];
  const { stdout } = await call(['test.Probe.echo', ...words]);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(
    /^\[ undefined, Map\(1\) \{ 1 => Set\(1\) \{ 2n \} \}, \[?RangeError: no\]?, URL \{.*href: 'https:\/\/example.org\/'.*\}, Int8Array\(1\) \[ 1 \] \] $/,
  );
});

test('nothing is printed as null', async () => {
  expect(await call(['test.Probe.echo', 'null'])).toEqual(printed('null'));
});

test('an idempotent method can be called as one, or as any other', async () => {
  expect((await call(['Meter.balance', '--delivery', 'idempotent'])).code).toBe(0);
  expect((await call(['Meter.balance'])).code).toBe(0);
});

test('a one-way call says that it arrived, or with best effort that it was sent', async () => {
  const args = ['Meter.temperature', '21.5', '--one-way'];
  expect(await call(args)).toEqual(printed('It arrived. Nobody says what came of it.'));
  expect(await call([...args, '--json'])).toEqual(printed('{"oneWay":"arrived"}'));
  expect(await call([...args, '--delivery', 'best-effort'])).toEqual(
    printed('It was sent. Nobody says whether it arrived.'),
  );
});

describe('a large argument', () => {
  const large = `'${'x'.repeat(200_000)}'`;

  test('is sent without a word where nobody looks at a terminal', async () => {
    const { code, stderr } = await call(['test.Probe.echo', '-', '--json'], { input: large });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('that is not answered in time is told from a peer that is not there', async () => {
    const { code, stderr } = await call(['test.Probe.never', '-', '--timeout', '700'], { input: large });
    const all = 'All 200006 bytes of the arguments were acknowledged: raise --timeout.';
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: `rpcudp: No response from ${server.address} within 700 ms. ${all}\n`,
    });
  });
});

test('--repeat calls one after the other', async () => {
  const { code, stdout } = await call(['Meter.pay', '5', '--repeat', '3']);
  const [first = 0, ...others] = stdout.trim().split('\n').map(Number);
  expect(others).toEqual([first + 5, first + 10]);
  expect(code).toBe(0);
});

test('colours are for terminals alone, and FORCE_COLOR stands in for one unless the user says no', async () => {
  const echo = ['test.Probe.echo', '5'];
  expect((await call(echo)).stdout).toBe('5\n');
  expect((await call(echo, { env: { CI: 'true' } })).stdout).toBe('5\n');
  expect((await call(echo, { env: { FORCE_COLOR: '1' } })).stdout).toBe('\u001b[33m5\u001b[39m\n');
  expect((await call([...echo, '--no-color'], { env: { FORCE_COLOR: '1' } })).stdout).toBe('5\n');
  expect((await call(echo, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).toBe('5\n');
});

test('flat names of a Python peer are called over its wire', async () => {
  await using peer = await served({ wires: ['rpcudp'] });
  const { code, stdout } = await run(['call', peer.address, 'echo', 'hex:6b6579', '--wire', 'rpcudp']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'hex:6b6579\n' });
});

test('an IPv6 address goes in brackets', async () => {
  await using peer = await served({ host: '::1' });
  expect(await run(['call', peer.address, 'test.Probe.echo', '5'])).toEqual(printed('5'));
});

describe('the other side says no', () => {
  test.each([
    [['Meter.pay', '0'], '(the handler ran): OUT_OF_RANGE: Pay at least one cent.'],
    [['test.Probe.rude'], '(the handler ran): ABORTED: first line\\n\\u{1b}[2Jsecond line'],
  ])('to %j with its own words, on one line', async (args, words) => {
    expect(await call(args)).toEqual({
      code: 1,
      stdout: '',
      stderr: `rpcudp: ${server.address} said no ${words}\n`,
    });
  });

  test('because it failed, and the command says which call that was', async () => {
    const { stderr } = await call(['test.Probe.fail']);
    const words = `INTERNAL: test.Probe.fail at ${server.address}: The handler failed.`;
    expect(stderr).toBe(`rpcudp: ${server.address} said no (the handler ran): ${words}\n`);
  });

  test('to a wrong name, and the command says where the right ones are', async () => {
    const { code, stderr } = await call(['Greeter.sayHo']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/said no \(nothing ran\): UNIMPLEMENTED: .+ To see what it serves: rpcudp list 127/);
    expect(stderr.trim()).not.toContain('\n');
  });

  test('and --json has all of it', async () => {
    const { code, stderr } = await call(['Meter.pay', '0', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'OUT_OF_RANGE',
        message: 'Pay at least one cent.',
        origin: 'remote',
        executed: 'yes',
        details: { least: 1 },
      },
    });
  });

  test('to each of many calls', async () => {
    const { code, stderr } = await call(['Meter.pay', '0', '--repeat', '2']);
    expect(code).toBe(1);
    expect(stderr.match(/OUT_OF_RANGE/g)).toHaveLength(2);
  });
});

describe('nobody answers', () => {
  test('and the command says how long it waited and what to check', async () => {
    await using nobody = await deaf();
    const { code, stdout, stderr } = await run(['call', nobody.address, 'Greeter.sayHi', '5', '--timeout', '20']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `rpcudp: No response from ${nobody.address} within 20 ms. ` +
        'Check host and port, or raise --timeout; Python peers need --wire rpcudp, ' +
        'and those with security --peer-key or --secret-file.\n',
    );
  });

  test('at a host that does not exist', async () => {
    const { code, stderr } = await run(['call', 'no-such-host.invalid:1', 'Greeter.sayHi', '5']);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^rpcudp: The host name "no-such-host.invalid" could not be resolved: \w+\. Check its .+\n$/,
    );
  });
});

describe('misuse', () => {
  test.each([
    [
      ['Greeter.sayHi', 'Snake'],
      `Argument 1: Snake is not JSON5: invalid character 'S' at 1:1. To send text, write '"Snake"' or str:Snake`,
    ],
    [
      ['Greeter.sayHi', '{ a: 1'],
      'Argument 1: { a: 1 is not JSON5: invalid end of input at 1:7. Put the whole argument in single quotes, which the shell takes away.',
    ],
    [
      ['Greeter.sayHi', '@missing.json'],
      'Argument 1: the file missing.json cannot be read: ENOENT. To send text, write str:@missing.json',
    ],
    [
      ['Greeter.sayHi', '-', '-'],
      'Standard input can be one argument only, but - was given more than once. Put the others in files.',
    ],
    [['Greeter.sayHi', 'hex:0'], 'Argument 1: hex: takes pairs of hexadecimal digits, such as hex:00ff, not "0".'],
    [
      ['sayHi'],
      'A method is written Service.method, such as Greeter.sayHi, not "sayHi". Names without a service, as Python peers have them, need --wire rpcudp.',
    ],
    [
      ['Greeter.sayHi', '--timeout', 'soon'],
      "option '--timeout <ms>' argument 'soon' is invalid. It takes a whole number of milliseconds, from 1 to 2147483647. See: rpcudp help call",
    ],
    [['Greeter.sayHi', '--tmeout', '5'], "unknown option '--tmeout'. Did you mean --timeout? See: rpcudp help call"],
    [
      ['Greeter.sayHi', '--metadata', 'acme'],
      "option '--metadata <key=value>' argument 'acme' is invalid. It takes key=value, such as tenant=acme. See: rpcudp help call",
    ],
    [['echo', '--wire', 'rpcudp', '--metadata', 'a=b'], 'The rpcudp wire cannot carry metadata. Leave metadata out.'],
    [[], "missing required argument 'Service.method'. See: rpcudp help call"],
  ])('%j', async (args, message) => {
    expect(await call(args)).toEqual({ code: 2, stdout: '', stderr: `rpcudp: ${message}\n` });
  });

  test.each(['127.0.0.1', '::1:1234', '127.0.0.1:0', ''])('the address %j', async (address) => {
    const { code, stderr } = await run(['call', address, 'Greeter.sayHi']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^rpcudp: A (?:peer is written "host:port"|port is a whole number from 1 to 65535).+\n$/);
  });

  test('--verbose shows the cause', async () => {
    expect((await call(['Greeter.sayHi', 'Snake', '--verbose'])).stderr).toMatch(/\n +at .+json5/);
  });
});
