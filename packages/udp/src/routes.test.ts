import dgram from 'node:dgram';
import os from 'node:os';
import { systemRoute } from './routes';

afterEach(() => jest.restoreAllMocks());

const to = (host: string): { host: string; port: number } => ({ host, port: 9 });

test('the way to an address of this machine has a source', async () => {
  expect(await systemRoute(to('127.0.0.1'), '0.0.0.0')).toEqual({ source: '127.0.0.1' });
  expect(await systemRoute(to('127.0.0.1'), '127.0.0.1')).toEqual({ source: '127.0.0.1' });
  expect(await systemRoute(to('::1'), '::')).toEqual({ source: '::1' });
});

test('there is no way from loopback to another machine', async () => {
  const refusal = { refusal: expect.stringMatching(/^E/) as string };
  expect(await systemRoute(to('192.0.2.9'), '127.0.0.1')).toEqual(refusal);
  expect(await systemRoute(to('2001:db8::9'), '::1')).toEqual(refusal);
});

test('from loopback there is a way to this machine’s other addresses', async () => {
  const own = Object.values(os.networkInterfaces()).flatMap((addresses = []) => addresses);
  const others = own.filter(({ family, scopeid }) => family === 'IPv6' && scopeid === 0);
  for (const { address } of others) expect(await systemRoute(to(address), '::1')).toEqual({ source: '::1' });
});

test('a refusal of the system is told by its code', async () => {
  jest
    .spyOn(dgram.Socket.prototype, 'connect')
    .mockImplementation(((_port: number, _host: string, callback: (error: Error) => void) =>
      callback(Object.assign(new Error('no'), { code: 'ENETUNREACH' }))) as never);
  expect(await systemRoute(to('127.0.0.1'), '0.0.0.0')).toEqual({ refusal: 'ENETUNREACH' });
});

test('an address that cannot be bound any more is a refusal, too', async () => {
  expect(await systemRoute(to('192.0.2.9'), '203.0.113.1')).toEqual({ refusal: 'EADDRNOTAVAIL' });
});

test('a system without room for the question says nothing of the way', async () => {
  jest.spyOn(dgram.Socket.prototype, 'bind').mockImplementation(function (this: dgram.Socket) {
    this.emit('error', Object.assign(new Error('no'), { code: 'EMFILE' }));
    return this;
  });
  expect(await systemRoute(to('192.0.2.9'), '0.0.0.0')).toEqual({ source: '192.0.2.9' });
});
