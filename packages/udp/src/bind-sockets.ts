import { createSocket, type Socket } from 'node:dgram';
import { formatAddress, type RpcError } from '@rpcudp/core';
import { isIPv6Host, type Reach } from './address.js';
import { FREE_PORT_ATTEMPTS_MAX } from './limits.js';
import { systemError } from './system-errors.js';

/** The sockets of the system that send and receive for one address, by the family that they carry. */
export interface BoundSockets {
  /** Carries IPv4; undefined if that cannot be reached. */
  readonly four: Socket | undefined;
  /** Carries IPv6; the same as `four` if the system carries both over one socket. */
  readonly six: Socket | undefined;
}

/**
 * Binds the first of these hosts, which are canonical addresses, that this machine has; `::` stands for all addresses of
 * both families.
 *
 * @throws RpcError such as `ADDRESS_IN_USE` or `PERMISSION_DENIED`
 */
export async function bindSockets(hosts: readonly string[], port: number): Promise<BoundSockets> {
  const [host = '::', ...others] = hosts;
  try {
    return host === '::' ? await bindAll(port) : await bindAlone(host, port);
  } catch (error) {
    if (others.length === 0 || !isMissing(error)) throw error;
    return bindSockets(others, port);
  }
}

async function bindAlone(host: string, port: number): Promise<BoundSockets> {
  const socket = await bindOne(host, port);
  return isIPv6Host(host) ? { four: undefined, six: socket } : { four: socket, six: undefined };
}

/** What can be reached through them. */
export function reachOf({ four, six }: BoundSockets): Reach {
  if (four === undefined) return 'IPv6';
  return six === undefined ? 'IPv4' : 'both';
}

/** All addresses of both families, over one socket or over two with the same port. */
async function bindAll(port: number, attempts = FREE_PORT_ATTEMPTS_MAX): Promise<BoundSockets> {
  const six = await bindOne('::', port);
  try {
    return { four: await fourBeside(six), six };
  } catch (error) {
    await closeSocket(six);
    if (port === 0 && attempts > 1 && isTaken(error)) return bindAll(0, attempts - 1);
    throw error;
  }
}

/**
 * The socket that carries IPv4 beside one on `::`. With net.ipv6.bindv6only=1, and on some BSDs always, that carries IPv6
 * alone, which Node can neither see nor change. But then, and only then, the same port can be bound for IPv4.
 */
async function fourBeside(six: Socket): Promise<Socket | undefined> {
  try {
    return await bindOne('0.0.0.0', six.address().port);
  } catch (error) {
    if (isMissing(error)) return undefined;
    // Taken by `six` itself, or by somebody else.
    if (isTaken(error) && (await carriesBothFamilies())) return six;
    throw error;
  }
}

/** Whether a socket on `::` takes the port for IPv4, too: tried on one that nobody else can have bound. */
async function carriesBothFamilies(): Promise<boolean> {
  const six = await bindOne('::', 0);
  try {
    await closeSocket(await bindOne('0.0.0.0', six.address().port));
    return false;
  } catch (error) {
    if (isTaken(error)) return true;
    throw error;
  } finally {
    await closeSocket(six);
  }
}

function bindOne(host: string, port: number): Promise<Socket> {
  const family = isIPv6Host(host) ? 6 : 4;
  const socket = createSocket({
    type: `udp${family}`,
    // Node would look up even literal addresses, for every datagram. Ours are literal always.
    lookup: (address, _options, callback) => callback(null, address, family),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(systemError(error, `bind ${formatAddress({ host, port })}`));
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

/** Closes a socket; resolves when it is closed. */
export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => {
      socket.removeAllListeners();
      resolve();
    });
  });
}

function isTaken(error: unknown): boolean {
  return codeUnder(error) === 'EADDRINUSE';
}

/** Whether binding failed because the machine has no such family, or no such address. */
function isMissing(error: unknown): boolean {
  return ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'].includes(codeUnder(error) ?? '');
}

function codeUnder(error: unknown): string | undefined {
  return ((error as RpcError).cause as { code?: string } | undefined)?.code;
}
