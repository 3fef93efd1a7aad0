import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { RpcError, formatAddress, type Address } from '@rpcudp/core';
import { DATAGRAM_BYTES_MAX } from '@rpcudp/core/endpoint';
import { reachableHost, withoutMapping } from './address.js';
import { systemError } from './system-errors.js';

// Read once: in CommonJS, what a package exports is behind a getter.
const LARGEST_DATAGRAM_BYTES = DATAGRAM_BYTES_MAX;

/** What {@link UdpSocket.bind} takes. */
export interface SocketOptions {
  /** A canonical IP address, or undefined for all of both families, where the machine has both. */
  readonly host: string | undefined;
  readonly port: number;
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
}

/** What the kernel granted, in bytes. */
export interface SocketBuffers {
  readonly receiveBytes: number;
  readonly sendBytes: number;
}

/** What {@link UdpSocket.send} sends. */
export interface Outgoing {
  readonly datagram: Uint8Array;
  readonly to: Address;
  /** Whether to hear of it if the system refuses it. */
  readonly watched: boolean;
}

/** A bound `node:dgram` socket: canonical addresses in and out, system errors as RpcErrors, no name lookups. */
export class UdpSocket {
  readonly address: Address;
  readonly buffers: SocketBuffers;
  readonly family: 4 | 6;
  readonly #socket: Socket;
  #closed: Promise<void> | undefined;

  private constructor(socket: Socket, family: 4 | 6, buffers: SocketBuffers) {
    const { address, port } = socket.address();
    this.address = { host: withoutMapping(address), port };
    this.buffers = buffers;
    this.family = family;
    this.#socket = socket;
  }

  /** @throws RpcError such as `ADDRESS_IN_USE` or `PERMISSION_DENIED` */
  static async bind(options: SocketOptions): Promise<UdpSocket> {
    if (options.host !== undefined)
      return UdpSocket.#bindFamily(options, options.host, options.host.includes(':') ? 6 : 4);
    try {
      return await UdpSocket.#bindFamily(options, '::', 6);
    } catch (error) {
      if (!isMissingIPv6(error)) throw error;
      return UdpSocket.#bindFamily(options, '0.0.0.0', 4);
    }
  }

  static #bindFamily(options: SocketOptions, host: string, family: 4 | 6): Promise<UdpSocket> {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      // Node would look up even literal addresses, for every datagram. Ours are literal always.
      lookup: (address, _options, callback) => callback(null, address, family),
    });
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(systemError(error, `bind ${formatAddress({ host, port: options.port })}`));
      });
      socket.bind({ address: host, port: options.port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        resolve(new UdpSocket(socket, family, setBuffers(socket, options)));
      });
    });
  }

  /** Starts to receive. Errors that belong to no datagram go to `onError`; the socket goes on. */
  listen(onDatagram: (datagram: Uint8Array, from: Address) => void, onError: (error: RpcError) => void): void {
    this.#socket.on('message', (datagram: Buffer, { address, port }: RemoteInfo) => {
      // Port 0 cannot be answered; only a forger sends from it.
      if (port === 0) return;
      onDatagram(datagram, { host: withoutMapping(address), port });
    });
    this.#socket.on('error', (error) => onError(systemError(error, 'receive')));
  }

  /** Sends a datagram; `failed` is called if it cannot go, never in the same turn; of a watched one, also by the system. */
  send<T extends Outgoing>(outgoing: T, failed: (outgoing: T, error: RpcError) => void): void {
    const { datagram, to } = outgoing;
    const host = reachableHost(to, this.family);
    const refused = this.#refusal(datagram, to, host);
    if (refused !== undefined) return later(failed, outgoing, refused);
    try {
      // Without a callback, Node tells nobody of a refusal: with one, it defers a call for each datagram.
      if (outgoing.watched) this.#socket.send(datagram, to.port, host, toldOf(outgoing, failed));
      else this.#socket.send(datagram, to.port, host);
    } catch (error) {
      later(failed, outgoing, systemError(error as Error, tried(outgoing)));
    }
  }

  /** Closes the socket; resolves when it is closed. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#socket.close(() => {
        this.#socket.removeAllListeners();
        resolve();
      });
    });
    return this.#closed;
  }

  #refusal(datagram: Uint8Array, to: Address, host: string | undefined): RpcError | undefined {
    if (this.#closed !== undefined) return new RpcError('CLOSED', 'The endpoint is closed.');
    if (datagram.length > LARGEST_DATAGRAM_BYTES)
      return systemError({ code: 'EMSGSIZE' }, `send ${datagram.length} bytes`);
    if (host === undefined) {
      return systemError({ code: 'EAFNOSUPPORT' }, `send to ${formatAddress(to)} from ${formatAddress(this.address)}`);
    }
    return undefined;
  }
}

/** What became of a watched datagram. */
function toldOf<T extends Outgoing>(outgoing: T, failed: (outgoing: T, error: RpcError) => void) {
  return (error: Error | null): void => {
    if (error !== null) failed(outgoing, systemError(error, tried(outgoing)));
  };
}

function later<T>(failed: (outgoing: T, error: RpcError) => void, outgoing: T, error: RpcError): void {
  queueMicrotask(() => failed(outgoing, error));
}

function tried({ datagram, to }: Outgoing): string {
  return `send ${datagram.length} bytes to ${formatAddress(to)}`;
}

/** Asks for buffers and reads back what the kernel granted; a kernel that refuses leaves the socket as it was. */
function setBuffers(socket: Socket, options: SocketOptions): SocketBuffers {
  try {
    socket.setRecvBufferSize(options.receiveBufferBytes);
    socket.setSendBufferSize(options.sendBufferBytes);
  } catch {
    // Reported by what is read back.
  }
  return { receiveBytes: socket.getRecvBufferSize(), sendBytes: socket.getSendBufferSize() };
}

/** Whether binding failed because the machine has no IPv6 at all. */
function isMissingIPv6(error: unknown): boolean {
  const { code } = (error as RpcError).cause as { code?: string };
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL' || code === 'EINVAL';
}
