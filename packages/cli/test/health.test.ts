import { createInterface } from 'node:readline';
import { ended, run, start } from './command';
import { deaf, served } from './served';

/** Long enough for a machine with much to do. */
const PATIENCE = ['--timeout', '10000'];

test('an endpoint that can be called says so, and the exit code, too', async () => {
  await using server = await served({ health: true });
  expect(await run(['health', server.address, ...PATIENCE])).toEqual({ code: 0, stdout: 'SERVING\n', stderr: '' });
  expect(await run(['health', server.address, 'Greeter', ...PATIENCE])).toMatchObject({ code: 0, stdout: 'SERVING\n' });
});

test('one that cannot exits with 1, and one that is not there with 4', async () => {
  await using server = await served({ health: true });
  server.endpoint.health.set('Greeter', 'NOT_SERVING');
  const ask = (service: string): ReturnType<typeof run> => run(['health', server.address, service, ...PATIENCE]);
  expect(await ask('Greeter')).toEqual({ code: 1, stdout: 'NOT_SERVING\n', stderr: '' });
  expect(await ask('Bazaar')).toEqual({ code: 4, stdout: 'SERVICE_UNKNOWN\n', stderr: '' });
});

test('one that drains is not serving', async () => {
  await using server = await served({ health: true });
  await server.endpoint.drain();
  expect(await run(['health', server.address, ...PATIENCE])).toMatchObject({ code: 1, stdout: 'NOT_SERVING\n' });
});

test('--json names the service', async () => {
  await using server = await served({ health: true });
  const { code, stdout } = await run(['health', server.address, 'Greeter', '--json', ...PATIENCE]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ service: 'Greeter', status: 'SERVING' });
});

test('--watch prints each change until Ctrl-C, and ends as the last one says', async () => {
  await using server = await served({ health: true });
  const child = start(['health', server.address, 'Greeter', '--watch', ...PATIENCE]);
  const whole = ended(child);
  const states: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    states.push(line);
    if (states.length === 1) server.endpoint.health.set('Greeter', 'NOT_SERVING');
    else break;
  }
  child.kill('SIGINT');
  expect(states).toEqual(['SERVING', 'NOT_SERVING']);
  expect((await whole).code).toBe(1);
});

test('--watch says that the endpoint has closed', async () => {
  await using server = await served({ health: true });
  const child = start(['health', server.address, '--watch', ...PATIENCE]);
  const whole = ended(child);
  child.stdout.once('data', () => void server.endpoint.drain().then(() => server.endpoint.close()));
  const { code, stdout, stderr } = await whole;
  expect(code).toBe(1);
  expect(stdout).toMatch(/^SERVING\nNOT_SERVING\n$/);
  expect(stderr).toContain('UNAVAILABLE');
});

test('silence exits with 3, and so does watching it', async () => {
  await using nobody = await deaf();
  for (const more of [[], ['--watch']]) {
    const { code, stdout, stderr } = await run(['health', nobody.address, '--timeout', '100', ...more]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`No response from ${nobody.address} within 100 ms.`);
  }
});

test('an endpoint that does not tell says so, with what to do', async () => {
  await using server = await served();
  for (const more of [[], ['--watch']]) {
    const { code, stderr } = await run(['health', server.address, ...PATIENCE, ...more]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'does not tell whether it can be called. Bind it with UdpEndpoint.bind({ health: true }).',
    );
  }
});
