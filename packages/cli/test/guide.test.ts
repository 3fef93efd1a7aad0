import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineService } from '@rpcudp/core';
import { generateKeyPair, loadKeyPair, type AuthorizedCall } from '@rpcudp/core/security';
import { KademliaNode } from '@rpcudp/kademlia';
import { UdpEndpoint } from '@rpcudp/udp';
import { EXIT_CODES } from '../src/exit-codes';
import { endedWithTest } from './children';
import { Meter } from './meter';
import { Greeter, silent } from './served';

const BINARY = join(__dirname, '../bin/rpcudp.js');
const guide = readFileSync(join(__dirname, '../../../docs/guides/command-line.md'), 'utf8');

interface PythonNode {
  findNode(key: Uint8Array): unknown;
  stun(): unknown;
}
const PythonNode = defineService<PythonNode>('Node', { findNode: { name: 'find_node' }, stun: {} });

/** Where the commands of the page run. */
const folder = mkdtempSync(join(tmpdir(), 'rpcudp-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The public key of the endpoint with security, as the page has it, and its key pair here. */
const SHOWN_KEY = /--peer-key (\S{43})/.exec(guide)![1]!;
const keyPair = generateKeyPair();

/** The endpoints of the page, by the ports that it gives them. */
const endpoints = new Map<string, UdpEndpoint>();
beforeAll(async () => {
  const options = { host: '127.0.0.1', logger: silent };
  const reflecting = await UdpEndpoint.bind({ ...options, reflection: true });
  reflecting.serve(new Greeter());
  reflecting.serve(new Meter());
  const python = await UdpEndpoint.bind({ ...options, wires: ['rpcudp'] });
  python.serve(PythonNode, { findNode: (key) => [[key, '127.0.0.1', 8469]], stun: () => ['127.0.0.1', 50881] });
  endpoints.set(':1234', reflecting);
  endpoints.set(':1235', await UdpEndpoint.bind(options));
  const authorize = ({ publicKey }: AuthorizedCall): boolean =>
    publicKey === loadKeyPair(join(folder, 'alice.key')).publicKey;
  const secured = await UdpEndpoint.bind({ ...options, security: { keyPair, authorize } });
  secured.serve(new Greeter());
  endpoints.set(':1236', secured);
  endpoints.set(':8468', python);
  const telling = await UdpEndpoint.bind({ ...options, health: true });
  telling.serve(new Meter());
  telling.health.set('Meter', 'NOT_SERVING');
  endpoints.set(':1237', telling);
  const overlay = await UdpEndpoint.bind(options);
  await KademliaNode.join(overlay);
  endpoints.set(':8470', overlay);
  // A port of the page where nobody listens: here, one that cannot read what it gets.
  endpoints.set('127.0.0.1:9 ', await UdpEndpoint.bind({ ...options, wires: ['rpcudp'] }));
});
afterAll(() => Promise.all([...endpoints.values()].map((endpoint) => endpoint.close({ graceMs: 0 }))));

/** The ports and the key of the page as those of this run, or back again. */
function translated(text: string, back = false): string {
  const keyed = back ? text : text.replaceAll(SHOWN_KEY, keyPair.publicKey);
  return [...endpoints].reduce((result, [shown, { address }]) => {
    const real = shown.replace(/:\d+/, `:${address.port}`);
    return back ? result.replaceAll(real, shown) : result.replaceAll(shown, real);
  }, keyed);
}

/** Without what differs from run to run: times, ports that the system gives, and new keys. */
function normalised(text: string): string {
  return text
    .replace(/\d+\.\d{3}(?=[/ ])/g, 'T')
    .replace(/^[\w-]{43}$/gm, 'KEY')
    .replace(/"(\w*[mM]s)":[\d.]+/g, '"$1":T')
    .replace(/live at 127\.0\.0\.1:\d+/g, 'live at 127.0.0.1:P')
    .replace(/could not be resolved: \w+/g, 'could not be resolved: CODE');
}

async function shell(command: string, lastExit: number): Promise<{ output: string; exit: number }> {
  const script = `rpcudp() { "$NODE" "$BINARY" "$@"; }\nexit_with() { return "$1"; }\nexit_with ${lastExit}\n${command}`;
  const env = { ...process.env, NODE: process.execPath, BINARY, NO_COLOR: '1' };
  const child = endedWithTest(spawn('bash', ['-c', `{ ${script}\n} 2>&1`], { cwd: folder, env }));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [exit] = (await once(child, 'close')) as [number];
  return { output, exit };
}

describe('what the page shows is what the commands print', () => {
  const blocks = [...guide.matchAll(/```console\n([^]*?)```/g)].map(([, block]) => block!);

  test.each(blocks.map((block) => [block.split('\n')[0], block]))('%s', async (_title, block) => {
    let printed = '';
    let exit = 0;
    for (const [line, command] of block.matchAll(/^\$ (.*)\n/gm)) {
      const ended = await shell(translated(command!), exit);
      printed += line + translated(ended.output, true);
      exit = ended.exit;
    }
    expect(normalised(printed)).toBe(normalised(block));
  });

  test('in more than a few places', () => {
    expect(blocks.length).toBeGreaterThan(8);
  });
});

test('the page has the service that it calls, and the table of exit codes', () => {
  expect(guide).toContain(`\`\`\`ts\n${readFileSync(join(__dirname, 'meter.ts'), 'utf8')}\`\`\``);
  const rows = [...guide.matchAll(/^\| (\d) +\| (.+?) +\|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
  expect(rows).toEqual(EXIT_CODES);
});
