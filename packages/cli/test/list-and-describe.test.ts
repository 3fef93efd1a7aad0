import { run, type Ended } from './command';
import { deaf, served, type Served } from './served';

let server: Served;
beforeAll(async () => {
  server = await served({ reflection: true });
});
afterAll(() => server[Symbol.asyncDispose]());

const list = (...args: string[]): Promise<Ended> => run(['list', server.address, ...args]);
const describing = (...args: string[]): Promise<Ended> => run(['describe', server.address, ...args]);

test('list prints each service with its methods', async () => {
  const { code, stdout, stderr } = await list();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(
    [
      'Greeter',
      '  sayHi(name: string)',
      'Meter 1.0',
      '  pay(cents: number)',
      '  balance()  idempotent',
      '  temperature(celsius: number)  best-effort, one-way',
      'test.Probe',
      '  echo(...args: unknown[])',
    ].join('\n'),
  );
  expect(stdout).toMatch(/\nrpcudp\.Reflection 1\n(?: {2}.+\n)+$/);
});

test('list --json prints what the endpoint told', async () => {
  const services = JSON.parse((await list('--json')).stdout) as { name: string; methods: unknown[] }[];
  expect(services.map(({ name }) => name)).toEqual(['Greeter', 'Meter', 'test.Probe', 'rpcudp.Reflection']);
  expect(services.find(({ name }) => name === 'Greeter')!.methods).toEqual([
    {
      name: 'sayHi',
      property: 'sayHi',
      delivery: 'at-most-once',
      shape: 'unary',
      parameters: [{ name: 'name', type: 'string' }],
    },
  ]);
});

test('describe prints a service in full', async () => {
  expect(await describing('Meter')).toEqual({
    code: 0,
    stdout: `Meter 1.0
  Counts what was paid.

  pay(cents: number)
    Pays so many cents, and gives the new balance.
    delivery: at-most-once
    timeout: 2000 ms, unless the caller says otherwise

  balance()
    delivery: idempotent
    timeout: as the caller says

  temperature(celsius: number)
    delivery: best-effort
    timeout: as the caller says
    one-way: its callers want no answer; call it with --one-way
`,
    stderr: '',
  });
});

test('describe prints one method, also of a service with a dot in its name', async () => {
  expect((await describing('Meter.pay')).stdout).toMatch(/^pay\(cents: number\)\n {2}Pays so many cents/);
  expect((await describing('rpcudp.Reflection.service')).stdout).toMatch(/^service\(name: string\): ServiceDesc/);
  expect(JSON.parse((await describing('Meter.balance', '--json')).stdout)).toMatchObject({ name: 'balance' });
});

test('describe without a name prints all services', async () => {
  const { stdout } = await describing();
  expect(stdout).toMatch(/^Greeter\n\n {2}sayHi\(name: string\)\n[^]+\n\nMeter 1\.0\n[^]+\n\ntest\.Probe\n/m);
});

test.each([
  ['Gretter', /^rpcudp: .+ serves no Gretter\. There are: .*Greeter, Meter.*\n$/],
  ['Gretter.sayHi', /^rpcudp: .+ serves no Gretter\. There are: .*Greeter, Meter.*\n$/],
  ['Meter.sayHi', /^rpcudp: Meter at .+ has no method sayHi\. There are: pay, balance, temperature\n$/],
])('describe %s says which names there are', async (name, message) => {
  const { code, stdout, stderr } = await describing(name);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(message);
});

test.each(['list', 'describe'])('%s says how an endpoint without reflection gets one', async (command) => {
  await using shy = await served();
  const { code, stderr } = await run([command, shy.address]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `rpcudp: ${shy.address} does not tell what it serves. Bind it with UdpEndpoint.bind({ reflection: true }), ` +
      'or call a method whose name you know with: rpcudp call\n',
  );
});

test.each(['list', 'describe'])('%s says when nobody answers', async (command) => {
  await using nobody = await deaf();
  const { code, stderr } = await run([command, nobody.address, '--timeout', '20']);
  expect(code).toBe(3);
  expect(stderr).toMatch(/^rpcudp: No response from .+ within 20 ms\. Check host and port, .+\n$/);
});
