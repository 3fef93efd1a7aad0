import { resolveAddress, systemLookup } from './resolve';

test('a name becomes a canonical address, looked up in the families that the socket can reach', async () => {
  const lookup = jest.fn(() => Promise.resolve('::ffff:10.0.0.1'));
  expect(await resolveAddress({ host: 'node.test', port: 9 }, 6, lookup)).toEqual({ host: '10.0.0.1', port: 9 });
  await resolveAddress({ host: 'node.test', port: 9 }, 4, lookup);
  expect(lookup.mock.calls).toEqual([
    ['node.test', 0],
    ['node.test', 4],
  ]);
});

test.each([
  [Object.assign(new Error('no'), { code: 'ENOTFOUND' }), 'ENOTFOUND'],
  [new Error('no resolver'), 'Error: no resolver'],
])('a name that cannot be resolved is named', async (cause, said) => {
  const resolving = resolveAddress({ host: 'no\nde.test', port: 9 }, 6, () => Promise.reject(cause));
  await expect(resolving).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no', cause });
  await expect(resolving).rejects.toThrow(`The host name "no\\nde.test" could not be resolved: ${said}.`);
});

test('the system resolves localhost and refuses what cannot be a name', async () => {
  expect(await systemLookup('localhost', 4)).toBe('127.0.0.1');
  await expect(systemLookup('not a name', 4)).rejects.toThrow();
});
