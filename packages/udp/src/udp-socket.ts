import type { RemoteInfo, Socket } from 'node:dgram';
import { RpcError, formatAddress, type Address } from '@rpcudp/core';
import { DATAGRAM_BYTES_MAX } from '@rpcudp/core/endpoint';
import { isIPv6Host, withoutMapping, type Reach } from './address.js';
import { bindSockets, closeSocket, reachOf, type BoundSockets } from './bind-sockets.js';
import { systemError } from './system-errors.js';

// Read once: in CommonJS, what a package exports is behind a getter.
const LARGEST_DATAGRAM_BYTES = DATAGRAM_BYTES_MAX;

/** Deno asks no kernel for buffers: it fills as much memory with zeros for each datagram, and a call takes 8 ms. */
const RUNS_IN_DENO = process.versions.deno !== undefined;

/** Others may count what waits in another way, or not at all. */
const RUNS_IN_NODE = !RUNS_IN_DENO && process.versions.bun === undefined;

/** What {@link UdpSocket.bind} takes. */
export interface SocketOptions {
  /** Canonical IP addresses, the first of which that this machine has is bound; `::` is all of both families. */
  readonly hosts: readonly string[];
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

/** What an endpoint needs of a socket: it may be one that others have as well. */
export interface EndpointSocket {
  readonly address: Address;
  readonly buffers: SocketBuffers;
  readonly reach: Reach;
  /** Whether all that was given to it has left, so that its memory may be written again. */
  readonly hasSentAll: boolean;
  /** Starts to receive. Errors that belong to no datagram go to `onError`; the socket goes on. */
  listen(onDatagram: (datagram: Uint8Array, from: Address) => void, onError: (error: RpcError) => void): void;
  /** Sends a datagram; `failed` is called if it cannot go, never in the same turn; of a watched one, also by the system. */
  send<T extends Outgoing>(outgoing: T, failed: (outgoing: T, error: RpcError) => void): void;
  ref(): void;
  unref(): void;
  close(): Promise<void>;
}

/** A bound address over `node:dgram`: canonical addresses in and out, system errors as RpcErrors, no name lookups. */
export class UdpSocket implements EndpointSocket {
  readonly address: Address;
  readonly buffers: SocketBuffers;
  readonly reach: Reach;
  readonly #four: Socket | undefined;
  readonly #six: Socket | undefined;
  /** The one or two sockets underneath. */
  readonly #sockets: readonly Socket[];
  /** What an IPv4 address begins with for the socket that carries it. */
  readonly #mapping: '' | '::ffff:';
  #closed: Promise<void> | undefined;

  private constructor(bound: BoundSockets, options: SocketOptions) {
    const { four, six } = bound;
    this.#four = four;
    this.#six = six;
    this.#sockets = [...new Set([six, four])].filter((socket) => socket !== undefined);
    this.#mapping = four !== undefined && four === six ? '::ffff:' : '';
    this.reach = reachOf(bound);
    const { address, port } = this.#sockets[0]!.address();
    this.address = { host: withoutMapping(address), port };
    this.buffers = leastOf(this.#sockets.map((socket) => setBuffers(socket, options)));
  }

  /** @throws RpcError such as `ADDRESS_IN_USE` or `PERMISSION_DENIED` */
  static async bind(options: SocketOptions): Promise<UdpSocket> {
    return new UdpSocket(await bindSockets(options.hosts, options.port), options);
  }

  /** Starts to receive. Errors that belong to no datagram go to `onError`; the socket goes on. */
  listen(onDatagram: (datagram: Uint8Array, from: Address) => void, onError: (error: RpcError) => void): void {
    for (const socket of this.#sockets) {
      socket.on('message', (datagram: Buffer, { address, port }: RemoteInfo) => {
        // Port 0 cannot be answered; only a forger sends from it.
        if (port === 0) return;
        onDatagram(datagram, { host: withoutMapping(address), port });
      });
      socket.on('error', (error) => onError(systemError(error, 'receive')));
    }
  }

  /** Lets the process end while this is open, as `unref()` of Node's sockets does. */
  unref(): void {
    for (const socket of this.#sockets) socket.unref();
  }

  /** Keeps the process alive while this is open, as a socket does at first. */
  ref(): void {
    for (const socket of this.#sockets) socket.ref();
  }

  /** Sends a datagram; `failed` is called if it cannot go, never in the same turn; of a watched one, also by the system. */
  send<T extends Outgoing>(outgoing: T, failed: (outgoing: T, error: RpcError) => void): void {
    const { datagram, to } = outgoing;
    const four = !isIPv6Host(to.host);
    const socket = four ? this.#four : this.#six;
    if (socket === undefined || this.#closed !== undefined || datagram.length > LARGEST_DATAGRAM_BYTES) {
      return later(failed, outgoing, refusalOf(outgoing, this, this.#closed !== undefined));
    }
    const host = four ? this.#mapping + to.host : to.host;
    try {
      // Without a callback, Node tells nobody of a refusal: with one, it defers a call for each datagram.
      if (outgoing.watched) socket.send(datagram, to.port, host, toldOf(outgoing, failed));
      else socket.send(datagram, to.port, host);
    } catch (error) {
      later(failed, outgoing, systemError(error as Error, tried(outgoing)));
    }
  }

  /** Whether the kernel has all that was given to it: Node keeps what does not fit its buffer. */
  get hasSentAll(): boolean {
    if (!RUNS_IN_NODE || this.#closed !== undefined) return false;
    for (const socket of this.#sockets) if (socket.getSendQueueCount() > 0) return false;
    return true;
  }

  /** Closes what is bound; resolves when it is closed. */
  close(): Promise<void> {
    this.#closed ??= Promise.all(this.#sockets.map(closeSocket)).then(() => undefined);
    return this.#closed;
  }
}

/** Why a datagram cannot even be tried from a socket. */
export function refusalOf({ datagram, to }: Outgoing, { address }: EndpointSocket, closed: boolean): RpcError {
  if (closed) return new RpcError('CLOSED', 'The endpoint is closed.');
  if (datagram.length > LARGEST_DATAGRAM_BYTES)
    return systemError({ code: 'EMSGSIZE' }, `send ${datagram.length} bytes`);
  return systemError({ code: 'EAFNOSUPPORT' }, `send to ${formatAddress(to)} from ${formatAddress(address)}`);
}

/** What became of a watched datagram. */
function toldOf<T extends Outgoing>(outgoing: T, failed: (outgoing: T, error: RpcError) => void) {
  return (error: Error | null): void => {
    if (error !== null) failed(outgoing, systemError(error, tried(outgoing)));
  };
}

/** Tells of a failure at the end of what runs now. */
export function later<T>(failed: (outgoing: T, error: RpcError) => void, outgoing: T, error: RpcError): void {
  queueMicrotask(() => failed(outgoing, error));
}

function tried({ datagram, to }: Outgoing): string {
  return `send ${datagram.length} bytes to ${formatAddress(to)}`;
}

/** Asks for buffers and reads back what the kernel granted. */
function setBuffers(socket: Socket, options: SocketOptions): SocketBuffers {
  if (!RUNS_IN_DENO) askForBuffers(socket, options);
  return { receiveBytes: socket.getRecvBufferSize(), sendBytes: socket.getSendBufferSize() };
}

/** A kernel that refuses leaves the socket as it was. */
function askForBuffers(socket: Socket, options: SocketOptions): void {
  try {
    socket.setRecvBufferSize(options.receiveBufferBytes);
    socket.setSendBufferSize(options.sendBufferBytes);
  } catch {
    // What is read back says so.
  }
}

/** What each way is sure to have. */
function leastOf(buffers: readonly SocketBuffers[]): SocketBuffers {
  return {
    receiveBytes: Math.min(...buffers.map((each) => each.receiveBytes)),
    sendBytes: Math.min(...buffers.map((each) => each.sendBytes)),
  };
}
