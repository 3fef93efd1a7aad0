import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, loadKeyPair, saveKeyPair, type KeyPair } from '@rpcudp/core/security';
import { run, type Ended } from './command';
import { served, type Served } from './served';

const SECRET = 'a secret of thirty-two bytes or more';

/** Whether files have an owner, and others. */
const hasModes = process.platform !== 'win32';

const server = generateKeyPair();
let folder: string;
let alice: KeyPair;
let secured: Served;
let shared: Served;
let plain: Served;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rpcudp-cli-'));
  await command('keygen', 'alice.key');
  await command('keygen', 'mallory.key');
  alice = loadKeyPair(join(folder, 'alice.key'));
  writeFileSync(join(folder, 'secret.txt'), `${SECRET}\n`, { mode: 0o600 });
  const authorize = ({ publicKey }: { readonly publicKey: string | undefined }): boolean =>
    publicKey === alice.publicKey;
  secured = await served({ reflection: true, security: { keyPair: server, authorize } });
  shared = await served({ security: { sharedSecret: SECRET } });
  plain = await served();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([secured, shared, plain].map((each) => each[Symbol.asyncDispose]()));
});

function command(...args: string[]): Promise<Ended> {
  return run(args, { cwd: folder });
}

/** Options for who must answer, and who calls. */
function keys(file?: string, { publicKey } = server): string[] {
  return ['--peer-key', publicKey, ...(file === undefined ? [] : ['--key', file])];
}

const ECHO = ['test.Probe.echo', '5'];

describe('keygen', () => {
  test('makes a key file, and prints the public key', async () => {
    const { code, stdout, stderr } = await command('keygen', 'new.key');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`${loadKeyPair(join(folder, 'new.key')).publicKey}\n`);
  });

  if (hasModes) {
    test('lets nobody but its owner read the file', async () => {
      await command('keygen', 'private.key');
      expect(statSync(join(folder, 'private.key')).mode & 0o777).toBe(0o600);
    });
  }

  test('never replaces a file, and says how to see what is in it', async () => {
    const file = join(folder, 'old.key');
    saveKeyPair(file, server);
    const before = readFileSync(file);
    const { code, stdout, stderr } = await command('keygen', 'old.key');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'rpcudp: old.key cannot be written: there is a file of that name, which is not replaced. ' +
        'To see its public key: rpcudp keygen --show old.key\n',
    );
    expect(readFileSync(file)).toEqual(before);
    expect((await command('keygen', '--show', 'old.key')).stdout).toBe(`${server.publicKey}\n`);
  });

  test('gives programs JSON, and never the secret', async () => {
    const { stdout } = await command('keygen', '--show', 'alice.key', '--json', '--verbose');
    expect(JSON.parse(stdout)).toEqual({ file: 'alice.key', publicKey: alice.publicKey });
  });

  test('says what is wrong with a file that is no key file, without what is in it', async () => {
    const { code, stderr } = await command('keygen', '--show', 'secret.txt', '--verbose');
    expect(code).toBe(2);
    expect(stderr).toContain('secret.txt must hold one line, rpcudp-secret-key:');
    expect(stderr).not.toContain('thirty-two');
    expect((await command('keygen', '--show', 'absent.key')).stderr).toContain('absent.key cannot be read: ENOENT');
  });
});

describe('a command that calls', () => {
  test.each([
    [['list'], /test\.Probe\n/],
    [['describe', 'Greeter.sayHi'], /^sayHi\(name: string\)/],
    [['call', ...ECHO], /^5\n$/],
    [['ping', '--count', '1', '--timeout', '10000'], /native wire, encrypted\)\nanswer from .* seq=1 /],
    [
      ['bench', ...ECHO, '--duration', '0.05', '--warmup', '0', '--in-flight', '1'],
      /\nnative wire, encrypted, at-most-once, 1 in flight/,
    ],
  ])('shows its identity to the peer with that key: %j', async ([name, ...rest], output) => {
    const { code, stdout, stderr } = await command(name!, secured.address, ...rest, ...keys('alice.key'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(output);
  });

  test('is told that it may not, if it is not let in', async () => {
    for (const file of ['mallory.key', undefined]) {
      const { code, stderr } = await command('call', secured.address, ...ECHO, ...keys(file));
      expect(code).toBe(1);
      expect(stderr).toMatch(/said no \(nothing ran\): PERMISSION_DENIED: /);
    }
  });

  test('calls without an identity where nobody asks for one', async () => {
    await using open = await served({ security: { keyPair: server } });
    expect((await command('call', open.address, ...ECHO, ...keys())).stdout).toBe('5\n');
  });

  test('shares a secret with its peer', async () => {
    const { code, stdout } = await command('call', shared.address, ...ECHO, '--secret-file', 'secret.txt');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '5\n' });
  });

  test('says that the peer has other keys, or none', async () => {
    const wrong: [address: string, options: string[]][] = [
      [secured.address, keys('alice.key', generateKeyPair())],
      [secured.address, ['--secret-file', 'secret.txt']],
      [plain.address, keys()],
    ];
    for (const [address, options] of wrong) {
      const { code, stderr } = await command('call', address, ...ECHO, '--timeout', '300', ...options);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^rpcudp: \S+ at \S+: The peer did not understand the handshake: it has another key/);
    }
  });

  test('pings no peer that has other keys', async () => {
    const options = ['--count', '2', '--timeout', '200', ...keys()];
    const { code, stdout, stderr } = await command('ping', plain.address, ...options);
    expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 1, lines: 2 });
    expect(stderr).toMatch(/^rpcudp: \S+ at \S+: The peer did not understand the handshake/);
  });

  test('that has no keys hears nothing from a peer with security, and what it may be', async () => {
    const { code, stderr } = await command('call', secured.address, ...ECHO, '--timeout', '100');
    expect(code).toBe(3);
    expect(stderr).toContain('those with security --peer-key or --secret-file');
  });

  test.each([
    [['--key', 'alice.key'], 'by --peer-key'],
    [['--secret-file', 'secret.txt', '--key', 'alice.key'], "cannot be used with option '--key"],
    [['--secret-file', 'secret.txt', ...keys()], "cannot be used with option '--peer-key"],
    [[...keys(), '--wire', 'rpcudp'], 'The rpcudp wire encrypts nothing'],
    [['--peer-key', 'nobody'], '43 characters of base64url'],
    [keys('secret.txt'), 'must hold one line'],
    [['--secret-file', 'absent.txt'], 'absent.txt cannot be read'],
  ])('is misuse with %j', async (options, words) => {
    const { code, stdout, stderr } = await command('call', secured.address, ...ECHO, ...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  if (hasModes) {
    test('refuses a secret that others may read', async () => {
      writeFileSync(join(folder, 'open.txt'), SECRET);
      chmodSync(join(folder, 'open.txt'), 0o644);
      const { code, stderr } = await command('call', shared.address, ...ECHO, '--secret-file', 'open.txt');
      expect(code).toBe(2);
      expect(stderr).toContain('open.txt has mode 0644');
      expect(stderr).not.toContain(SECRET);
    });
  }
});
