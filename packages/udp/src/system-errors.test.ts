import { systemError } from './system-errors';

test.each([
  ['EADDRINUSE', 'ADDRESS_IN_USE', /port 0 takes any that is free/],
  ['EADDRNOTAVAIL', 'UNAVAILABLE', /an address of this machine/],
  ['EACCES', 'PERMISSION_DENIED', /port above 1023/],
  ['EPERM', 'PERMISSION_DENIED', /firewall/],
  ['ENETUNREACH', 'UNAVAILABLE', /no route/],
  ['EHOSTUNREACH', 'UNAVAILABLE', /no way to that host/],
  ['EINVAL', 'UNAVAILABLE', /lacks its interface, as in "fe80::1%eth0"/],
  ['EMSGSIZE', 'PAYLOAD_TOO_LARGE', /Send less/],
  ['ENOBUFS', 'RESOURCE_EXHAUSTED', /Send less/],
])('%s is %s and says what to do', (code, expected, advice) => {
  const error = Object.assign(new Error('no'), { code });
  const wrapped = systemError(error, 'bind 127.0.0.1:1');
  expect(wrapped).toMatchObject({ code: expected, executed: 'no', origin: 'local', cause: error });
  expect(wrapped.message).toMatch(new RegExp(`^Could not bind 127\\.0\\.0\\.1:1: ${code}\\. `));
  expect(wrapped.message).toMatch(advice);
});

test('what is not known is repeated as it is', () => {
  expect(systemError({ code: 'EWEIRD' }, 'send').message).toBe('Could not send: EWEIRD.');
  expect(systemError('broken', 'send')).toMatchObject({ code: 'UNAVAILABLE', message: 'Could not send: broken.' });
});
