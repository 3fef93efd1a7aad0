import { SOURCES_REMEMBERED_MAX } from '../../../native-limits';
import { Rate } from './rate';
import { Sources } from './sources';

test('peers of one network are of one source, and it is forgotten with the last of them', () => {
  const networks = new Sources('network');
  const [one, other] = [networks.enter('10.0.0.1'), networks.enter('10.0.0.2')];
  expect([one === other, one.peers, networks.size]).toEqual([true, 2, 1]);
  networks.leave(one);
  networks.leave(other);
  expect(networks.size).toBe(0);
});

test('one that was held to a rate is the same when it comes again', () => {
  const hosts = new Sources('host');
  const source = hosts.enter('10.0.0.1');
  source.calls = new Rate(1, 0);
  hosts.leave(source);
  expect([hosts.enter('10.0.0.1') === source, source.peers, hosts.size]).toEqual([true, 1, 1]);
});

test('those that are idle are bounded, and the one that has been idle longest is forgotten first', () => {
  const hosts = new Sources('host');
  const first = hosts.of('10.0.0.0');
  const second = hosts.of('10.0.0.1');
  expect(hosts.of('10.0.0.0')).toBe(first);
  for (let host = 1; host < SOURCES_REMEMBERED_MAX; host += 1) hosts.of(`10.1.${host >> 8}.${host & 0xff}`);
  expect(hosts.size).toBe(SOURCES_REMEMBERED_MAX);
  expect([hosts.of('10.0.0.0') === first, hosts.of('10.0.0.1') === second]).toEqual([true, false]);
});

test('one that is in use is not forgotten', () => {
  const hosts = new Sources('host');
  const used = hosts.enter('10.0.0.1');
  for (let host = 0; host < 2 * SOURCES_REMEMBERED_MAX; host += 1) hosts.of(`10.1.${host >> 8}.${host & 0xff}`);
  expect([hosts.of('10.0.0.1') === used, hosts.size]).toEqual([true, SOURCES_REMEMBERED_MAX + 1]);
});
