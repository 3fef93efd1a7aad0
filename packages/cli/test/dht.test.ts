import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineService, type WireName } from '@rpcudp/core';
import { generateKeyPair, loadKeyPair, loadSharedSecret, saveKeyPair } from '@rpcudp/core/security';
import { KademliaNode, digestOf, immutable, recordKey, signed, signedKey, signingKeys } from '@rpcudp/kademlia';
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

describe('records that prove themselves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rpcudp-dht-put-'));
  const file = (name: string): string => join(folder, name);
  const [alice, seedFile] = [file('alice.key'), file('seed.txt')];
  const SEED = '11'.repeat(32);
  beforeAll(() => {
    saveKeyPair(alice, generateKeyPair());
    writeFileSync(seedFile, `${SEED}\n`, { mode: 0o600 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const nameOf = (publicKey: Uint8Array): string => `signed:${Buffer.from(publicKey).toString('base64url')}`;
  /** What says at how many nodes a record is. */
  const said = (seq?: number): unknown =>
    expect.stringMatching(`^stored at (1 node|[23] nodes)${seq === undefined ? '' : `, seq ${seq}`}\n$`);

  test('an immutable one is found by the key that put prints, as text or bytes', async () => {
    const { dht } = await network(3);
    for (const [typed, bytes, shown] of [
      ['"héllo"', Buffer.from('héllo'), `'héllo'\n`],
      ['str:a\nb', Buffer.from('a\nb'), `'a\\nb'\n`],
      ['hex:00ff', Buffer.of(0, 255), 'hex:00ff\n'],
      ['hex:1b5b', Buffer.of(27, 91), 'hex:1b5b\n'],
    ] as const) {
      const key = `immutable:${idText(recordKey(immutable(Uint8Array.from(bytes))))}`;
      expect(await dht('put', typed)).toEqual({ code: 0, stdout: `${key}\n`, stderr: said() });
      expect(await dht('get', key)).toEqual({ code: 0, stdout: shown, stderr: '' });
    }
  });

  test('a file is stored byte by byte, and got back so with --raw', async () => {
    const { dht, addresses } = await network(2);
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 128));
    writeFileSync(file('data.bin'), bytes);
    const { stdout } = await dht('put', `@${file('data.bin')}`);
    const raw = await dht('get', stdout.trim(), '--raw');
    expect(Buffer.from(raw.stdout)).toEqual(readFileSync(file('data.bin')));
    const piped = await run(['dht', 'put', '-', '--bootstrap', addresses[0]!], { input: bytes.toString() });
    expect(piped.stdout).toBe(stdout);
  });

  test('a signed one takes the number after that which is found, under the key that its identity gives', async () => {
    const { dht } = await network(3);
    const name = nameOf(signingKeys(loadKeyPair(alice)).publicKey);
    const put = (text: string, ...more: string[]): Promise<Ended> =>
      dht('put', `str:${text}`, '--key-file', alice, '--salt', 'status', ...more);
    expect(await put('first')).toEqual({ code: 0, stdout: `${name}\n`, stderr: said(1) });
    expect(await put('second')).toEqual({ code: 0, stdout: `${name}\n`, stderr: said(2) });
    expect(await dht('get', name, '--salt', 'status')).toEqual({ code: 0, stdout: `'second'\n`, stderr: '' });
    expect(await dht('get', name)).toMatchObject({ code: 4, stderr: `rpcudp: No record is stored under ${name}.\n` });
    expect((await dht('lookup', name, '--salt', 'status')).stdout).toContain(
      `LOOKUP ${name} (${idText(signedKey(signingKeys(loadKeyPair(alice)).publicKey, 'status'))})\n`,
    );
  });

  test('an older number and another cas are refused, and the exit code says so', async () => {
    const { dht } = await network(2);
    const put = (...more: string[]): Promise<Ended> => dht('put', 'str:text', '--key-file', alice, ...more);
    expect(await put('--seq', '5')).toMatchObject({ code: 0, stderr: said(5) });
    expect(await put('--seq', '4')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^rpcudp: No node has stored signed:\S+; they said: older \([12]\)\.\n$/) as string,
    });
    expect((await put('--seq', '7', '--cas', '6')).stderr).toMatch(/; they said: conflict \([12]\)\.\n$/);
    expect(await put('--seq', '6', '--cas', '5')).toMatchObject({ code: 0, stderr: said(6) });
  });

  test('a seed in a file gives the keys that it gives in a program, and --ttl says when the record ends', async () => {
    const { dht, nodes } = await network(2);
    const keys = signingKeys(Uint8Array.from(Buffer.from(SEED, 'hex')));
    const before = Date.now();
    const put = await dht('put', 'hex:0102', '--key-file', seedFile, '--seq', '0', '--ttl', '1h', '--json');
    const { expiresAt, holders, ...rest } = JSON.parse(put.stdout) as { expiresAt: number; holders: string[] };
    expect(rest).toEqual({ key: nameOf(keys.publicKey), seq: 0, refusals: {} });
    expect(holders).not.toEqual([]);
    expect(expiresAt).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 3_600_000);
    expect(await nodes[0]!.getSigned(keys.publicKey)).toMatchObject({ found: true, value: { seq: 0, expiresAt } });
    const got = await dht('get', nameOf(keys.publicKey), '--json');
    const { from, ...found } = JSON.parse(got.stdout) as { from: string[] };
    expect(found).toEqual({ key: nameOf(keys.publicKey), value: { base64: 'AQI=' }, seq: 0, expiresAt });
    expect(from).not.toEqual([]);
  });

  test('what a program has signed is printed by get', async () => {
    const { dht, nodes } = await network(2);
    const keys = signingKeys();
    await nodes[0]!.put(
      signed(keys, Buffer.from('by a program'), {
        seq: 1,
        salt: Uint8Array.of(255),
        expiresAt: Date.now() + 3_600_000,
      }),
    );
    expect((await dht('get', nameOf(keys.publicKey), '--salt', 'hex:ff')).stdout).toBe(`'by a program'\n`);
  });

  test.each([
    [['put', 'a', 'b'], /^put takes what to store alone: its key comes of it\./],
    [['put', '7'], /^A record is text or bytes: /],
    [['put', 'str:a', '--wire', 'rpcudp'], /^On the rpcudp wire there are no records that prove themselves\./],
    [['put', 'str:a', '--seq', '1'], /^--seq and --cas are of signed records\. Say who signs: --key-file/],
    [
      ['put', 'str:a', '--key-file', alice, '--seq', '-1'],
      /'--seq <number>' argument '-1' is invalid\. It takes a whole/,
    ],
    [['put', 'str:a', '--ttl', '169h'], /^Records are held for seven days at most: --ttl 168h\.$/],
    [['put', '@/no/such/file'], /^The file \/no\/such\/file cannot be read: ENOENT\. .* write str:@\/no\/such\/file$/],
    [['put', 'str:a', '--key-file', '/no/such/key'], /^\/no\/such\/key cannot be read: ENOENT/],
    [['put', 'str:a', '--key-file', seedFile, '--salt', 'hex:0'], /^The salt: hex: takes pairs .* write str:hex:0$/],
    [['get', 'immutable:00'], /^The key: immutable: takes 40 hexadecimal digits, .* write str:immutable:00$/],
    [['get', `signed:${'A'.repeat(42)}B`], /^The key: signed: takes the 43 characters of a public key/],
    [['get', `immutable:${'0'.repeat(40)}`, '--wire', 'rpcudp'], /^On the rpcudp wire there are no records/],
    [['set', `immutable:${'0'.repeat(40)}`, '1'], /is the key of a record of put\. To take it as text, write str:imm/],
  ])('%j is misuse', async (args, message) => {
    const { code, stdout, stderr } = await run(['dht', ...args, '--bootstrap', '[::1]:1']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replace(/^rpcudp: /, '').trim()).toMatch(message);
  });

  test('more bytes than a record may have, and a longer salt, are misuse', async () => {
    const { dht } = await network(1);
    writeFileSync(file('large.bin'), Buffer.alloc(1_040_001));
    expect(await dht('put', `@${file('large.bin')}`)).toMatchObject({
      code: 2,
      stderr: 'rpcudp: The record: value must be a Uint8Array of at most 1040000 bytes.\n',
    });
    expect(await dht('put', 'str:a', '--key-file', alice, '--salt', 's'.repeat(65))).toMatchObject({
      code: 2,
      stderr: 'rpcudp: The record: salt must be a Uint8Array of at most 64 bytes.\n',
    });
  });
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
  [
    ['find', 'a', '--bootstrap', '[::1]:1'],
    /Allowed choices are get, set, put, lookup, providers\. See: rpcudp help dht$/,
  ],
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
