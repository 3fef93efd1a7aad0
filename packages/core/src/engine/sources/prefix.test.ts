import { sourceOf } from './prefix';

test.each([
  ['10.1.2.3', '10.1.2.3', '10.1.2'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', '2001:db8:1::'],
  ['2001:DB8:0001:0002::6', '2001:db8:1:2::', '2001:db8:1::'],
  ['2001:db8::6', '2001:db8:0:0::', '2001:db8:0::'],
  ['::1', '0:0:0:0::', '0:0:0::'],
  ['::', '0:0:0:0::', '0:0:0::'],
  ['fe80::1%eth0', 'fe80:0:0:0::', 'fe80:0:0::'],
  ['1::', '1:0:0:0::', '1:0:0::'],
  ['::ffff:10.1.2.3', '10.1.2.3', '10.1.2'],
  ['0:0:0:0:0:FFFF:10.1.2.3', '10.1.2.3', '10.1.2'],
  ['no address', 'no address', 'no address'],
])('%s is of the host %s and of the network %s', (host, ofHost, ofNetwork) => {
  expect([sourceOf(host, 'host'), sourceOf(host, 'network')]).toEqual([ofHost, ofNetwork]);
});
