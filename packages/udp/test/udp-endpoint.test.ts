import dgram from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { createClient, withOptions } from '@rpcudp/client';
import { defineService } from '@rpcudp/core';
import { UdpEndpoint, type UdpEndpointOptions } from '../src';
import { BUSY_POLL_MS_MAX } from '../src/limits';
import { Greeter, silent, socketPair, watchTimers } from './fixtures';

afterEach(() => jest.restoreAllMocks());

/** The addresses of this machine that hold on one link alone, if it has any. */
const LINK_LOCAL = Object.entries(networkInterfaces()).flatMap(([zone, addresses = []]) =>
  addresses
    .filter((each) => each.family === 'IPv6' && each.address.startsWith('fe80:'))
    .map((each) => ({ address: each.address, zone, number: (each as { scopeid: number }).scopeid })),
);

/** How many sockets and timers keep this process alive, those apart that are about to be gone. */
async function held(): Promise<number> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap' || kind === 'Timeout').length;
}

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

  test('takes the first address of a name that this machine has', async () => {
    await using endpoint = await UdpEndpoint.bind({
      host: 'here.test',
      lookup: () => ['192.0.2.99', '::1', '127.0.0.1'],
    });
    expect(endpoint.address.host).toBe('::1');
    await using localhost = await UdpEndpoint.bind({ host: 'localhost' });
    expect(['127.0.0.1', '::1']).toContain(localhost.address.host);
  });

  test.each([
    [{ host: '' }, 'host must be an IP address or a name, not "". Leave it out to bind all addresses.'],
    [{ host: null }, 'host must be an IP address or a name, not null. Leave it out to bind all addresses.'],
    [{ port: '1234' }, 'A port is a whole number from 0 to 65535, not "1234". Make it a number: Number("1234").'],
    [{ lookup: 'dns' }, 'lookup must be a function, such as dns.promises.lookup, not "dns".'],
    [{ lookup: { promises: {} } }, 'lookup must be a function, such as dns.promises.lookup, not an object.'],
    [{ busyPollMs: -1 }, 'busyPollMs must be a number of milliseconds from 0, which is off, to 100, not -1.'],
    [
      { busyPollMs: BUSY_POLL_MS_MAX + 1 },
      'busyPollMs must be a number of milliseconds from 0, which is off, to 100, not 101.',
    ],
    [{ busyPollMs: true }, 'busyPollMs must be a number of milliseconds from 0, which is off, to 100, not true.'],
    [{ busyPoll: 1 }, 'bind() has no option busyPoll. It is called busyPollMs, and takes milliseconds.'],
    [{ address: '127.0.0.1' }, 'bind() has no option address. The address to bind is called host.'],
    [{ reuseAddr: true }, 'bind() has no option reuseAddr. One port belongs to one endpoint.'],
    [1234, 'bind() takes an object such as { port: 1234 }, not 1234.'],
    ['127.0.0.1:1234', 'bind() takes an object such as { port: 1234 }, not "127.0.0.1:1234".'],
    [null, 'bind() takes an object such as { port: 1234 }, not null.'],
  ])('refuses %j and says what to do', async (options, message) => {
    await expect(UdpEndpoint.bind(options as UdpEndpointOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message,
    });
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

  test('over IPv4 and IPv6 alike where a socket on :: carries IPv6 alone, as with net.ipv6.bindv6only=1', async () => {
    const { createSocket } = dgram;
    jest.spyOn(dgram, 'createSocket').mockImplementation((options) => {
      return createSocket({
        ...options,
        ipv6Only: options.type === 'udp6',
      });
    });
    await using server = await UdpEndpoint.bind({ receiveBufferBytes: 65_536 });
    await using caller = await UdpEndpoint.bind({ host: '::', lookup: () => ['127.0.0.1', '::1'] });
    server.serve(new Greeter());
    const { port } = server.address;
    const from = caller.address.port;
    expect([server.address.host, caller.address.host]).toEqual(['::', '::']);
    const saidBy = async (host: string): Promise<unknown> => {
      const reply = await createClient(Greeter, caller.peer({ host, port })).sayHi('you');
      return reply.received && reply.value;
    };
    expect(await saidBy('127.0.0.1')).toBe(`Hello you, you live at 127.0.0.1:${from}`);
    expect(await saidBy('::1')).toBe(`Hello you, you live at ::1:${from}`);
    expect(await saidBy('server.test')).toBe(`Hello you, you live at 127.0.0.1:${from}`);
    expect(server.socketBuffers.receiveBytes).toBeGreaterThanOrEqual(65_536);
    await server.close();
    for (const host of ['127.0.0.1', '::1']) await (await UdpEndpoint.bind({ host, port })).close();
  });

  test('of a name, the address is called that the socket can reach', async () => {
    for (const host of ['127.0.0.1', '::1']) {
      for (const addresses of [
        ['127.0.0.1', '::1'],
        ['::1', '127.0.0.1'],
      ]) {
        await using pair = await socketPair({ server: { host }, caller: { host, lookup: () => addresses } });
        const client = createClient(Greeter, pair.caller.peer({ host: 'server.test', port: pair.server.address.port }));
        expect(await client.add(1, 2)).toEqual({ received: true, value: 3 });
      }
    }
  });

  test('a name of which no address can be reached fails its calls, and is looked up again for the next', async () => {
    const lookup = jest.fn<string[], []>(() => ['::1', '2001:db8::1']);
    await using pair = await socketPair({ caller: { lookup } });
    const client = createClient(Greeter, pair.caller.peer(`server.test:${pair.server.address.port}`));
    await expect(client.add(1, 2)).rejects.toMatchObject({ code: 'UNAVAILABLE', executed: 'no' });
    lookup.mockReturnValue(['127.0.0.1']);
    expect(await client.add(1, 2)).toEqual({ received: true, value: 3 });
  });

  test.each(['native', 'rpcudp'] as const)('all names of this machine reach it over the %s wire', async (wire) => {
    const wires = [wire];
    for (const host of [undefined, '0.0.0.0', '127.0.0.1', '::1']) {
      await using server = await UdpEndpoint.bind({ ...(host === undefined ? {} : { host }), wires });
      server.serve(new Greeter());
      const { port } = server.address;
      await using caller = await UdpEndpoint.bind({ wires, ...(host === undefined ? {} : { host }) });
      const peers = ['0.0.0.0', '::', '::ffff:0.0.0.0', '0:0::0'].map((unspecified) => ({ host: unspecified, port }));
      for (const peer of [server.address, ...peers]) {
        const client = createClient(Greeter, caller.peer(peer));
        expect(await client.add(1, 2)).toEqual({ received: true, value: 3 });
      }
      expect(caller.stats().dropped['wrong-source']).toBe(0);
      // The rpcudp wire remembers nobody.
      expect(caller.stats().peers).toHaveLength(wire === 'native' ? 1 : 0);
    }
  });

  test('the zone of an address of one link may be given as name or number', async () => {
    await using server = await UdpEndpoint.bind({ wires: ['rpcudp'] });
    server.serve(new Greeter());
    await using caller = await UdpEndpoint.bind({ wires: ['rpcudp'] });
    const { port } = server.address;
    for (const { address, zone, number } of LINK_LOCAL) {
      for (const host of [`${address}%${zone}`, `${address}%${number}`]) {
        expect(await createClient(Greeter, caller.peer({ host, port })).sayHi('you')).toEqual({
          received: true,
          value: `Hello you, you live at ${address}%${zone}:${caller.address.port}`,
        });
      }
    }
  });

  test('a peer by name resolves it once', async () => {
    const lookup = jest.fn(() => Promise.resolve('127.0.0.1'));
    await using pair = await socketPair({ caller: { lookup } });
    const client = createClient(Greeter, pair.caller.peer(`server.test:${pair.server.address.port}`));
    await Promise.all([client.add(1, 2), client.add(3, 4)]);
    expect(await client.add(5, 6)).toEqual({ received: true, value: 11 });
    expect(lookup.mock.calls.map(([host]: unknown[]) => host)).toEqual(['server.test']);
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
    const logged = new Promise<void>((resolve) => error.mockImplementation(() => resolve()));
    await using pair = await socketPair({ server: { logger: { ...silent, error } } });
    expect(await withOptions(pair.client, { timeoutMs: 50 }).large(70_000)).toEqual({ received: false });
    await logged;
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

describe('with busyPollMs', () => {
  test('calls are answered, and what is due is not held up by staying awake', async () => {
    const busyPollMs = BUSY_POLL_MS_MAX;
    await using pair = await socketPair({ server: { busyPollMs }, caller: { busyPollMs } });
    for (let n = 0; n < 20; n += 1) expect(await pair.client.add(n, 1)).toEqual({ received: true, value: n + 1 });
    expect(await withOptions(pair.client, { timeoutMs: 10 }).never()).toEqual({ received: false });
  });

  test('the event loop sleeps again when nothing follows', async () => {
    await using pair = await socketPair({ server: { busyPollMs: 1 }, caller: { busyPollMs: 1 } });
    await pair.client.add(1, 2);
    const awake = (): boolean => process.getActiveResourcesInfo().includes('Immediate');
    expect(awake()).toBe(true);
    // By turns and not by time: each is a turn that the chain might have had, too.
    while (awake()) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await pair.client.add(1, 2)).toEqual({ received: true, value: 3 });
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

describe('an endpoint that is unref’d', () => {
  test('keeps the process alive no more, and again after ref()', async () => {
    const before = await held();
    await using pair = await socketPair();
    // A call that waits has a timer, and so has a handler that runs.
    const pending = pair.client.never();
    await pair.client.add(1, 2);
    expect(await held()).toBe(before + 4);
    expect([pair.caller.unref(), pair.server.unref()]).toEqual([pair.caller, pair.server]);
    expect(await held()).toBe(before);
    expect(await pair.client.add(1, 2)).toEqual({ received: true, value: 3 });
    expect(pair.caller.ref()).toBe(pair.caller);
    expect(await held()).toBe(before + 2);
    await pair[Symbol.asyncDispose]();
    await expect(pending).rejects.toMatchObject({ code: 'CLOSED' });
    expect([pair.caller.unref(), pair.caller.ref()]).toEqual([pair.caller, pair.caller]);
    expect(await held()).toBe(before);
  });

  test('keeps it alive while it drains, and no longer', async () => {
    const before = await held();
    await using pair = await socketPair();
    Promise.resolve(pair.client.never()).catch(() => undefined);
    await pair.client.add(1, 2);
    pair.caller.unref();
    pair.server.unref();
    expect(await held()).toBe(before);
    const drained = pair.server.drain({ timeoutMs: 100 });
    expect(await held()).toBeGreaterThan(before);
    expect(await drained).toMatchObject({ complete: false, runningHandlers: 1 });
    expect(await held()).toBe(before);
  });

  test('keeps it alive while it closes, so that handlers can finish', async () => {
    await using pair = await socketPair();
    let finish: () => void = () => undefined;
    const Slow = defineService<{ work(): Promise<void> }>('Slow', { work: {} });
    pair.server.serve(Slow, { work: () => new Promise((resolve) => (finish = resolve)) });
    const working = createClient(Slow, pair.channel).work();
    await pair.client.add(1, 2);
    pair.server.unref();
    const before = await held();
    const closing = pair.server.close({ graceMs: 60_000 });
    expect(await held()).toBeGreaterThan(before);
    finish();
    await closing;
    expect(await working).toMatchObject({ received: true });
  });
});

describe('after the machine has slept', () => {
  const HOUR = 3_600_000;

  /** Little time goes by on the monotonic clock, and an hour on the wall clock. */
  function sleep(): void {
    const { now } = Date;
    const { hrtime } = process;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + HOUR);
    jest.spyOn(process, 'hrtime').mockImplementation(() => {
      const [seconds, nanoseconds] = hrtime();
      return [seconds + 2, nanoseconds];
    });
  }

  test('a call that was due meanwhile ends with the first thing that happens', async () => {
    await using pair = await socketPair({ caller: { timeoutMs: HOUR / 2 } });
    const due = pair.client.never();
    await pair.client.add(1, 2);
    sleep();
    expect(await pair.client.add(1, 2)).toEqual({ received: true, value: 3 });
    expect(await due).toEqual({ received: false });
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

  test('a signal that is aborted while a name is looked up ends that', async () => {
    const abort = new AbortController();
    const bound = UdpEndpoint.bind({
      host: 'here.test',
      signal: abort.signal,
      lookup: () => new Promise(() => undefined),
    });
    abort.abort(new Error('enough'));
    await expect(bound).rejects.toMatchObject({ code: 'CANCELLED', executed: 'no', cause: new Error('enough') });
  });

  test('a signal that is aborted while the socket is bound leaves nothing bound', async () => {
    const abort = new AbortController();
    const before = await held();
    const bound = UdpEndpoint.bind({ signal: abort.signal });
    abort.abort();
    await expect(bound).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await held()).toBe(before);
  });

  test('a signal that is aborted already binds nothing', async () => {
    const bound = UdpEndpoint.bind({ signal: AbortSignal.abort() });
    await expect(bound).rejects.toMatchObject({ code: 'CANCELLED', executed: 'no' });
  });
});
