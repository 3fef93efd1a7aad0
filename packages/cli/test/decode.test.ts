import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import native from '../../../docs/vectors/native.json';

const binary = join(__dirname, '../bin/rpcudp.js');

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function decode(args: readonly string[], input: string | Uint8Array = ''): Outcome {
  const env = { ...process.env, NO_COLOR: '1' };
  return spawnSync(process.execPath, [binary, 'decode', ...args], { input, encoding: 'utf8', env });
}

const request = Buffer.from(
  '00e364f4e88b7345ae664cd09a1123b74381088c0e92a5736179686991ae536e616b6520506c6973736b656e',
  'hex',
);
const opening = Buffer.from(native.packets[0]!.hex, 'hex');

/** Bytes of numbers, each with its width; little-endian where it is said. */
function numbers(littleEndian: boolean, ...fields: readonly (readonly [value: number, bytes: 1 | 2 | 4])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      if (littleEndian) field.writeUIntLE(value, 0, bytes);
      else field.writeUIntBE(value, 0, bytes);
      return field;
    }),
  );
}

function udp(payload: Uint8Array, from = 1234, to = 4321): Buffer {
  return Buffer.concat([numbers(false, [from, 2], [to, 2], [8 + payload.length, 2], [0, 2]), payload]);
}

function ipv4(content: Uint8Array, { protocol = 17, fragment = 0 } = {}): Buffer {
  const length = 20 + content.length;
  const head = numbers(false, [0x45, 1], [0, 1], [length, 2], [0, 2], [fragment, 2], [64, 1], [protocol, 1], [0, 2]);
  return Buffer.concat([head, Buffer.from([127, 0, 0, 1, 10, 0, 0, 2]), content]);
}

function ipv6(content: Uint8Array, next = 17): Buffer {
  const head = numbers(false, [0x60000000, 4], [content.length, 2], [next, 1], [64, 1]);
  const loopback = Buffer.alloc(16);
  loopback[15] = 1;
  return Buffer.concat([head, loopback, loopback, content]);
}

const MAC_ADDRESSES = Buffer.alloc(12);
/** Packets by link type, each as a card of that kind sees it. */
const links: Record<string, readonly [linkType: number, wrap: (ip: Buffer, type: number) => Buffer]> = {
  'Ethernet': [1, (ip, type) => Buffer.concat([MAC_ADDRESSES, numbers(false, [type, 2]), ip])],
  'Ethernet with a tag and padding': [
    1,
    (ip, type) => Buffer.concat([MAC_ADDRESSES, numbers(false, [0x8100, 2], [5, 2], [type, 2]), ip, Buffer.alloc(6)]),
  ],
  'Linux cooked, version 1': [113, (ip, type) => Buffer.concat([Buffer.alloc(14), numbers(false, [type, 2]), ip])],
  'Linux cooked, version 2': [276, (ip, type) => Buffer.concat([numbers(false, [type, 2]), Buffer.alloc(18), ip])],
  'raw IP': [101, (ip) => ip],
  'BSD loopback': [0, (ip) => Buffer.concat([numbers(true, [2, 4]), ip])],
  'OpenBSD loopback': [108, (ip) => Buffer.concat([numbers(false, [2, 4]), ip])],
};

interface PcapOptions {
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
}

function pcap(linkType: number, packets: readonly Uint8Array[], options: PcapOptions = {}): Buffer {
  const { littleEndian = true, nanoseconds = false } = options;
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const head = numbers(littleEndian, [magic, 4], [2, 2], [4, 2], [0, 4], [0, 4], [65_535, 4], [linkType, 4]);
  const fraction = nanoseconds ? 250_000_000 : 250_000;
  const records = packets.map((packet, index) => {
    const { length } = packet;
    return Buffer.concat([
      numbers(littleEndian, [1_800_000_000 + index, 4], [fraction, 4], [length, 4], [length, 4]),
      packet,
    ]);
  });
  return Buffer.concat([head, ...records]);
}

function pcapngBlock(type: number, body: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil(body.length / 4) * 4);
  padded.set(body);
  const length = 12 + padded.length;
  return Buffer.concat([numbers(true, [type, 4], [length, 4]), padded, numbers(true, [length, 4])]);
}

function pcapng(packet: Uint8Array): Buffer {
  const { length } = packet;
  const micros = 1_800_000_000_250_000n;
  const [high, low] = [Number(micros >> 32n), Number(micros & 0xffffffffn)];
  return Buffer.concat([
    pcapngBlock(0x0a0d0d0a, numbers(true, [0x1a2b3c4d, 4], [1, 2], [0, 2], [0xffffffff, 4], [0xffffffff, 4])),
    pcapngBlock(1, numbers(true, [101, 2], [0, 2], [0, 4])),
    pcapngBlock(5, numbers(true, [0, 4])),
    pcapngBlock(6, Buffer.concat([numbers(true, [0, 4], [high, 4], [low, 4], [length, 4], [length, 4]), packet])),
    pcapngBlock(3, Buffer.concat([numbers(true, [length, 4]), packet])),
  ]);
}

const sayHi =
  '#1 08:00:00.250000 127.0.0.1:1234 > 10.0.0.2:4321 rpcudp request e364f4e8, 44 bytes\n   sayhi("Snake Plissken")\n';

describe('a capture', () => {
  test.each(Object.entries(links))('of %s is read', (_title, [linkType, wrap]) => {
    const { status, stdout, stderr } = decode([], pcap(linkType, [wrap(ipv4(udp(request)), 0x0800)]));
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: sayHi, stderr: '' });
  });

  test.each([
    { littleEndian: true, nanoseconds: true },
    { littleEndian: false, nanoseconds: false },
    { littleEndian: false, nanoseconds: true },
  ])('is read in each order of bytes and unit of time (%p)', (options) => {
    expect(decode([], pcap(101, [ipv4(udp(request))], options)).stdout).toBe(sayHi);
  });

  test('of IPv6 is read, with headers between', () => {
    const options = Buffer.concat([numbers(false, [17, 1], [0, 1]), Buffer.alloc(6), udp(opening)]);
    const { stdout } = decode([], pcap(1, [links.Ethernet![1](ipv6(options, 0), 0x86dd)]));
    expect(stdout).toContain('[::1]:1234 > [::1]:4321 opening packet 0 from 01020304, 44 bytes');
  });

  test('in the newer format is read, also of packets without a time', () => {
    const { status, stdout } = decode([], pcapng(ipv4(udp(request))));
    const second = '#2 127.0.0.1:1234 > 10.0.0.2:4321 rpcudp request e364f4e8, 44 bytes\n   sayhi("Snake Plissken")\n';
    expect({ status, stdout }).toEqual({ status: 0, stdout: sayHi + second });
  });

  test('may hold other things, which are counted', () => {
    const name = Buffer.from('1234010000010000', 'hex');
    const packets = [
      ipv4(udp(name)),
      ipv4(name, { protocol: 6 }),
      ipv4(udp(request), { fragment: 0x2000 }),
      ipv4(udp(request)),
    ];
    const { status, stdout, stderr } = decode([], pcap(101, packets));
    expect(status).toBe(0);
    expect(stdout).toContain('sayhi');
    expect(stderr).toBe('rpcudp: Passed over: 2 of other traffic, 1 of IP fragments.\n');
  });

  test('may be narrowed to a port, on which everything should be ours', () => {
    const packets = [ipv4(udp(Buffer.from('7f00', 'hex'))), ipv4(udp(request, 1, 2))];
    const { status, stdout } = decode(['--port', '4321'], pcap(101, packets));
    expect(status).toBe(1);
    expect(stdout).toContain('malformed (unknown-type, 2 bytes) at byte 0');
    expect(stdout).not.toContain('sayhi');
  });

  test('that was cut says so', () => {
    const packet = ipv4(udp(request));
    expect(decode([], pcap(101, [packet.subarray(0, 40)])).stdout).toContain(
      'unreadable: the capture has only the first 12 bytes',
    );
    expect(decode([], pcap(101, [packet]).subarray(0, 60)).stdout).toBe(
      '#1 unreadable: the capture ends inside packet 1\n',
    );
    expect(decode([], pcapng(packet).subarray(0, 80)).stdout).toContain('the capture ends inside block 4');
    expect(decode([], pcap(101, [packet]).subarray(0, 60)).status).toBe(1);
  });

  test('of an unknown link is misuse', () => {
    const { status, stderr } = decode([], pcap(127, [ipv4(udp(request))]));
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('link type 127') as string });
  });
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rpcudp-decode-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('of hexadecimal is decoded, as standard input is', () => {
    const file = join(folder, 'vectors.txt');
    writeFileSync(file, native.packets.map(({ name, hex }) => `# ${name}\n${hex}\n`).join(''));
    const { stdout } = decode([file, '--method', 'Math.add', '--method', 'Math.sub']);
    expect(stdout).toContain('CALL 0 Math.add(1, 2), 5000 ms left');
    expect(decode(['--method', 'Math.add'], readFileSync(file)).stdout).toBe(stdout);
    expect(stdout.match(/^#/gm)).toHaveLength(native.packets.length);
  });

  test('that is not there is misuse', () => {
    const { status, stderr } = decode([join(folder, 'nowhere')]);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('cannot be read') as string,
    });
  });
});

test('--json is one object on each line, and the exit code says that something was malformed', () => {
  const { status, stdout } = decode(['--json'], `${request.toString('hex')}\n00\n`);
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(status).toBe(1);
  expect(objects).toMatchObject([
    { datagram: 1, line: 1, wire: 'rpcudp', type: 'request', method: 'sayhi', decoded: { args: ['Snake Plissken'] } },
    { datagram: 2, line: 2, type: 'malformed', why: 'too-small', offset: 1 },
  ]);
});

test.each([
  [['--format', 'morse'], 'morse'],
  [['--port', '0'], 'from 1 to 65535'],
  [['--format', 'pcap'], 'no pcap file'],
])('%p is misuse', (args, message) => {
  const { status, stdout, stderr } = decode(args, '00');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});

/** A folder with the sealed packets of the vectors, and the key file of their acceptor, as the guide has them. */
function guideFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rpcudp-decode-'));
  const { packets, secrets } = native.sealed[0]!;
  writeFileSync(join(folder, 'sealed.txt'), packets.map(({ hex }) => hex).join('\n'));
  const key = Buffer.from(secrets.acceptor!, 'hex').toString('base64url');
  writeFileSync(join(folder, 'server.key'), `rpcudp-secret-key:${key}\n`, { mode: 0o600 });
  return folder;
}

test('what the guide shows is what the command prints', () => {
  const cwd = guideFolder();
  const guide = readFileSync(join(__dirname, '../../../docs/guides/command-line-decode.md'), 'utf8');
  const blocks = [...guide.matchAll(/```console\n([^]*?)```/g)].map(([, block]) => block!);
  const env = { ...process.env, NODE: process.execPath, BINARY: binary, NO_COLOR: '1' };
  for (const block of blocks) {
    let printed = '';
    let exit = 0;
    for (const [line, command] of block.matchAll(/^\$ (.*)\n/gm)) {
      const script = `rpcudp() { "$NODE" "$BINARY" "$@"; }\nexec 2>&1\n(exit ${exit})\n${command!}`;
      const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8', env, cwd });
      printed += line + stdout;
      exit = status!;
    }
    expect(printed).toBe(block);
  }
  rmSync(cwd, { recursive: true });
  expect(blocks).toHaveLength(6);
});
