import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ended, run, start } from './command';
import { deaf, served } from './served';

const ANSWERS = [
  /^PING 127\.0\.0\.1:\d+ \(rpcudp\.Reflection\.about, native wire\)$/,
  /^answer from 127\.0\.0\.1:\d+: seq=1 time=\d+\.\d{3} ms$/,
  /^answer from 127\.0\.0\.1:\d+: seq=2 time=\d+\.\d{3} ms$/,
  /^--- 127\.0\.0\.1:\d+ ---$/,
  /^2 sent, 2 received, 0% loss$/,
  /^min\/avg\/max\/stddev = \d+\.\d{3}\/\d+\.\d{3}\/\d+\.\d{3}\/\d+\.\d{3} ms$/,
].map((line) => expect.stringMatching(line) as string);

test('an endpoint without reflection answers, too, for its no shows that it is there', async () => {
  await using server = await served();
  const { code, stdout } = await run(['ping', server.address, '--count', '2', '--interval', '1', '--timeout', '10000']);
  expect(stdout.trim().split('\n')).toEqual(ANSWERS);
  expect(code).toBe(0);
});

test('with --json each ping is a line, and so is the summary', async () => {
  await using server = await served();
  const { stdout } = await run(['ping', server.address, '--count', '1', '--json', '--timeout', '10000']);
  const ms = expect.any(Number) as number;
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([
    { address: server.address, wire: 'native', encrypted: false, method: 'rpcudp.Reflection.about' },
    { seq: 1, ms },
    { sent: 1, received: 1, lossPercent: 0, minMs: ms, avgMs: ms, maxMs: ms, stddevMs: 0 },
  ]);
});

test('a peer that hears nothing is told from one that says no: all is lost, and the exit code says so', async () => {
  await using nobody = await deaf();
  const args = ['ping', nobody.address, '--count', '2', '--interval', '1', '--timeout', '20'];
  const { code, stdout } = await run(args);
  expect(stdout).toContain(`no answer from ${nobody.address}: seq=1 within 20 ms\n`);
  expect(stdout).toMatch(/\n2 sent, 0 received, 100% loss\n$/);
  expect(code).toBe(3);
});

test('Ctrl-C ends a run without a count, and the summary comes all the same', async () => {
  await using server = await served();
  const child = start(['ping', server.address, '--interval', '1']);
  const whole = ended(child);
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) if (line.includes('seq=3')) break;
  child.kill('SIGINT');
  const { code, stdout } = await whole;
  expect(stdout).toMatch(/\n\d+ sent, \d+ received, .+% loss\nmin\/avg\/max\/stddev = .+ ms\n$/);
  expect(code).toBe(0);
});

test('a reader that has seen enough ends it without a word', async () => {
  await using server = await served();
  const child = start(['ping', server.address, '--interval', '1']);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  await once(child, 'close');
  expect(stderr).toBe('');
});

test('on the rpcudp wire the method has to be named, for nobody can say no there', async () => {
  await using peer = await served({ wires: ['rpcudp'] });
  const args = ['ping', peer.address, '--wire', 'rpcudp', '--count', '1'];
  const { code, stdout } = await run([...args, '--method', 'balance']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 sent, 1 received') as string });
  expect(await run(args)).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^rpcudp: On the rpcudp wire .+ --method ping, or another that it has\.\n$/,
    ) as string,
  });
});

test('a host that does not exist ends it at once', async () => {
  const { code, stderr } = await run(['ping', 'no-such-host.invalid:1']);
  expect(code).toBe(3);
  expect(stderr).toMatch(/^rpcudp: The host name "no-such-host.invalid" could not be resolved/);
});
