import os from 'node:os';
import {
  canReach,
  canonicalHost,
  checkHostAndPort,
  checkPort,
  dialledHost,
  isLinkScope,
  parseHostAndPort,
  withoutMapping,
} from './address';
import { interfaceOfZone } from './zones';

afterEach(() => jest.restoreAllMocks());

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

test('a port as text is pointed out', () => {
  expect(() => checkPort('1234', 1)).toThrow('not "1234". Make it a number: Number("1234").');
  expect(() => checkPort('http', 1)).toThrow(/not "http"\.$/);
  expect(() => checkPort({}, 1)).toThrow('not an object.');
});

test('a peer as Node names senders is pointed out', () => {
  expect(() => checkHostAndPort({ address: '127.0.0.1', port: 1 })).toThrow('its address is called host here.');
  for (const peer of [null, undefined, 1, { host: '', port: 1 }, { host: 1, port: 1 }]) {
    expect(() => checkHostAndPort(peer)).toThrow(/an object with a host and a port\.$/);
  }
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8::00FF', '2001:db8::ff'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::FFFF:0a00:0001', '10.0.0.1'],
  ['fe80:0::1%eth0', 'fe80::1%eth0'],
  ['FE80::1%br_lan', 'fe80::1%br_lan'],
  ['febf::1%eth0', 'febf::1%eth0'],
  ['fec0::1%eth0', 'fec0::1'],
  ['2001:db8::1%eth0', '2001:db8::1'],
  ['[::1]', '::1'],
  ['[127.0.0.1]', undefined],
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

describe('a zone', () => {
  const ipv6 = { netmask: '', family: 'IPv6', mac: '', internal: false, cidr: null } as const;
  const interfaces = {
    lo: [{ ...ipv6, address: '::1', scopeid: 0 }],
    wlan0: [{ ...ipv6, address: 'fe80::2', scopeid: 2 }],
    down0: undefined,
  };

  test('that is a number becomes the name of the interface, as Node reports it of senders', () => {
    jest.spyOn(os, 'networkInterfaces').mockReturnValue(interfaces);
    expect(canonicalHost('fe80::1%2')).toBe('fe80::1%wlan0');
    expect(canonicalHost('fe80::1%3')).toBe('fe80::1%3');
    expect(canonicalHost('fe80::1%wlan0')).toBe('fe80::1%wlan0');
  });

  test('stays a number on Windows, where Node reports numbers', () => {
    jest.spyOn(os, 'networkInterfaces').mockReturnValue(interfaces);
    expect([interfaceOfZone('2', 'linux'), interfaceOfZone('2', 'win32')]).toEqual(['wlan0', '2']);
  });
});

test('each family sends where it can', () => {
  const table = (['IPv4', 'IPv6', 'both'] as const).map((reach) => [
    canReach(reach, '127.0.0.1'),
    canReach(reach, '::1'),
  ]);
  expect(table).toEqual([
    [true, false],
    [false, true],
    [true, true],
  ]);
});

test.each([
  ['0.0.0.0', 'both', '::', '127.0.0.1'],
  ['::', 'both', '::', '127.0.0.1'],
  ['::', 'IPv4', '0.0.0.0', '127.0.0.1'],
  ['::', 'IPv4', '127.0.0.1', '127.0.0.1'],
  ['::', 'IPv4', '192.0.2.7', '192.0.2.7'],
  ['0.0.0.0', 'IPv6', '::', '::1'],
  ['0.0.0.0', 'IPv6', '::1', '::1'],
  ['0.0.0.0', 'IPv6', '2001:db8::7', '2001:db8::7'],
  ['192.0.2.1', 'IPv6', '::1', '192.0.2.1'],
] as const)('%s, called from an %s socket on %s, is %s', (host, reach, bound, dialled) => {
  expect(dialledHost(host, { address: { host: bound, port: 1 }, reach })).toBe(dialled);
});

test('an address that holds on one link alone is told from others', () => {
  expect(['127.9.9.9', '169.254.1.1', '::1', 'fe80::1%eth0'].filter(isLinkScope)).toHaveLength(4);
  expect(['10.0.0.1', '192.168.1.1', '2001:db8::1', 'fd00::1', '::'].filter(isLinkScope)).toEqual([]);
});
