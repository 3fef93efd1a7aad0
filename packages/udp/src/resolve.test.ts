import type { Address } from '@rpcudp/core';
import { CANDIDATE_ADDRESSES_MAX } from './limits';
import type { Lookup } from './lookup';
import { resolveOwn, resolvePeer, type Origin } from './resolve';
import type { Route } from './routes';

const DUAL: Origin = { address: { host: '::', port: 1 }, reach: 'both' };
const IPV4: Origin = { address: { host: '127.0.0.1', port: 1 }, reach: 'IPv4' };
const IPV6: Origin = { address: { host: '::1', port: 1 }, reach: 'IPv6' };
const PEER = { host: 'node.test', port: 9 };

/** Resolves a name that has these addresses, by a system with these routes; what has none is refused. */
function resolving(
  addresses: readonly string[],
  origin: Origin,
  sources: Readonly<Record<string, string>> = {},
): { address: Promise<Address>; asked: string[]; lookup: jest.Mock } {
  const asked: string[] = [];
  const lookup = jest.fn(() => Promise.resolve(addresses));
  const routeTo = ({ host }: Address, bound: string): Promise<Route> => {
    asked.push(`${bound} → ${host}`);
    const source = sources[host];
    return Promise.resolve(source === undefined ? { refusal: 'ENETUNREACH' } : { source });
  };
  return { address: resolvePeer(PEER, origin, { lookup, routeTo }), asked, lookup };
}

test('a name becomes the first of its addresses to which there is a way', async () => {
  const found = resolving(['192.0.2.1', '2001:db8::1', '192.0.2.2'], DUAL, {
    '2001:db8::1': '2001:db8::7',
    '192.0.2.2': '192.0.2.7',
  });
  expect(await found.address).toEqual({ host: '2001:db8::1', port: 9 });
  expect(found.asked).toEqual([':: → 192.0.2.1', ':: → 2001:db8::1']);
});

test('addresses of a family that the socket cannot send to are passed over, wherever they stand', async () => {
  const sources = { '127.0.0.1': '127.0.0.1', '::1': '::1' };
  for (const addresses of [
    ['::1', '127.0.0.1'],
    ['127.0.0.1', '::1'],
  ]) {
    const from4 = resolving(addresses, IPV4, sources);
    expect(await from4.address).toEqual({ host: '127.0.0.1', port: 9 });
    expect(from4.asked).toEqual(['127.0.0.1 → 127.0.0.1']);
    expect(await resolving(addresses, IPV6, sources).address).toEqual({ host: '::1', port: 9 });
  }
});

test('all addresses are asked for, in the families that the socket can send to', async () => {
  const sources = { '127.0.0.1': '127.0.0.1', '::1': '::1' };
  const families = [];
  for (const origin of [DUAL, IPV4, IPV6]) {
    const { address, lookup } = resolving(['127.0.0.1', '::1'], origin, sources);
    await address;
    families.push(...(lookup.mock.calls as unknown[][]).map(([host, options]) => [host, options]));
  }
  expect(families).toEqual([0, 4, 6].map((family) => ['node.test', { family, all: true, order: 'ipv4first' }]));
});

test('an address of the scope of its source goes before others, which are better than none', async () => {
  const sources = { '192.0.2.1': '169.254.3.3', '2001:db8::1': '2001:db8::7' };
  expect(await resolving(['192.0.2.1', '2001:db8::1'], DUAL, sources).address).toMatchObject({ host: '2001:db8::1' });
  expect(await resolving(['192.0.2.1', '192.0.2.3'], DUAL, sources).address).toMatchObject({ host: '192.0.2.1' });
});

test('a name for all addresses is this machine', async () => {
  const found = resolving(['0.0.0.0', '::'], DUAL, { '127.0.0.1': '127.0.0.1' });
  expect(await found.address).toEqual({ host: '127.0.0.1', port: 9 });
});

test('a name none of whose addresses can be reached says what was tried and why not', async () => {
  const { address } = resolving(['2001:db8::1', '192.0.2.1'], IPV4);
  await expect(address).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no', origin: 'local' });
  await expect(address).rejects.toThrow(
    'No address of the host name "node.test" can be reached from 127.0.0.1:1: ' +
      '192.0.2.1 (ENETUNREACH), 2001:db8::1 (EAFNOSUPPORT).',
  );
});

test('of a name with very many addresses, the first 16 are tried', async () => {
  const many = Array.from({ length: CANDIDATE_ADDRESSES_MAX + 1 }, (_, n) => `192.0.2.${n}`);
  const found = resolving(many, DUAL, { [many.at(-1)!]: '192.0.2.99' });
  await expect(found.address).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(found.asked).toHaveLength(CANDIDATE_ADDRESSES_MAX);
  expect(await resolving(many.slice(1), DUAL, { [many.at(-1)!]: '192.0.2.99' }).address).toMatchObject({
    host: '192.0.2.16',
  });
});

test('what is to be bound is the address itself, canonical, or all addresses of the name', async () => {
  const lookup: Lookup = () => Promise.resolve(['127.0.0.1', '0:0::1']);
  expect(await resolveOwn('::ffff:127.0.0.1', lookup)).toEqual(['127.0.0.1']);
  expect(await resolveOwn('here.test', lookup)).toEqual(['127.0.0.1', '::1']);
});
