import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKeyPair } from '@rpcudp/core/security';
import { run, type Ended } from './command';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rpcudp-cli-'));
  for (const file of ['server.key', 'alice.key', 'other.key']) await command(['keygen', file]);
  writeFileSync(join(folder, 'secret.txt'), 'a secret of thirty-two bytes or more', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

function command(args: readonly string[], input?: string): Promise<Ended> {
  return run(args, { cwd: folder, ...(input === undefined ? {} : { input }) });
}

/** What a command sends first, to somebody who does not answer, in hexadecimal. */
async function firstDatagramOf(...options: string[]): Promise<string> {
  const socket: Socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${socket.address().port}`;
    const called = command(['call', address, 'Math.add', '1', '2', '--timeout', '100', ...options]);
    const [datagram] = (await once(socket, 'message')) as [Buffer];
    await called;
    return datagram.toString('hex');
  } finally {
    socket.close();
  }
}

const publicKey = (file: string): string => loadKeyPair(join(folder, file)).publicKey;

test('one’s own capture gives up the early data of a caller, and who that was', async () => {
  const to = ['--peer-key', publicKey('server.key'), '--key', 'alice.key'];
  const capture = await firstDatagramOf('--delivery', 'idempotent', ...to);
  const { code, stdout, stderr } = await command(['decode', '--method', 'Math.add', '--key', 'server.key'], capture);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('first handshake message of 96 bytes (IK), sealed ');
  expect(stdout).toContain(`\n   early data of ${publicKey('alice.key')}:\n   HELLO `);
  expect(stdout).toContain('\n   CALL 0 Math.add(1, 2), idempotent, ');
});

test('a call that waits for the handshake is no early data', async () => {
  const capture = await firstDatagramOf('--peer-key', publicKey('server.key'));
  const { stdout } = await command(['decode', '--key', 'server.key'], capture);
  expect(stdout).toContain('\n   early data of a caller without an identity:\n   HELLO ');
  expect(stdout).toContain('\n   PING\n');
  expect(stdout).not.toContain('CALL');
});

test('a shared secret opens early data as well', async () => {
  const capture = await firstDatagramOf('--delivery', 'idempotent', '--secret-file', 'secret.txt');
  const { stdout } = await command(['decode', '--method', 'Math.add', '--secret-file', 'secret.txt'], capture);
  expect(stdout).toContain('\n   CALL 0 Math.add(1, 2), idempotent, ');
});

test('without the callee’s secret nothing is opened, and it is said what would', async () => {
  const capture = await firstDatagramOf('--delivery', 'idempotent', '--peer-key', publicKey('server.key'));
  for (const [options, hint] of [
    [[], 'The callee’s secret opens early data alone: --key or --secret-file'],
    [['--key', 'other.key'], 'The callee’s secret opens early data alone.\n'],
  ] as const) {
    const { code, stdout, stderr } = await command(['decode', ...options], capture);
    expect(code).toBe(0);
    expect(stdout).not.toContain('HELLO');
    expect(stderr).toContain(hint);
  }
});

test('a key file that is none, and two secrets, are misuse', async () => {
  expect(await command(['decode', '--key', 'secret.txt'], '00')).toMatchObject({ code: 2, stdout: '' });
  const both = await command(['decode', '--key', 'server.key', '--secret-file', 'secret.txt'], '00');
  expect(both.stderr).toContain("cannot be used with option '--key");
});
