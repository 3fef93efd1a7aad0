import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { generateKeyPair, saveKeyPair, type KeyPair } from '@rpcudp/core/security';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

/** Starts a file of an example, as its README says, against the built packages. */
function start(example: string, file: string, ...args: string[]): ChildProcess {
  const tsNode = require.resolve('ts-node/dist/bin-transpile.js');
  const command = file.endsWith('.py') ? ['python3', file] : [process.execPath, tsNode, file];
  const child = spawn(command[0]!, [...command.slice(1), ...args], { cwd: join(__dirname, example) });
  running.push(child);
  return child;
}

async function startServer(example: string, file = 'server.ts', ...args: string[]): Promise<string> {
  const server = start(example, file, '0', ...args);
  const [line] = (await once(createInterface({ input: server.stdout! }), 'line')) as [string];
  return /port (\d+)/.exec(line)![1]!;
}

async function outputOf(child: ChildProcess): Promise<{ output: string; status: unknown }> {
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [status] = (await once(child, 'close')) as [unknown];
  return { output, status };
}

test('hello: the client gets its greeting, and the server saw its port', async () => {
  const port = await startServer('hello');
  const { output, status } = await outputOf(start('hello', 'client.ts', port));
  expect(output).toMatch(/^Hello Snake Plissken, you live at 127\.0\.0\.1:\d+\n$/);
  expect(status).toBe(0);
});

test('hello: without a server the client says so after the timeout, and that is no failure', async () => {
  const { output, status } = await outputOf(start('hello', 'client.ts', '9'));
  expect(output).toBe('No response received.\n');
  expect(status).toBe(0);
});

test('python-peer: the TypeScript twins understand each other', async () => {
  const port = await startServer('python-peer');
  const { output } = await outputOf(start('python-peer', 'client.ts', port));
  expect(output).toBe('ping: typescript node.....\nfind_node: 2 nodes\n');
});

describe('secure-chat', () => {
  let folder: string;
  let server: KeyPair;
  let port: string;

  /** Makes a key file, and gives what is in it. */
  function keyFile(name: string): KeyPair {
    const keyPair = generateKeyPair();
    saveKeyPair(join(folder, name), keyPair);
    return keyPair;
  }

  const member = (name: string, publicKey = server.publicKey): ChildProcess =>
    start('secure-chat', 'member.ts', `127.0.0.1:${port}`, publicKey, join(folder, `${name}.key`));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rpcudp-chat-'));
    server = keyFile('server.key');
    keyFile('mallory.key');
    const members = ['alice', 'bob'].map((name) => `${name}=${keyFile(`${name}.key`).publicKey}`);
    port = await startServer('secure-chat', 'server.ts', join(folder, 'server.key'), ...members);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('what a member says is heard by the other one, under the name of the key', async () => {
    const bob = member('bob');
    const heard = createInterface({ input: bob.stdout! });
    expect(await once(heard, 'line')).toEqual(['Here are bob.']);
    const alice = member('alice');
    alice.stdin!.end('Hello, Bob.\n');
    const lineOfBob = once(heard, 'line');
    expect(await outputOf(alice)).toEqual({ output: 'Here are bob and alice.\nHeard by bob.\n', status: 0 });
    expect(await lineOfBob).toEqual(['alice: Hello, Bob.']);
  });

  test('a stranger is refused', async () => {
    const { output, status } = await outputOf(member('mallory'));
    expect(output).toMatch(/^PERMISSION_DENIED: The caller \S{43} may not call Chat\.join\.\n$/);
    expect(status).toBe(1);
  });

  test('a member says nothing to a server that has another key than it should', async () => {
    const { output, status } = await outputOf(member('alice', generateKeyPair().publicKey));
    expect(output).toMatch(/^UNAUTHENTICATED: Chat\.join at .* did not understand the handshake/);
    expect(status).toBe(1);
  });
});

test('cores: two workers answer at one port, and the caller of one that dies hears so, and goes on', async () => {
  const { output, status } = await outputOf(start('cores', 'main.ts'));
  expect(output.split('\n').sort()).toEqual(
    [
      'Callers at one port: 2 workers answered, each 1229 primes.',
      'A worker died; another one takes its place in 250 ms.',
      'Its caller hears: UNAVAILABLE, executed: unknown.',
      'And goes on: 1229 primes.',
      '',
    ].sort(),
  );
  expect(status).toBe(0);
});

test('lossy-network: what the README shows is what it prints', async () => {
  const { output } = await outputOf(start('lossy-network', 'main.ts'));
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
  expect(output).toMatch(/^native: 1000 of 1000 answered, 0 ran twice, \d+ datagrams sent\nrpcudp: /);
  expect(readme).toContain(output.trim());
});

test('live-ticker: what the guide shows is what it prints, and the newest price is newer than the whole history', async () => {
  const { output } = await outputOf(start('live-ticker', 'main.ts'));
  const oldest = [...output.matchAll(/the oldest (\d+) ms/g)].map(([, ms]) => Number(ms));
  expect(oldest[0]).toBeGreaterThan(3 * oldest[1]!);
  expect(output).toMatch(/^history: \d+ prices, 0 missed, .*\nprice: \d+ prices, [1-9]\d* missed, /);
  expect(readFileSync(join(__dirname, '../docs/guides/streams.md'), 'utf8')).toContain(output.trim());
});

test('upload: a file arrives, and the client shows how far it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rpcudp-upload-'));
  try {
    const file = join(folder, 'file');
    writeFileSync(file, new Uint8Array(1_000_000));
    const port = await startServer('upload');
    const { output, status } = await outputOf(start('upload', 'client.ts', port, file));
    expect(output).toMatch(/^(?:25 %\n)?(?:50 %\n)?(?:75 %\n)?100 %\n1000000 bytes are there\.\n$/);
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('observability', () => {
  let outcome: { results: string; status: unknown };
  let tree: string[];
  /** Names and labels of all that Prometheus would read. */
  let exposed: Map<string, Set<string>>;

  beforeAll(async () => {
    const { output, status } = await outputOf(start('observability', 'main.ts'));
    const [results, spans, ...metrics] = output.split('\n\n') as [string, string, ...string[]];
    outcome = { results, status };
    tree = spans.split('\n');
    exposed = new Map();
    for (const [, name, labels = ''] of metrics.join('\n').matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
      const known = exposed.get(name!) ?? new Set();
      for (const [, label] of labels.matchAll(/(\w+)="/g)) known.add(label!);
      exposed.set(name!, known);
    }
  });

  test('a call over two hops is one trace, as the guide shows it, and each way to end has its code', () => {
    expect(outcome).toEqual({ results: 'One lamp is yours, 2 are left.\n2 lamps\nFAILED_PRECONDITION', status: 0 });
    const guide = readFileSync(join(__dirname, '../docs/guides/observability.md'), 'utf8');
    expect(guide).toContain(tree.slice(0, 4).join('\n'));
    const noChair = 'FAILED_PRECONDITION, an error: There is no chair left.';
    expect(tree.slice(4)).toEqual([
      'client Shop/report OK',
      '  server Shop/report OK',
      '    client Stock/watch CANCELLED',
      expect.stringMatching(/^ {6}server Stock\/watch (?:OK|CANCELLED)$/),
      `client Shop/order ${noChair}`,
      '  server Shop/order FAILED_PRECONDITION',
      `    client Stock/take ${noChair}`,
      '      server Stock/take FAILED_PRECONDITION',
      expect.stringMatching(/^client Stock\/take DEADLINE_EXCEEDED, an error: No response within /),
    ]);
  });

  test('the dashboard asks for metrics that are there, by labels that they have, and leaves none out', () => {
    interface Panel {
      readonly title: string;
      readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
    }
    const file = readFileSync(join(__dirname, 'observability/dashboard.json'), 'utf8');
    const { panels } = JSON.parse(file) as { panels: readonly Panel[] };
    const asked = new Set<string>();
    for (const { expr, legendFormat } of panels.flatMap(({ targets }) => targets)) {
      const names = [...expr.matchAll(/\brpcudp_\w+/g)].map(([name]) => name);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        asked.add(name.replace(/_(?:bucket|count|sum)$/, ''));
        const labels = exposed.get(name);
        const used = [/by \(([^)]*)\)/g, /\{(\w+)!?=/g].flatMap((words) => [...expr.matchAll(words)]);
        const wanted = used.flatMap(([, list]) => list!.split(', '));
        const legend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
        expect([...(labels ?? [])]).toEqual(expect.arrayContaining([...wanted, ...legend]));
      }
    }
    const kept = [...exposed.keys()].map((name) => name.replace(/_(?:bucket|count|sum)$/, ''));
    expect([...asked].sort()).toEqual([...new Set(kept)].sort());
  });
});

describe('dht', () => {
  /** The lines that a child prints, one after the other. */
  function linesOf(child: ChildProcess): { next(): Promise<string> } {
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    return { next: async () => String((await lines.next()).value) };
  }

  async function startNetwork(count: number): Promise<{ lines: { next(): Promise<string> }; address: string }> {
    const lines = linesOf(start('dht', 'network.ts', '0', String(count)));
    return { lines, address: /^\d+ nodes are there\. Join by (\S+), /.exec(await lines.next())![1]! };
  }

  function rpcudp(...args: string[]): ChildProcess {
    const command = spawn(process.execPath, [join(__dirname, '../packages/cli/bin/rpcudp.js'), ...args]);
    running.push(command);
    return command;
  }

  test('what was set by hand is held by three of ten nodes, each of which says so, and got by hand', async () => {
    const { lines, address } = await startNetwork(10);
    const options = ['--bootstrap', address, '--k', '3'];
    const set = await outputOf(rpcudp('dht', 'set', 'greeting', '"hello"', '--json', ...options));
    const { holders } = JSON.parse(set.output) as { holders: string[] };
    expect(holders.length).toBeLessThanOrEqual(3);
    const quiet = new Set(holders);
    while (quiet.size > 0) quiet.delete(`127.0.0.1:${/^(\d+) holds a0f7e779…: hello$/.exec(await lines.next())![1]!}`);
    expect((await outputOf(rpcudp('dht', 'get', 'greeting', ...options))).output).toBe("'hello'\n");
  });

  test('members of a chat room find each other by its name alone, and what was said before', async () => {
    // With one node, who is the nearest does not depend on how fast this machine is.
    const { address } = await startNetwork(1);
    const bob = linesOf(start('dht', 'member.ts', address, 'kitchen', 'bob'));
    expect(await bob.next()).toBe('bob is in kitchen.');
    const carol = linesOf(start('dht', 'member.ts', address, 'cellar', 'carol'));
    expect(await carol.next()).toBe('carol is in cellar.');
    const alice = start('dht', 'member.ts', address, 'kitchen', 'alice');
    alice.stdin!.end('Tea?\n');
    expect(await outputOf(alice)).toEqual({ output: 'alice is in kitchen.\nHeard by 1.\n', status: 0 });
    expect(await bob.next()).toBe('alice: Tea?');
    const dave = linesOf(start('dht', 'member.ts', address, 'kitchen', 'dave'));
    expect([await dave.next(), await dave.next()]).toEqual(['alice: Tea?', 'dave is in kitchen.']);
  });
});

const python = spawnSync('python3', ['-c', 'import rpcudp']).status === 0;

// The library is not part of this repository; where it is installed, both languages are tried against each other.
if (python) {
  test.each(['server.ts', 'server.py'])(
    'python-peer: both clients understand %s',
    async (server) => {
      const port = await startServer('python-peer', server);
      const found = /^ping: \w+ node\.+\nfind_node: 2 nodes\n$/;
      expect((await outputOf(start('python-peer', 'client.ts', port))).output).toMatch(found);
      expect((await outputOf(start('python-peer', 'client.py', port))).output).toMatch(found);
    },
    60_000,
  );
}

describe('a snippet of the README is part of an example', () => {
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
  const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  const files = [
    'hello/greeter.ts',
    'hello/server.ts',
    'hello/client.ts',
    'python-peer/client.ts',
    'secure-chat/server.ts',
  ];
  const sources = files.map((file) => readFileSync(join(__dirname, file), 'utf8'));

  test.each(snippets.map((code) => [code.split('\n')[0], code]))('%s', (_title, code) => {
    expect(sources.some((source) => source.includes(code))).toBe(true);
  });
});
