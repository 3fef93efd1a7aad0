import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { RpcError, type Address, type RpcChannel, type WireName } from '@rpcudp/core';
import {
  EndpointDriver,
  RpcEndpoint,
  SOCKET_BUFFER_BYTES_DEFAULT,
  SOCKET_BUFFER_BYTES_MAX,
  checkSignal,
  driverOptions,
  graceMsOf,
  type ChannelOptions,
  type CloseOptions,
  type Destination,
  type EndpointOptions,
} from '@rpcudp/core/endpoint';
import { canonicalHost, checkHostAndPort, checkPort, parseHostAndPort, type HostAndPort } from './address.js';
import { RandomPool } from './random-pool.js';
import { resolveAddress, systemLookup, type Lookup } from './resolve.js';
import { UdpSocket, type SocketBuffers } from './udp-socket.js';

/** What {@link UdpEndpoint.bind} takes. Everything has a default. */
export interface UdpEndpointOptions extends EndpointOptions {
  /** The IP address to bind, or a name for one. Default: all addresses of both families, or IPv4's alone without IPv6. */
  readonly host?: string;
  /** The port to bind. Default: 0, any that is free. */
  readonly port?: number;
  /** The kernel's receive buffer to ask for, in bytes. Default: 4 MiB; what was granted is in `socketBuffers`. */
  readonly receiveBufferBytes?: number;
  /** The kernel's send buffer to ask for, in bytes. Default: 4 MiB; what was granted is in `socketBuffers`. */
  readonly sendBufferBytes?: number;
  /** Closes the endpoint when it is aborted. */
  readonly signal?: AbortSignal;
  /** Resolves host names to addresses. Default: the system's resolver. */
  readonly lookup?: Lookup;
}

/** What {@link UdpEndpoint.peer} takes. */
export interface PeerOptions extends ChannelOptions {
  /** Which of the endpoint's wires to speak with this peer. Default: the first of them. */
  readonly wire?: WireName;
}

/**
 * One UDP socket that serves and calls.
 *
 * ```ts
 * await using endpoint = await UdpEndpoint.bind({ port: 1234 });
 * endpoint.serve(new Greeter());
 * const other = createClient(Greeter, endpoint.peer('127.0.0.1:4321'));
 * ```
 */
export class UdpEndpoint extends RpcEndpoint {
  readonly #socket: UdpSocket;
  readonly #lookup: Lookup;
  #closing: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;

  private constructor(socket: UdpSocket, driver: EndpointDriver, lookup: Lookup) {
    super(driver);
    this.#socket = socket;
    this.#lookup = lookup;
  }

  /**
   * Binds a socket and starts to listen.
   *
   * @throws RpcError `ADDRESS_IN_USE`, `PERMISSION_DENIED`, `UNAVAILABLE` (no such address here, or a name that cannot be
   * resolved), `INVALID_ARGUMENT` (an option out of range), `CANCELLED` (the signal is aborted already).
   */
  static override async bind(options: UdpEndpointOptions = {}): Promise<UdpEndpoint> {
    const checked = driverOptions(options);
    const lookup = options.lookup ?? systemLookup;
    const port = checkPort(options.port ?? 0, 0);
    const receiveBufferBytes = bufferBytes('receiveBufferBytes', options.receiveBufferBytes);
    const sendBufferBytes = bufferBytes('sendBufferBytes', options.sendBufferBytes);
    checkSignal(options.signal);
    throwIfAborted(options.signal);
    const socket = await UdpSocket.bind({
      host: options.host === undefined ? undefined : await hostAddress(options.host, lookup),
      port,
      receiveBufferBytes,
      sendBufferBytes,
    });
    const driver = new EndpointDriver(portsOf(socket), checked);
    socket.listen(
      (datagram, from) => driver.receive(datagram, from),
      (error) => driver.socketFailed(error),
    );
    const endpoint = new UdpEndpoint(socket, driver, lookup);
    if (options.signal?.aborted === true) await endpoint.close();
    throwIfAborted(options.signal);
    endpoint.#closeOn(options.signal);
    return endpoint;
  }

  /** The address it is bound to; `::` stands for all addresses of both families. */
  get address(): Address {
    return this.#socket.address;
  }

  /** What the kernel granted, in bytes; Linux reports twice what it was asked for. */
  get socketBuffers(): SocketBuffers {
    return this.#socket.buffers;
  }

  /**
   * A channel to a peer. Costs little and sends nothing; a host name is resolved with the first call, once.
   *
   * @param peer `"127.0.0.1:1234"`, `"[::1]:1234"`, `"example.org:1234"`, or the two parts.
   * @throws RpcError `INVALID_ARGUMENT` if the peer is not written so, or the endpoint does not speak the wire.
   */
  peer(peer: string | HostAndPort, options: PeerOptions = {}): RpcChannel {
    const { host, port } = typeof peer === 'string' ? parseHostAndPort(peer) : checkHostAndPort(peer);
    const literal = canonicalHost(host);
    const destination: Destination =
      literal === undefined
        ? { label: `${host}:${port}`, resolve: () => resolveAddress({ host, port }, this.#socket.family, this.#lookup) }
        : { host: literal, port };
    return this.driver.channel(destination, options);
  }

  override async close(options: CloseOptions = {}): Promise<void> {
    const graceMs = graceMsOf(options);
    await (this.#closing ??= this.#close(graceMs));
  }

  async #close(graceMs: number): Promise<void> {
    this.#stopListening?.();
    try {
      await this.driver.close(graceMs);
    } finally {
      await this.#socket.close();
    }
  }

  #closeOn(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const close = (): void => void this.close();
    signal.addEventListener('abort', close, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', close);
  }
}

async function hostAddress(host: string, lookup: Lookup): Promise<string> {
  return canonicalHost(host) ?? (await resolveAddress({ host, port: 0 }, 6, lookup)).host;
}

function bufferBytes(option: string, bytes = SOCKET_BUFFER_BYTES_DEFAULT): number {
  if (Number.isInteger(bytes) && bytes > 0 && bytes <= SOCKET_BUFFER_BYTES_MAX) return bytes;
  const expected = `a whole number of bytes from 1 to ${SOCKET_BUFFER_BYTES_MAX}`;
  throw new RpcError('INVALID_ARGUMENT', `${option} must be ${expected}, not ${String(bytes)}.`);
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new RpcError('CANCELLED', 'The signal was aborted before the endpoint was bound.', { cause: signal.reason });
}

/** The clock that `performance.now()` reads, without that method's look at its receiver, which costs more than the clock. */
function now(): number {
  const time = process.hrtime();
  return time[0] * 1e3 + time[1] / 1e6;
}

function portsOf(socket: UdpSocket): ConstructorParameters<typeof EndpointDriver>[0] {
  const pool = new RandomPool(randomBytes);
  return {
    now,
    wallClock: () => Date.now(),
    random: (length) => pool.take(length),
    setTimer: (delayMs, callback) => {
      const timer = setTimeout(callback, Math.ceil(delayMs));
      return () => clearTimeout(timer);
    },
    defer: (callback) => void setImmediate(callback),
    send: (transmit, failed) => socket.send(transmit, failed),
  };
}
