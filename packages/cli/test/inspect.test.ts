import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import type { UdpEndpoint } from '@rpcudp/udp';
import { run } from './command';
import { Till, inspectorOf, serveShop } from './inspect-server';

let endpoint: UdpEndpoint;
let command: ChildProcess;
let url: string;

beforeAll(async () => {
  endpoint = await serveShop(new Till());
  [command, url] = await inspectorOf(`127.0.0.1:${endpoint.address.port}`);
});

afterAll(async () => {
  command.kill('SIGKILL');
  await endpoint.close({ graceMs: 0 });
});

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The status of what the inspector answers to somebody who is no browser. */
function statusOf({ path = '/api/overview', method: verb = 'POST', headers = {} }: Asked): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method: verb, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    asked.on('error', reject);
    asked.end(verb === 'POST' ? 'null' : undefined);
  });
}

const own = (): { host: string; origin: string; token: string } => {
  const { host, origin, hash } = new URL(url);
  return { host, origin, token: hash.slice(1) };
};

test('answers its own page', async () => {
  const { origin, token } = own();
  expect(await statusOf({ headers: { origin, 'x-rpcudp-token': token } })).toBe(200);
});

test('refuses a name that was made to lead to it', async () => {
  const { token } = own();
  const { port } = new URL(url);
  const host = `evil.example:${port}`;
  expect(await statusOf({ headers: { host, 'origin': `http://${host}`, 'x-rpcudp-token': token } })).toBe(403);
  expect(await statusOf({ path: '/', method: 'GET', headers: { host } })).toBe(403);
});

test('refuses a page that is not its own', async () => {
  const { token } = own();
  for (const origin of ['http://evil.example', 'null', ''])
    expect(await statusOf({ headers: { origin, 'x-rpcudp-token': token } })).toBe(403);
});

test('refuses whoever has not its token', async () => {
  const { origin } = own();
  expect(await statusOf({ headers: { origin } })).toBe(401);
  expect(await statusOf({ headers: { origin, 'x-rpcudp-token': 'guessed' } })).toBe(401);
});

test('has nothing else to give', async () => {
  const { origin, token } = own();
  const headers = { origin, 'x-rpcudp-token': token };
  expect(await statusOf({ path: '/api/other', headers })).toBe(404);
  expect(await statusOf({ path: '/../package.json', method: 'GET' })).toBe(404);
});

test('has headers by which a browser runs nothing but its script', async () => {
  const { headers } = await fetch(url);
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('an address that others reach has to be meant', async () => {
  const { code, stderr } = await run(['inspect', '127.0.0.1:9', '--host', '0.0.0.0']);
  expect(code).toBe(2);
  expect(stderr).toContain('If that is meant, say so with --expose.');
});

test('a port that is taken is misuse', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { code, stderr } = await run(['inspect', '127.0.0.1:9', '--port', String(port)]);
  taken.close();
  expect(code).toBe(2);
  expect(stderr).toContain(`The page cannot be served at 127.0.0.1:${port}`);
});

test('a call that is none is said so', async () => {
  const { origin, hash } = new URL(url);
  const headers = { 'x-rpcudp-token': hash.slice(1), origin };
  const response = await fetch(new URL('/api/call', url), { method: 'POST', headers, body: '{}' });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('A call has service')]);
});
