import dgram from 'node:dgram';
import { createClient, withOptions } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { UdpEndpoint } from '../src';
import { Greeter, silent, socketPair, watchTimers } from './fixtures';

afterEach(() => jest.restoreAllMocks());

describe('binding', () => {
  test('takes a free port on all addresses of both families unless told otherwise', async () => {
    await using endpoint = await UdpEndpoint.bind();
    expect(endpoint.address).toEqual({ host: '::', port: expect.any(Number) as number });
    expect(endpoint.address.port).toBeGreaterThan(0);
  });

  test('reads back what the kernel granted for the buffers', async () => {
    await using endpoint = await UdpEndpoint.bind({ receiveBufferBytes: 65_536, sendBufferBytes: 65_536 });
    expect(endpoint.socketBuffers.receiveBytes).toBeGreaterThanOrEqual(65_536);
    expect(endpoint.socketBuffers.sendBytes).toBeGreaterThanOrEqual(65_536);
  });

  test('goes on with the buffers it has when the kernel refuses to set them', async () => {
    jest.spyOn(dgram.Socket.prototype, 'setRecvBufferSize').mockImplementation(() => {
      throw new Error('ENOBUFS');
    });
    await using endpoint = await UdpEndpoint.bind();
    expect(endpoint.socketBuffers.receiveBytes).toBeGreaterThan(0);
  });

  test.each([0, -1, 0.5, NaN, 2 ** 31])('refuses a buffer of %d bytes', async (bytes) => {
    await expect(UdpEndpoint.bind({ receiveBufferBytes: bytes })).rejects.toThrow(
      /receiveBufferBytes must be a whole number/,
    );
    await expect(UdpEndpoint.bind({ sendBufferBytes: bytes })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('of a port in use says so and what to do', async () => {
    await using first = await UdpEndpoint.bind({ host: '127.0.0.1' });
    const second = UdpEndpoint.bind(first.address);
    await expect(second).rejects.toMatchObject({ code: 'ADDRESS_IN_USE', executed: 'no' });
    await expect(second).rejects.toThrow(`Could not bind 127.0.0.1:${first.address.port}: EADDRINUSE.`);
  });

  test('of an address of another machine says so', async () => {
    await expect(UdpEndpoint.bind({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('takes a host name, and says which one cannot be resolved', async () => {
    await using endpoint = await UdpEndpoint.bind({ host: 'here.test', lookup: () => Promise.resolve('127.0.0.1') });
    expect(endpoint.address.host).toBe('127.0.0.1');
    const lookup = (): Promise<string> => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    await expect(UdpEndpoint.bind({ host: 'nowhere.test', lookup })).rejects.toThrow(
      /"nowhere\.test" could not be resolved/,
    );
  });

  test('refuses a port that is none', async () => {
    await expect(UdpEndpoint.bind({ port: 70_000 })).rejects.toThrow(/A port is a whole number from 0 to 65535/);
  });

  test('falls back to IPv4 on a machine without IPv6', async () => {
    const createSocket = dgram.createSocket;
    jest.spyOn(dgram, 'createSocket').mockImplementation((options) => {
      const socket = createSocket(options);
      if (options.type === 'udp4') return socket;
      socket.bind = () => {
        socket.emit('error', Object.assign(new Error('no'), { code: 'EAFNOSUPPORT' }));
        return socket;
      };
      return socket;
    });
    await using endpoint = await UdpEndpoint.bind();
    expect(endpoint.address.host).toBe('0.0.0.0');
    endpoint.serve(new Greeter());
    await using caller = await UdpEndpoint.bind();
    const client = createClient(Greeter, caller.peer({ host: '127.0.0.1', port: endpoint.address.port }));
    expect(await client.add(1, 2)).toEqual({ received: true, value: 3 });
  });

  test('does not fall back when the port is taken', async () => {
    await using first = await UdpEndpoint.bind();
    await expect(UdpEndpoint.bind({ port: first.address.port })).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
  });
});

describe('calling', () => {
  test('over IPv4 and IPv6 of one dual-stack socket, with one canonical form of addresses', async () => {
    await using server = await UdpEndpoint.bind();
    server.serve(new Greeter());
    await using caller = await UdpEndpoint.bind();
    const { port } = server.address;
    const replyFrom = async (host: string): Promise<unknown> =>
      createClient(Greeter, caller.peer({ host, port })).sayHi('you');
    const from = caller.address.port;
    expect(await replyFrom('127.0.0.1')).toEqual({ received: true, value: `Hello you, you live at 127.0.0.1:${from}` });
    expect(await replyFrom('::ffff:127.0.0.1')).toEqual(await replyFrom('127.0.0.1'));
    expect(await replyFrom('0:0:0:0:0:0:0:1')).toEqual({ received: true, value: `Hello you, you live at ::1:${from}` });
  });

  test('a peer by name resolves it once', async () => {
    const lookup = jest.fn(() => Promise.resolve('127.0.0.1'));
    await using pair = await socketPair({ caller: { lookup } });
    const client = createClient(Greeter, pair.caller.peer(`server.test:${pair.server.address.port}`));
    await Promise.all([client.add(1, 2), client.add(3, 4)]);
    expect(await client.add(5, 6)).toEqual({ received: true, value: 11 });
    expect(lookup.mock.calls).toEqual([['server.test', 4]]);
  });

  test('an address that the socket cannot reach fails at once and says why', async () => {
    await using pair = await socketPair();
    const call = createClient(Greeter, pair.caller.peer('[::1]:9')).add(1, 2);
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
    await expect(call).rejects.toThrow(/Could not send to \[::1\]:9 from 127\.0\.0\.1:\d+: EAFNOSUPPORT/);
    expect(pair.caller.stats()).toMatchObject({ pendingCalls: 0, datagrams: { refusedBySystem: 1 } });
  });

  test('what the system refuses to send fails its call, and no other', async () => {
    await using pair = await socketPair();
    // Broadcasting needs permission, which the socket was not given; nothing leaves this machine.
    const refused = createClient(Greeter, pair.caller.peer('255.255.255.255:9')).add(1, 2);
    const fine = pair.client.add(1, 2);
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/PERMISSION_DENIED|UNAVAILABLE/) as string,
    });
    expect(await fine).toEqual({ received: true, value: 3 });
  });

  test('nobody there is silence, not an error', async () => {
    await using pair = await socketPair();
    await using gone = await UdpEndpoint.bind({ host: '127.0.0.1' });
    const { address } = gone;
    await gone.close();
    const client = withOptions(createClient(Greeter, pair.caller.peer(address)), { timeoutMs: 50 });
    expect(await client.add(1, 2)).toEqual({ received: false });
  });

  test('a result too large for one datagram is the handler’s failure, logged with both figures', async () => {
    const error = jest.fn();
    await using pair = await socketPair({ server: { logger: { ...silent, error } } });
    expect(await withOptions(pair.client, { timeoutMs: 100 }).large(70_000)).toEqual({ received: false });
    expect(error).toHaveBeenCalledWith(
      expect.stringMatching(/The result cannot be sent: The result takes 70026 bytes/),
      expect.objectContaining({ event: 'request-failed', executed: 'yes' }),
    );
    expect(await pair.client.large(60_000)).toMatchObject({ received: true });
  });

  test('a peer that is written wrong is refused at once', async () => {
    await using pair = await socketPair();
    expect(() => pair.caller.peer('localhost')).toThrow(/A peer is written "host:port"/);
    expect(() => pair.caller.peer({ host: '127.0.0.1', port: 0 })).toThrow(/A port is/);
  });

  test('both directions use one socket: the callee sees the address that the caller is bound to', async () => {
    await using pair = await socketPair();
    pair.caller.serve(new Greeter());
    const back = createClient(Greeter, pair.server.peer(pair.caller.address));
    const [there, here] = await Promise.all([pair.client.sayHi('a'), back.sayHi('b')]);
    expect(there).toMatchObject({ value: `Hello a, you live at 127.0.0.1:${pair.caller.address.port}` });
    expect(here).toMatchObject({ value: `Hello b, you live at 127.0.0.1:${pair.server.address.port}` });
  });
});

describe('serving', () => {
  test('a handler that blocks delays others and loses none', async () => {
    const Blocker = defineService<{ block(ms: number): number }>('Blocker', { block: {} });
    await using pair = await socketPair();
    pair.server.serve(Blocker, {
      block: (ms) => {
        const end = performance.now() + ms;
        while (performance.now() < end);
        return ms;
      },
    });
    const blocker = createClient(Blocker, pair.channel);
    const replies = await Promise.all([blocker.block(50), pair.client.add(1, 2), pair.client.add(3, 4)]);
    expect(replies).toEqual([50, 3, 7].map((value) => ({ received: true, value })));
  });
});

describe('closing', () => {
  test('leaves no timer behind, and its port is free', async () => {
    const timersLeft = watchTimers();
    const pair = await socketPair();
    const pending = pair.client.never();
    await pair.client.add(1, 2);
    expect(timersLeft()).toBeGreaterThan(0);
    await pair.caller.close();
    await pair.server.close({ graceMs: 1 });
    await expect(pending).rejects.toMatchObject({ code: 'CLOSED', executed: 'unknown' });
    expect(timersLeft()).toBe(0);
    await using again = await UdpEndpoint.bind(pair.server.address);
    expect(again.address).toEqual(pair.server.address);
  });

  test('a closed endpoint refuses calls and says what to do', async () => {
    const pair = await socketPair();
    await pair[Symbol.asyncDispose]();
    await expect(pair.client.add(1, 2)).rejects.toThrow(
      'The endpoint that calls is closed. Bind a new one with UdpEndpoint.bind().',
    );
  });

  test('happens when the signal given to bind is aborted', async () => {
    const abort = new AbortController();
    const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', signal: abort.signal });
    abort.abort();
    await endpoint.close();
    await using again = await UdpEndpoint.bind(endpoint.address);
    expect(again.address).toEqual(endpoint.address);
  });

  test('by itself stops listening to the signal', async () => {
    const abort = new AbortController();
    const remove = jest.spyOn(abort.signal, 'removeEventListener');
    const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', signal: abort.signal });
    await endpoint.close();
    expect(remove).toHaveBeenCalledTimes(1);
  });

  test('a signal that is aborted already binds nothing', async () => {
    const bound = UdpEndpoint.bind({ signal: AbortSignal.abort() });
    await expect(bound).rejects.toMatchObject({ code: 'CANCELLED', executed: 'no' });
  });
});
