import dgram, { type Socket } from 'node:dgram';
import type { Address } from '@rpcudp/core';
import { DATAGRAM_BYTES_MAX, SOCKET_BUFFER_BYTES_DEFAULT, SOCKET_BUFFER_BYTES_MAX } from '@rpcudp/core/endpoint';
import { UdpEndpoint } from './udp-endpoint';
import { UdpSocket } from './udp-socket';

const open: UdpSocket[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(open.splice(0).map((socket) => socket.close()));
});

/** A socket that listens, the one of the system under it, and what came. */
async function listening(): Promise<{
  socket: UdpSocket;
  system: Socket;
  came: [number[], Address][];
  errors: string[];
}> {
  const made = jest.spyOn(dgram, 'createSocket');
  const socket = await UdpSocket.bind({
    hosts: ['127.0.0.1'],
    port: 0,
    receiveBufferBytes: 65_536,
    sendBufferBytes: 65_536,
  });
  open.push(socket);
  const system = made.mock.results[0]!.value as Socket;
  made.mockRestore();
  const came: [number[], Address][] = [];
  const errors: string[] = [];
  socket.listen(
    (datagram, from) => came.push([[...datagram], from]),
    (error) => errors.push(error.code),
  );
  return { socket, system, came, errors };
}

const from = (address: string, port: number): dgram.RemoteInfo => ({ address, port, family: 'IPv4', size: 2 });

test('a datagram comes with its bytes and the canonical address of its sender', async () => {
  const { system, came } = await listening();
  system.emit('message', Buffer.from([0, 1, 2, 3]).subarray(1, 3), from('::ffff:192.0.2.1', 9));
  expect(came).toEqual([[[1, 2], { host: '192.0.2.1', port: 9 }]]);
});

test('a datagram from port 0, which cannot be answered, is ignored', async () => {
  const { system, came, errors } = await listening();
  system.emit('message', Buffer.from([1, 2]), from('192.0.2.1', 0));
  expect([came, errors]).toEqual([[], []]);
  system.emit('message', Buffer.from([1, 2]), from('192.0.2.1', 1));
  expect(came).toEqual([[[1, 2], { host: '192.0.2.1', port: 1 }]]);
});

test('an error that belongs to no datagram is told, and the socket goes on', async () => {
  const { system, came, errors } = await listening();
  system.emit('error', Object.assign(new Error('read'), { code: 'ENETDOWN' }));
  system.emit('message', Buffer.from([1]), from('192.0.2.1', 1));
  expect([errors.length, came.length]).toEqual([1, 1]);
});

test('of two sockets on one port, the errors and datagrams of both are told, and both are closed', async () => {
  const { createSocket } = dgram;
  const made = jest.spyOn(dgram, 'createSocket').mockImplementation((options) => {
    const { type } = options;
    return createSocket({ ...options, ipv6Only: type === 'udp6' });
  });
  const buffers = { receiveBufferBytes: 65_536, sendBufferBytes: 65_536 };
  const socket = await UdpSocket.bind({ hosts: ['::'], port: 0, ...buffers });
  const systems = made.mock.results.slice(0, 2).map(({ value }) => value as Socket);
  const came: Address[] = [];
  const errors: string[] = [];
  socket.listen(
    (_datagram, sender) => came.push(sender),
    (error) => errors.push(error.code),
  );
  for (const [system, sender] of [
    [systems[0]!, '2001:db8::1'],
    [systems[1]!, '192.0.2.1'],
  ] as const) {
    expect(system.getRecvBufferSize()).toBeGreaterThanOrEqual(65_536);
    system.emit('message', Buffer.from([1]), from(sender, 9));
    system.emit('error', Object.assign(new Error('read'), { code: 'ENETDOWN' }));
  }
  expect([came.map(({ host }) => host), errors]).toEqual([
    ['2001:db8::1', '192.0.2.1'],
    ['UNAVAILABLE', 'UNAVAILABLE'],
  ]);
  await socket.close();
  for (const system of systems) expect(() => system.address()).toThrow();
});

test('a datagram that the system refuses is told in a later turn', async () => {
  const { socket } = await listening();
  const events: string[] = [];
  const refused = new Promise<void>((resolve) => {
    socket.send(
      { datagram: Uint8Array.of(1), to: { host: '127.0.0.1', port: 0 }, watched: true },
      (_outgoing, error) => {
        events.push(error.code);
        resolve();
      },
    );
  });
  events.push('sent');
  await refused;
  expect(events).toEqual(['sent', 'UNAVAILABLE']);
});

test('all has been sent when the system has taken everything from Node, and that is not asked of a closed socket', async () => {
  const { socket, system } = await listening();
  expect(socket.hasSentAll).toBe(true);
  const waiting = jest.spyOn(system, 'getSendQueueCount').mockReturnValue(1);
  expect(socket.hasSentAll).toBe(false);
  waiting.mockReturnValue(0);
  expect(socket.hasSentAll).toBe(true);
  await socket.close();
  expect(socket.hasSentAll).toBe(false);
});

test('what the system says of a datagram is asked for only if it is watched', async () => {
  const { socket, system } = await listening();
  const given = jest.spyOn(system, 'send').mockImplementation();
  const to = { host: '127.0.0.1', port: 9 };
  const failed = jest.fn();
  for (const watched of [false, true]) socket.send({ datagram: Uint8Array.of(1), to, watched }, failed);
  const told = given.mock.calls.map((call: unknown[]) => call[3]) as [undefined, (error: Error | null) => void];
  expect(told).toEqual([undefined, expect.any(Function)]);
  told[1](null);
  expect(failed).not.toHaveBeenCalled();
  told[1](Object.assign(new Error('send'), { code: 'EPERM' }));
  expect(failed).toHaveBeenCalledWith(
    expect.objectContaining({ watched: true }),
    expect.objectContaining({ code: 'PERMISSION_DENIED' }),
  );
});

test('a datagram that is not watched is told of, too, if it cannot even be tried', async () => {
  const { socket } = await listening();
  const codes: string[] = [];
  const send = (port: number): void =>
    socket.send({ datagram: Uint8Array.of(1), to: { host: '127.0.0.1', port }, watched: false }, (_outgoing, error) =>
      codes.push(error.code),
    );
  send(0);
  await socket.close();
  send(9);
  await Promise.resolve();
  expect(codes).toEqual(['UNAVAILABLE', 'CLOSED']);
});

test('a datagram larger than UDP carries is refused before the system gets it', async () => {
  const { socket, system } = await listening();
  const given = jest.spyOn(system, 'send').mockImplementation();
  const errors: string[] = [];
  const send = (length: number): void =>
    socket.send(
      { datagram: new Uint8Array(length), to: { host: '127.0.0.1', port: 9 }, watched: true },
      (_outgoing, error) => errors.push(error.code),
    );
  send(DATAGRAM_BYTES_MAX + 1);
  send(DATAGRAM_BYTES_MAX);
  await Promise.resolve();
  expect([errors, given.mock.calls.length]).toEqual([['PAYLOAD_TOO_LARGE'], 1]);
});

test('an endpoint asks for buffers of 4 MiB, or for what it is told up to what the system call takes', async () => {
  const asked: number[] = [];
  for (const method of ['setRecvBufferSize', 'setSendBufferSize'] as const) {
    jest.spyOn(dgram.Socket.prototype, method).mockImplementation((bytes) => void asked.push(bytes));
  }
  await (await UdpEndpoint.bind({ host: '127.0.0.1' })).close();
  const most = { receiveBufferBytes: SOCKET_BUFFER_BYTES_MAX, sendBufferBytes: SOCKET_BUFFER_BYTES_MAX };
  await (await UdpEndpoint.bind({ host: '127.0.0.1', ...most })).close();
  const [usual, largest] = [SOCKET_BUFFER_BYTES_DEFAULT, SOCKET_BUFFER_BYTES_MAX];
  expect([usual, asked]).toEqual([4 * 1024 * 1024, [usual, usual, largest, largest]]);
  for (const option of ['receiveBufferBytes', 'sendBufferBytes']) {
    await expect(UdpEndpoint.bind({ [option]: SOCKET_BUFFER_BYTES_MAX + 1 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `${option} must be a whole number of bytes from 1 to 1073741824, not 1073741825.`,
    });
  }
});
