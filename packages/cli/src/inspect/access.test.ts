import { Access, isLoopback } from './access.js';

const TOKEN = 'the-token';
const at = (host: string): Access => new Access({ host, port: 8080 }, TOKEN);

/** What the page of the inspector sends. */
function asked(host: string, others: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { host, 'origin': `http://${host}`, 'x-rpcudp-token': TOKEN, ...others };
}

test.each(['127.0.0.1:8080', 'localhost:8080', '[::1]:8080', 'LOCALHOST:8080'])('the page at %s may ask', (host) => {
  expect(at('127.0.0.1').refuses(asked(host))).toBeUndefined();
});

test.each([
  'evil.example:8080',
  '127.0.0.1:8081',
  '127.0.0.1',
  '10.0.0.1:8080',
  'localhost.evil.example:8080',
  '127.0.0.1:8080:8080',
  '',
])('a page whose name was made to lead here, %j, may not even read its files', (host) => {
  expect(at('127.0.0.1').refusesHost({ host })).toMatchObject({ status: 403 });
  expect(at('127.0.0.1').refuses(asked(host))).toMatchObject({ status: 403 });
});

test('a request without a host is refused', () => {
  expect(at('127.0.0.1').refusesHost({})).toMatchObject({ status: 403 });
});

test.each(['http://evil.example', 'null', 'https://127.0.0.1:8080', 'http://localhost:8080'])(
  'a page of %s, which is not the one that was opened, may not ask',
  (origin) => {
    expect(at('127.0.0.1').refuses(asked('127.0.0.1:8080', { origin }))).toMatchObject({ status: 403 });
  },
);

test('whoever does not say where it comes from may not ask', () => {
  expect(at('127.0.0.1').refuses({ ...asked('127.0.0.1:8080'), origin: undefined })).toMatchObject({ status: 403 });
});

test.each(['', 'the-toke', 'the-token ', 'THE-TOKEN'])('the token is not %j', (token) => {
  expect(at('127.0.0.1').refuses(asked('127.0.0.1:8080', { 'x-rpcudp-token': token }))).toMatchObject({ status: 401 });
});

test('at an address that others reach, addresses are ours and names are not', () => {
  expect(at('0.0.0.0').refuses(asked('192.168.1.5:8080'))).toBeUndefined();
  expect(at('::').refuses(asked('[fe80::1]:8080'))).toBeUndefined();
  expect(at('0.0.0.0').refuses(asked('my-machine:8080'))).toMatchObject({ status: 403 });
});

test('loopback addresses are those that nobody else reaches', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1'].map(isLoopback)).toEqual([true, true, true]);
  expect(['0.0.0.0', '::', '10.0.0.1', 'localhost', '127.0.0.1.evil'].map(isLoopback)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
