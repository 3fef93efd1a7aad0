import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineService, type WireName } from '@rpcudp/core';
import { loadSharedSecret } from '@rpcudp/core/security';
import { KademliaNode, digestOf } from '@rpcudp/kademlia';
import { compareDistance, idText } from '@rpcudp/kademlia/parts';
import { UdpEndpoint, type UdpEndpointOptions } from '@rpcudp/udp';
import { run, type Ended } from './command';
import { deaf, silent } from './served';

const open: UdpEndpoint[] = [];
afterEach(() => Promise.all(open.splice(0).map((endpoint) => endpoint.close({ graceMs: 0 }))));

async function bound(options: UdpEndpointOptions = {}): Promise<UdpEndpoint> {
  const endpoint = await UdpEndpoint.bind({
    host: '127.0.0.1',
    wires: ['native', 'rpcudp'],
    logger: silent,
    ...options,
  });
  open.push(endpoint);
  return endpoint;
}

const addressOf = ({ address }: UdpEndpoint): string => `${address.host}:${address.port}`;

/** A network of nodes on loopback, and how the command gets there. */
interface Network {
  readonly nodes: readonly KademliaNode[];
  readonly addresses: readonly string[];
  dht(...args: readonly string[]): Promise<Ended>;
}

async function network(count: number, options: UdpEndpointOptions = {}): Promise<Network> {
  const nodes: KademliaNode[] = [];
  const addresses: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const endpoint = await bound(options);
    nodes.push(await KademliaNode.join(endpoint, { bootstrap: addresses.slice(0, 1) }));
    addresses.push(addressOf(endpoint));
  }
  const dht = (...args: readonly string[]): Promise<Ended> => run(['dht', ...args, '--bootstrap', addresses[0]!]);
  return { nodes, addresses, dht };
}

/** A node that is slow, for the machine is busy, is left out. */
const stored = (most: number): unknown => expect.stringMatching(`^stored at (1 node|[2-${most}] nodes)\n$`);

const VALUES = [
  [`'text'`, `'text'`],
  ['str:a b', `'a b'`],
  ['hex:00ff', 'hex:00ff'],
  ['18446744073709551615', '18446744073709551615n'],
  ['-1.5', '-1.5'],
  ['false', 'false'],
];

describe.each(['native', 'rpcudp'] satisfies WireName[])('on the %s wire', (wire) => {
  test('values of all kinds are stored at the nodes, and found again', async () => {
    const { dht } = await network(3);
    for (const [typed, shown] of VALUES) {
      const set = ['set', 'my-key', typed!, '--wire', wire];
      expect(await dht(...set)).toEqual({ code: 0, stdout: stored(3), stderr: '' });
      expect(await dht('get', 'my-key', '--wire', wire)).toEqual({ code: 0, stdout: `${shown}\n`, stderr: '' });
    }
  });

  test('with --json it is told who holds a value', async () => {
    const { dht, addresses } = await network(3);
    const set = await dht('set', 'my-key', '7', '--wire', wire, '--json');
    expect(JSON.parse(set.stdout)).toEqual({ key: 'my-key', holders: expect.any(Array) as string[], refusals: {} });
    const get = await dht('get', 'my-key', '--wire', wire, '--json');
    const { from, ...found } = JSON.parse(get.stdout) as { from: string[] };
    expect(found).toEqual({ key: 'my-key', value: 7 });
    expect(from).not.toEqual([]);
    expect(addresses).toEqual(expect.arrayContaining(from));
  });

  test('a key without a value has an exit code of its own', async () => {
    const { dht } = await network(2);
    expect(await dht('get', 'no-such-key', '--wire', wire)).toEqual({
      code: 4,
      stdout: '',
      stderr: `rpcudp: No value is stored under no-such-key on the ${wire} wire.\n`,
    });
  });

  test('a lookup in a pipe is a line for each answer, and then the nodes, nearest first', async () => {
    const { dht, nodes, addresses } = await network(4);
    const { code, stdout } = await dht('lookup', 'my-key', '--wire', wire);
    expect(code).toBe(0);
    const target = digestOf('my-key');
    const [answers, nearest] = stdout.trim().split(/\n--- \d nodes?, \d+ calls, \d+ hops, \d+\.\d{3} ms ---\n/);
    const [heading, ...lines] = answers!.split('\n');
    expect(heading).toBe(`LOOKUP my-key (${idText(target)})`);
    for (const line of lines) expect(line).toMatch(/^answer from \S+: bits=\d+ heard=\d+ time=\d+\.\d{3} ms$/);
    const answered = lines.map((line) => addresses.indexOf(/from (\S+):/.exec(line)![1]!));
    const ids = answered.map((index) => nodes[index]!.id).sort((a, b) => compareDistance(target, a, b));
    expect(nearest!.split('\n').map((line) => line.split(' ')[0])).toEqual(ids.map(idText));
  });
});

test('a lookup with --json is a line of JSON for each answer, and one for the end', async () => {
  const { dht, nodes, addresses } = await network(1);
  const id = idText(nodes[0]!.id);
  const { stdout } = await dht('lookup', `hex:${id}`, '--json');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const [address] = addresses;
  const ms = expect.any(Number) as number;
  expect(lines).toEqual([
    { key: `hex:${id}`, target: id },
    { id, address, ms, heard: [] },
    { nearest: [{ id, address }], calls: 1, hops: 1, ms, whole: true },
  ]);
});

test('providers are printed as they are found, and nobody is an exit code of its own', async () => {
  const { dht, nodes, addresses } = await network(3);
  await nodes[1]!.provide('room-7');
  expect(await dht('providers', 'room-7')).toEqual({ code: 0, stdout: `${addresses[1]}\n`, stderr: '' });
  expect((await dht('providers', 'room-7', '--json')).stdout).toBe(`{"address":"${addresses[1]}"}\n`);
  expect(await dht('providers', 'room-8')).toMatchObject({ code: 4, stderr: 'rpcudp: Nobody provides room-8.\n' });
});

test('as many nodes hold a value as --k says', async () => {
  const { dht } = await network(3);
  expect((await dht('set', 'my-key', '1', '--k', '2')).stdout).toEqual(stored(2));
});

test('a network with a secret is joined by its file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rpcudp-dht-'));
  try {
    const file = join(folder, 'secret.txt');
    writeFileSync(file, 'a secret that nobody can ever guess', { mode: 0o600 });
    const security = { sharedSecret: loadSharedSecret(file) };
    const { dht } = await network(2, { wires: ['native'], security });
    expect((await dht('set', 'my-key', '1', '--secret-file', file)).stdout).toEqual(stored(2));
    expect(await dht('get', 'my-key', '--timeout', '300')).toMatchObject({ code: 3, stdout: '' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('where nobody answers, the exit code and the message say so', async () => {
  await using nobody = await deaf();
  const args = ['dht', 'get', 'my-key', '--bootstrap', nobody.address, '--timeout', '50'];
  expect(await run(args)).toEqual({
    code: 3,
    stdout: '',
    stderr: `rpcudp: ${nobody.address} did not answer within 50 ms. Check host and port, or raise --timeout; Python nodes need --wire rpcudp.\n`,
  });
  const both = await run([...args, '--bootstrap', nobody.address, '--json']);
  const { error } = JSON.parse(both.stderr) as { error: { message: string } };
  expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(error.message).toMatch(/^None of \S+, \S+ answered within 50 ms/);
});

interface PythonNode {
  ping(id: Uint8Array): Uint8Array;
  findNode(id: Uint8Array): unknown[];
  findValue(id: Uint8Array): unknown[];
}
const PythonNode = defineService<PythonNode>('Node', {
  ping: {},
  findNode: { name: 'find_node' },
  findValue: { name: 'find_value' },
});

test('all runs ask under one id, for Python nodes remember each that they are asked under', async () => {
  const endpoint = await bound({ wires: ['rpcudp'] });
  const ids = new Set<string>();
  const remember = (id: Uint8Array): unknown[] => (ids.add(idText(id)), []);
  endpoint.serve(PythonNode, {
    ping: (id) => (remember(id), new Uint8Array(20).fill(7)),
    findNode: remember,
    findValue: remember,
  });
  for (const key of ['a', 'b']) {
    const args = ['dht', 'get', key, '--bootstrap', addressOf(endpoint), '--wire', 'rpcudp'];
    expect(await run(args)).toMatchObject({ code: 4 });
  }
  expect(ids.size).toBe(1);
});

test.each([
  [['get', 'a'], /^required option '--bootstrap <host:port>' not specified\. See: rpcudp help dht$/],
  [['find', 'a', '--bootstrap', '[::1]:1'], /Allowed choices are get, set, lookup, providers\. See: rpcudp help dht$/],
  [['set', 'a', '--bootstrap', '[::1]:1'], /^What is to be stored\? rpcudp dht set a '"text"' --bootstrap …$/],
  [['get', 'a', '1', '--bootstrap', '[::1]:1'], /^get takes a key alone\. To store a value: rpcudp dht set$/],
  [['set', 'a', 'b c', '--bootstrap', '[::1]:1'], /^The value: b c is not JSON5.* '"b c"' or 'str:b c'$/],
  [['get', 'hex:0', '--bootstrap', '[::1]:1'], /^The key: hex: takes pairs .* write str:hex:0$/],
  [['get', 'a', '--bootstrap', 'nowhere'], /^bootstrap must be "host:port", such as .*, not "nowhere"\.$/],
  [['providers', 'a', '--bootstrap', '[::1]:1', '--wire', 'rpcudp'], /^There are no providers on the rpcudp wire\./],
])('%j is misuse', async (args, message) => {
  const { code, stdout, stderr } = await run(['dht', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.replace(/^rpcudp: /, '').trim()).toMatch(message);
});

test('a value that no node would take is misuse', async () => {
  const { dht } = await network(1);
  const { code, stderr } = await dht('set', 'my-key', '[1]');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^rpcudp: A value is a string, bytes, /);
});
