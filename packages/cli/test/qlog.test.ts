import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Ended } from './command';
import { served, type Served } from './served';

let server: Served;
let folder: string;
let recorded: string;

beforeAll(async () => {
  server = await served();
  folder = mkdtempSync(join(tmpdir(), 'rpcudp-qlog-'));
  recorded = join(folder, 'call.qlog');
  await run(['call', server.address, 'Greeter.sayHi', '"a secret name"', '--qlog', recorded]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server[Symbol.asyncDispose]();
});

const RS = '\u001e';
const HEAD = `${RS}{"file_schema":"urn:ietf:params:qlog:file:sequential","title":"t","trace":{}}\n`;

const show = (content: string | Uint8Array, ...args: string[]): Promise<Ended> => {
  const file = join(folder, 'given.qlog');
  writeFileSync(file, content);
  return run(['qlog', file, ...args]);
};

const event = (time: number, name: string, data: object, group = '0a0b0c0d'): string =>
  `${RS}${JSON.stringify({ time, name, data, group_id: group })}\n`;

test('a call that was recorded is shown, and what it said is not in the file', async () => {
  const { code, stdout, stderr } = await run(['qlog', recorded]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^rpcudp endpoint: \d+ events, began at 2\d{3}-/);
  expect(stdout).toMatch(/association [0-9a-f]{8} with 127\.0\.0\.1:\d+, opened here, /);
  expect(stdout).toMatch(/calls +1 started, 1 answered/);
  expect(stdout).toMatch(/ended +closed\n/);
  expect(readFileSync(recorded, 'utf8')).not.toContain('secret');
});

test('its timeline has the packets and their frames', async () => {
  const { stdout } = await run(['qlog', recorded, '--timeline']);
  expect(stdout).toMatch(/ [0-9a-f]{8} → 0 \d+ B \[hello, call 0 0x[0-9a-f]{8} \d+ B\]\n/);
  expect(stdout).toMatch(/ [0-9a-f]{8} ← 0 \d+ B \[hello, ack 0, result 0 \d+ B(?:, later)?\]\n/);
});

test('for qvis it is qlog 0.3, each association a trace, and calls are streams', async () => {
  const { stdout } = await run(['qlog', recorded, '--qvis']);
  expect(stdout.slice(0, 60)).toContain('"qlog_version":"0.3","qlog_format":"JSON"');
  const { traces } = JSON.parse(stdout) as {
    traces: { vantage_point: object; events: { name: string; data: { frames?: { frame_type: string }[] } }[] }[];
  };
  expect(traces).toHaveLength(1);
  expect(traces[0]!.vantage_point).toMatchObject({ type: 'client' });
  const sent = traces[0]!.events.find(({ name }) => name === 'transport:packet_sent')!;
  expect(sent.data).toMatchObject({ header: { packet_type: '1RTT', packet_number: 0 } });
  expect(sent.data.frames).toContainEqual(
    expect.objectContaining({ frame_type: 'stream', stream_id: 0, offset: 0, fin: true }),
  );
  expect(traces[0]!.events.map(({ name }) => name)).toContain('recovery:metrics_updated');
});

test('what was lost is told with what repaired it', async () => {
  const part = (offset: number) => ({ frame_type: 'part', call_number: 0, side: 'caller', offset, total: 300 });
  const sent = (number: number, offset: number) => ({
    header: { packet_type: '1RTT', packet_number: number },
    raw: { length: 100 },
    frames: [part(offset)],
  });
  const lost = (number: number) => ({ header: { packet_number: number }, trigger: 'reordering_threshold' });
  const text = [
    ...[HEAD, event(1, 'quic:packet_sent', sent(0, 0)), event(2, 'quic:packet_sent', sent(1, 100))],
    ...[event(3, 'quic:packet_lost', lost(0)), event(3, 'quic:packet_lost', lost(1))],
    event(4, 'quic:packet_sent', sent(2, 0)),
  ];
  const { stdout } = await show(text.join(''));
  expect(stdout).toContain('  sent       3 packets, 300 B\n');
  expect(stdout).toContain('  lost       2 packets (66.7 %): 2 by later packets, 0 by time; 1 of 2 repaired\n');
});

test.each([
  ['', 'The file is empty.'],
  ['{}', 'The file is JSON, and no sequence of JSON texts, each after a record separator.'],
  ['hello', 'The file does not begin with a record separator (0x1e), as a sequence of JSON texts does.'],
  [Uint8Array.of(0x1f, 0x8b, 0), 'The file is compressed. Unpack it with gunzip first.'],
  [`${RS}{`, 'The first record is cut off.'],
  [`${RS}{]\n`, 'Record 1 is no JSON: '],
  [`${RS}[1]\n`, 'Record 1 is no object.'],
  [
    `${RS}{"qlog_version":"0.3"}\n`,
    'Its first record says "0.3", and not file_schema "urn:ietf:params:qlog:file:sequential".',
  ],
  [`${HEAD}${RS}{"name":"a","data":{}}\n`, 'Record 2 has no time.'],
  [`${HEAD}${RS}{"time":1,"data":{}}\n`, 'Record 2 has no name.'],
  [`${HEAD}${RS}{"time":1,"name":"a","data":[]}\n`, 'Record 2 has no data.'],
])('what is no qlog is said to be none: %#', async (content, message) => {
  const { code, stdout, stderr } = await show(content);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`rpcudp: This is no qlog that can be read. ${message}`);
  expect(stderr.split('\n')).toHaveLength(2);
});

test('a last record that is cut off is left out, which is said', async () => {
  const { code, stdout } = await show(`${HEAD}${event(1, 'quic:packet_dropped', {})}${RS}{"time":2,"na`);
  expect(code).toBe(0);
  expect(stdout).toContain('t: 1 event\nthe last record is cut off\n');
});

test('fields of any kind change nothing but what is shown, and nothing of a file moves the cursor', async () => {
  const hostile = '\u001b[2J\u202e\nforged';
  const odd = {
    frames: [null, 5, [], { frame_type: hostile, call_number: 'x', raw: 7 }],
    header: 3,
    raw: [],
    details: 9,
  };
  const names = [
    'quic:packet_sent',
    'quic:packet_lost',
    'quic:packet_dropped',
    'quic:recovery_metrics_updated',
    hostile,
  ];
  const proto = `${RS}{"time":1,"name":"quic:packet_dropped","data":{"details":{"reason":"__proto__"},"__proto__":{"a":1}},"group_id":"${'g'.repeat(9)}"}\n`;
  const text = HEAD + names.map((name) => event(1, name, odd, hostile)).join('') + proto;
  for (const args of [[], ['--timeline'], ['--json'], ['--qvis']]) {
    const { code, stdout } = await show(text, ...args);
    expect(code).toBe(0);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toMatch(/^forged/m);
  }
});

test('a file that is not there, or cannot be written, is misuse', async () => {
  const none = join(folder, 'none', 'x.qlog');
  const read = await run(['qlog', none]);
  expect(read.code).toBe(2);
  expect(read.stderr).toContain('none/x.qlog cannot be read: ENOENT');
  const written = await run(['call', server.address, 'Greeter.sayHi', '"x"', '--qlog', none]);
  expect(written.code).toBe(2);
  expect(written.stderr).toContain('none/x.qlog cannot be written: ENOENT');
});
