import fc from 'fast-check';
import { methodSubject, nameOf, tokenOf } from './names';

test('a name is one token that all tools of NATS take, and comes back from it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      const token = tokenOf(name);
      expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(nameOf(token)).toBe(name);
    }),
  );
});

test('two names never share a token', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(tokenOf(a) === tokenOf(b)).toBe(a === b);
    }),
  );
});

test('what no name is written as is the token of none', () => {
  for (const token of ['-', '-2', '-zz', '-61', 'a-2E', '$cancel', 'a b', '-ff', 'é', 'a.b'])
    expect(nameOf(token)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (token) => {
      const name = nameOf(token);
      expect(name === undefined || tokenOf(name) === token).toBe(true);
    }),
  );
});

test('subjects read as the names do', () => {
  expect(methodSubject('rpc', 'Orders', 'get_one')).toBe('rpc.Orders.get_one');
  expect(methodSubject('shop.rpc', 'rpcudp.Health', 'größe')).toBe('shop.rpc.rpcudp-2eHealth.gr-c3-b6-c3-9fe');
});
