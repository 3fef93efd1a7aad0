import { canonicalHost, checkPort, parseHostAndPort, reachableHost, withoutMapping } from './address';

test.each([
  ['127.0.0.1:1234', { host: '127.0.0.1', port: 1234 }],
  ['[::1]:1', { host: '::1', port: 1 }],
  ['[fe80::1%eth0]:65535', { host: 'fe80::1%eth0', port: 65_535 }],
  ['example.org:80', { host: 'example.org', port: 80 }],
])('%s is a host and a port', (text, parts) => {
  expect(parseHostAndPort(text)).toEqual(parts);
});

test.each(['', '127.0.0.1', '127.0.0.1:', ':1234', 'a b:1', '127.0.0.1:http', '127.0.0.1:123456'])(
  '%j is no peer',
  (text) => {
    expect(() => parseHostAndPort(text)).toThrow(/A peer is written "host:port"/);
  },
);

test('an IPv6 address without brackets is pointed out', () => {
  expect(() => parseHostAndPort('::1:1234')).toThrow(/An IPv6 address goes in brackets\./);
});

test.each([0, 65_536, 1.5, NaN])('port %d is refused for a peer', (port) => {
  expect(() => checkPort(port, 1)).toThrow(/A port is a whole number from 1 to 65535/);
});

test('port 0 is any free port where one binds, and nobody’s where one calls', () => {
  expect(checkPort(0, 0)).toBe(0);
  expect(() => parseHostAndPort('127.0.0.1:0')).toThrow(/from 1/);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8::00FF', '2001:db8::ff'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::FFFF:0a00:0001', '10.0.0.1'],
  ['fe80:0::1%eth0', 'fe80::1%eth0'],
  ['example.org', undefined],
  ['999.1.1.1', undefined],
])('the canonical form of %s is %s', (host, canonical) => {
  expect(canonicalHost(host)).toBe(canonical);
});

test('what a dual-stack socket reports of an IPv4 peer is its IPv4 address', () => {
  expect(withoutMapping('::ffff:127.0.0.1')).toBe('127.0.0.1');
  expect(withoutMapping('::ffff:1')).toBe('::ffff:1');
  expect(withoutMapping('::1')).toBe('::1');
});

test('each family sends where it can', () => {
  const [four, six] = [
    { host: '127.0.0.1', port: 1 },
    { host: '::1', port: 1 },
  ];
  expect([reachableHost(four, 4), reachableHost(six, 4)]).toEqual(['127.0.0.1', undefined]);
  expect([reachableHost(four, 6), reachableHost(six, 6)]).toEqual(['::ffff:127.0.0.1', '::1']);
});
