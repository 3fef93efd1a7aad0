import * as fc from 'fast-check';
import { TARGETS_MAX, WEIGHT_MAX, WEIGHT_MIN } from '../limits';
import { checkTarget, checkTargets, isUnicast } from './target';

test('an address has one form, and stands once', () => {
  const { targets, refused } = checkTargets([
    { address: '[2001:DB8:0::1]:1234', weight: 2 },
    { address: '[2001:db8::1]:1234', weight: 3 },
    { address: 'Orders.Internal:1' },
    { address: 'orders.internal:1' },
    { address: '10.0.0.1:1234' },
  ]);
  expect(targets.map(({ address, weight }) => [address, weight])).toEqual([
    ['[2001:db8::1]:1234', 2],
    ['orders.internal:1', 1],
    ['10.0.0.1:1234', 1],
  ]);
  expect(refused).toEqual([]);
});

test.each([
  '',
  ':1',
  '10.0.0.1',
  '10.0.0.1:0',
  '10.0.0.1:65536',
  'a b:1',
  '::1:80',
  '[::1]',
  '[x]:1',
  'http://a:1',
  'a@b:1',
])('what is no address is refused: %j', (address) => {
  expect(() => checkTarget({ address })).toThrow('address');
});

test('weights go from WEIGHT_MIN to WEIGHT_MAX', () => {
  const weighs = (weight: number) => checkTarget({ address: 'a:1', weight }).weight;
  expect([weighs(WEIGHT_MIN), weighs(WEIGHT_MAX)]).toEqual([WEIGHT_MIN, WEIGHT_MAX]);
  for (const weight of [0, -1, NaN, Infinity, WEIGHT_MAX + 1, '1' as never])
    expect(() => weighs(weight)).toThrow('weight');
  expect(() => checkTarget({ address: 'a:1', priority: -1 })).toThrow('priority');
});

test('TARGETS_MAX are taken, and it is said that there were more', () => {
  const given = Array.from({ length: TARGETS_MAX + 1 }, (_, n) => ({ address: `10.0.${n >> 8}.${n & 255}:1` }));
  const { targets, refused } = checkTargets(given);
  expect(targets).toHaveLength(TARGETS_MAX);
  expect(refused).toMatchObject([{ code: 'OUT_OF_RANGE' }]);
  expect(checkTargets(given.slice(1)).refused).toEqual([]);
});

test('whatever discovery gives, nothing is thrown, and what is taken is in range', () => {
  const target = fc.record(
    {
      address: fc.oneof(
        fc.string(),
        fc.ipV4().map((ip) => `${ip}:1`),
      ),
      weight: fc.double(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.anything(), target)), (given) => {
      const { targets } = checkTargets(given as never);
      expect(new Set(targets.map(({ address }) => address)).size).toBe(targets.length);
      for (const { port, weight } of targets) expect(port > 0 && port < 65_536 && weight >= WEIGHT_MIN).toBe(true);
    }),
  );
});

test('a group and nobody are no hosts', () => {
  const hosts = ['10.0.0.1', '127.0.0.1', '::1', '224.0.0.1', '255.255.255.255', '0.0.0.0', '::', 'ff02::1', 'x'];
  expect(hosts.filter(isUnicast)).toEqual(['10.0.0.1', '127.0.0.1', '::1']);
});
