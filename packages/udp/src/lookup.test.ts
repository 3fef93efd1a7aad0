import dns from 'node:dns';
import { promisify } from 'node:util';
import { LOOKUP_MS_MAX } from './limits';
import { lookUp, systemLookup, type Lookup, type LookupOptions } from './lookup';

afterEach(() => jest.useRealTimers());

/** A lookup as those who do not use types may write it. */
const untyped = (lookup: (...args: never[]) => unknown): Lookup => lookup as unknown as Lookup;

test('names are resolved by whatever function users have at hand', async () => {
  const lookups: Lookup[] = [
    systemLookup,
    dns.promises.lookup,
    dns.lookup,
    untyped(promisify(dns.lookup)),
    (host, options) => dns.promises.lookup(host, options),
    (host, { family }) => dns.promises.lookup(host, family).then(({ address }) => address),
    () => Promise.resolve('127.0.0.1'),
    () => '127.0.0.1',
    () => ['127.0.0.1'],
    () => [{ address: '127.0.0.1', family: 4 }],
    (_host, _options, callback) => callback(null, '127.0.0.1', 4),
    untyped((_host: string, _options: LookupOptions, callback: (error: undefined, found: string) => void) => {
      queueMicrotask(() => callback(undefined, '127.0.0.1'));
      return { cancel: () => undefined };
    }),
  ];
  for (const lookup of lookups) expect(await lookUp(lookup, 'localhost', 4)).toEqual(['127.0.0.1']);
});

test('addresses are canonical, in the order in which the lookup gave them', async () => {
  const lookup: Lookup = () => Promise.resolve(['2001:DB8::0', { address: '::ffff:10.0.0.1' }, '10.0.0.0']);
  expect(await lookUp(lookup, 'node.test', 0)).toEqual(['2001:db8::', '10.0.0.1', '10.0.0.0']);
});

test.each([
  ['rejects', () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })), 'ENOTFOUND'],
  ['rejects with what is no error', () => Promise.reject(new Error('no resolver')), 'Error: no resolver'],
  [
    'throws',
    () => {
      throw new Error('no resolver');
    },
    'Error: no resolver',
  ],
  [
    'calls back with an error',
    (_h: never, _o: never, back: (error: Error) => void) => back(new Error('x')),
    'Error: x',
  ],
  ['gives an empty list', () => Promise.resolve([]), 'ENODATA'],
])('a lookup that %s says which name was not resolved, and why', async (_what, lookup, said) => {
  const found = lookUp(untyped(lookup), 'no\nde.test', 0);
  await expect(found).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no', cause: expect.any(Error) as Error });
  await expect(found).rejects.toThrow(`The host name "no\\nde.test" could not be resolved: ${said}.`);
});

test('where one family is of use, its absence is what is said', async () => {
  const lookup: Lookup = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
  await expect(lookUp(lookup, 'node.test', 4)).rejects.toThrow(/could not be resolved to an IPv4 address: ENOTFOUND/);
});

test.each([
  ['the name of another host', 'other.test', '"other.test"'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'undefined'],
  ['a number', 2_130_706_433, '2130706433'],
  ['an empty text', '', '""'],
  ['an object without an address', { host: '127.0.0.1' }, 'undefined'],
  ['one address that is none', ['127.0.0.1', '127.0.0.256'], '"127.0.0.256"'],
  ['a list of lists', [['127.0.0.1']], 'undefined'],
])('a lookup that gives %s is told what lookups give', async (_what, given, shown) => {
  for (const lookup of [() => given, () => Promise.resolve(given)]) {
    const found = lookUp(untyped(lookup), 'node.test', 0);
    await expect(found).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', executed: 'no' });
    await expect(found).rejects.toThrow(
      `The lookup of "node.test" gave ${shown}, which is no IP address. A lookup gives`,
    );
  }
});

test('a lookup that never ends is given up, and leaves no timer when it ends', async () => {
  jest.useFakeTimers();
  await lookUp(() => '127.0.0.1', 'node.test', 0);
  expect(jest.getTimerCount()).toBe(0);
  const found = lookUp(() => new Promise(() => undefined), 'node.test', 0).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(LOOKUP_MS_MAX - 1);
  expect(jest.getTimerCount()).toBe(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(await found).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(/ETIMEOUT/) as string });
});

test('the system refuses what cannot be a name', async () => {
  await expect(lookUp(systemLookup, 'not a name', 4)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
