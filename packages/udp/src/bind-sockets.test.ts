import dgram, { type Socket } from 'node:dgram';
import type { RpcError } from '@rpcudp/core';
import { bindSockets, closeSocket, reachOf, type BoundSockets } from './bind-sockets';
import { FREE_PORT_ATTEMPTS_MAX } from './limits';

afterEach(() => jest.restoreAllMocks());

const makeSocket = dgram.createSocket;

/** A machine of which `change` may alter each socket; the sockets made, in turn. */
function machine(
  options: Partial<dgram.SocketOptions>,
  change: (socket: Socket, family: 4 | 6) => void = () => undefined,
): Socket[] {
  const made: Socket[] = [];
  jest.spyOn(dgram, 'createSocket').mockImplementation((given) => {
    const asked = given;
    const socket = makeSocket(asked.type === 'udp6' ? { ...asked, ...options } : asked);
    made.push(socket);
    change(socket, asked.type === 'udp6' ? 6 : 4);
    return socket;
  });
  return made;
}

/** As with net.ipv6.bindv6only=1. */
const V6_ONLY = { ipv6Only: true };

/** Makes binding fail. */
function refuse(socket: Socket, code: string): void {
  socket.bind = () => {
    socket.emit('error', Object.assign(new Error('no'), { code }));
    return socket;
  };
}

async function closeAll({ four, six }: BoundSockets): Promise<void> {
  for (const socket of new Set([four, six])) if (socket !== undefined) await closeSocket(socket);
}

/** How many of these sockets are open. */
function open(sockets: readonly Socket[]): number {
  return sockets.filter((socket) => {
    try {
      return socket.address().port > 0;
    } catch {
      return false;
    }
  }).length;
}

test('one socket carries both families where the system lets it', async () => {
  const made = machine({ ipv6Only: false });
  const bound = await bindSockets(['::'], 0);
  expect(bound.four).toBe(bound.six);
  expect([bound.six!.address().address, reachOf(bound), open(made)]).toEqual(['::', 'both', 1]);
  await closeAll(bound);
});

test('where it carries IPv6 alone, a second one carries IPv4 on the same port', async () => {
  const made = machine(V6_ONLY);
  const bound = await bindSockets(['::'], 0);
  const [four, six] = [bound.four!.address(), bound.six!.address()];
  expect([six.address, four.address, four.port]).toEqual(['::', '0.0.0.0', six.port]);
  expect([reachOf(bound), open(made)]).toEqual(['both', 2]);
  await closeAll(bound);
  expect(open(made)).toBe(0);
});

test('a port that somebody else has for IPv4 is not bound by half', async () => {
  const [other] = Object.values(await bindSockets(['0.0.0.0'], 0)) as [Socket];
  const made = machine(V6_ONLY);
  const binding = bindSockets(['::'], other.address().port);
  await expect(binding).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
  await expect(binding).rejects.toThrow(`Could not bind 0.0.0.0:${other.address().port}: EADDRINUSE`);
  expect(open(made)).toBe(0);
  await closeSocket(other);
});

test('where any port will do, one is taken that is free for both families', async () => {
  let refused = 0;
  const made = machine(V6_ONLY, (socket, family) => {
    if (family === 6 || made.length !== 2) return;
    refused += 1;
    refuse(socket, 'EADDRINUSE');
  });
  const bound = await bindSockets(['::'], 0);
  expect([reachOf(bound), refused, open(made)]).toEqual(['both', 1, 2]);
  await closeAll(bound);
});

test('that ends when no port is free for both', async () => {
  const pairs: RpcError[] = [];
  // The first of three sockets for IPv4 and every second after it are the ones that would stay.
  let fours = 0;
  const made = machine(V6_ONLY, (socket, family) => {
    if (family === 4 && fours++ % 2 === 0) refuse(socket, 'EADDRINUSE');
  });
  await bindSockets(['::'], 0).catch((error: unknown) => pairs.push(error as RpcError));
  expect(pairs).toMatchObject([{ code: 'ADDRESS_IN_USE' }]);
  expect([fours, open(made)]).toEqual([2 * FREE_PORT_ATTEMPTS_MAX, 0]);
});

test('a machine without IPv4 has IPv6 alone', async () => {
  const made = machine(V6_ONLY, (socket, family) => family === 4 && refuse(socket, 'EAFNOSUPPORT'));
  const bound = await bindSockets(['::', '0.0.0.0'], 0);
  expect([bound.four, reachOf(bound), open(made)]).toEqual([undefined, 'IPv6', 1]);
  await closeAll(bound);
});

test('what the system says against the second socket is told, and the first is closed', async () => {
  const made = machine(V6_ONLY, (socket, family) => family === 4 && refuse(socket, 'EMFILE'));
  await expect(bindSockets(['::', '0.0.0.0'], 0)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
  expect(open(made)).toBe(0);
});

test('of several addresses the first is bound that this machine has', async () => {
  const bound = await bindSockets(['192.0.2.99', '2001:db8::99', '127.0.0.1', '::1'], 0);
  expect([bound.four!.address().address, reachOf(bound)]).toEqual(['127.0.0.1', 'IPv4']);
  await closeAll(bound);
  await expect(bindSockets(['192.0.2.99', '2001:db8::99'], 0)).rejects.toThrow('bind 2001:db8::99: EADDRNOTAVAIL');
});

test('an address that is taken is not passed over for another', async () => {
  const taken = await bindSockets(['127.0.0.1'], 0);
  const { port } = taken.four!.address();
  await expect(bindSockets(['127.0.0.1', '::1'], port)).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
  await closeAll(taken);
});

test('an address of IPv6 reaches no other family', async () => {
  const bound = await bindSockets(['::1'], 0);
  expect([bound.four, reachOf(bound)]).toEqual([undefined, 'IPv6']);
  await closeAll(bound);
});
